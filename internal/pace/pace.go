// Package pace counts how much is done in a second. Clocks tick rarely, on Windows every 0.5 to
// 15.6 ms, so that what is short takes no time at all by them: nothing here divides by a time
// that is not many ticks long. All times are differences of monotonic clocks.
package pace

import (
	"math"
	"slices"
	"time"
)

const (
	// Window is the time that a rate is counted over, at least: sixteen ticks of the slowest
	// clock.
	Window = 250 * time.Millisecond

	// least is the time after which there is a rate before the first window is full: three
	// ticks of the slowest clock.
	least = 50 * time.Millisecond

	// kept is how many windows the median is over, the newest of them.
	kept = 1 << 14
)

// Meter counts the rate of work that is done in parts. The zero value has counted nothing.
type Meter struct {
	rates []float64 // of the windows that are full, the newest kept of them
	full  int       // windows there were
	n     int       // what was done in the window that is not full
	took  time.Duration
}

// Add counts n units of work that took some time.
func (m *Meter) Add(n int, took time.Duration) {
	m.n += n
	m.took += max(0, took)
	if m.took < Window {
		return
	}
	rate := float64(m.n) / m.took.Seconds()
	if len(m.rates) < kept {
		m.rates = append(m.rates, rate)
	} else {
		m.rates[m.full%kept] = rate
	}
	m.full++
	m.n, m.took = 0, 0
}

// Rate returns the units a second: the median over the windows, which are as short as work of
// [Window] allows; before the first is full, the mean of what there was. It is not ok where too
// little was done to tell.
func (m *Meter) Rate() (rate float64, ok bool) {
	if len(m.rates) > 0 {
		sorted := slices.Sorted(slices.Values(m.rates))
		return sorted[len(sorted)/2], true
	}
	if m.took < least {
		return 0, false
	}
	return float64(m.n) / m.took.Seconds(), true
}

// Repeat calls f until at least window has passed by the clock now, and returns how often a
// second it was called.
func Repeat(now func() time.Time, window time.Duration, f func()) float64 {
	window = max(window, time.Nanosecond)
	begin := now()
	for n := 1; ; n++ {
		f()
		if took := now().Sub(begin); took >= window {
			return float64(n) / took.Seconds()
		}
	}
}

// Left returns how long the rest of some work takes if it goes on as it went: done units took
// some time and rest are left. It is at most what a Duration has, 292 years, and 0 before
// anything is done.
func Left(took time.Duration, done, rest int) time.Duration {
	if done <= 0 {
		return 0
	}
	left := float64(took) / float64(done) * float64(rest)
	if left >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(left)
}
