package pace

import (
	"math"
	"testing"
	"time"
)

// ticking is a clock that moves on every tick only, and the time that it should show.
type ticking struct {
	tick, real time.Duration
}

func (c *ticking) now() time.Time { return time.Unix(0, 0).Add(c.real.Truncate(c.tick)) }

// work is done in a time that the clock may not see.
func (c *ticking) work(d time.Duration) time.Duration {
	begin := c.now()
	c.real += d
	return c.now().Sub(begin)
}

func TestARateDoesNotDependOnTheTicksOfTheClock(t *testing.T) {
	for name, c := range map[string]struct {
		tick, step time.Duration
		steps      int
	}{
		"a nanosecond":                     {time.Nanosecond, 400 * time.Microsecond, 10_000},
		"0.7 ms, longer than a step":       {700 * time.Microsecond, 400 * time.Microsecond, 10_000},
		"15.6 ms":                          {15_600 * time.Microsecond, 400 * time.Microsecond, 10_000},
		"20 ms":                            {20 * time.Millisecond, 400 * time.Microsecond, 10_000},
		"20 ms, and much shorter steps":    {20 * time.Millisecond, 30 * time.Microsecond, 100_000},
		"20 ms, steps longer than windows": {20 * time.Millisecond, 300 * time.Millisecond, 20},
	} {
		t.Run(name, func(t *testing.T) {
			clock := &ticking{tick: c.tick}
			var m Meter
			for range c.steps {
				m.Add(128, clock.work(c.step))
			}
			rate, ok := m.Rate()
			// A window of 250 ms is counted to a tick.
			if want := 128 / c.step.Seconds(); !ok || math.Abs(rate/want-1) > 0.09 {
				t.Errorf("rate %v, %v, want %v", rate, ok, want)
			}
		})
	}
}

func TestWhatIsTooShortHasNoRate(t *testing.T) {
	var m Meter
	if rate, ok := m.Rate(); ok || rate != 0 {
		t.Errorf("of nothing: %v, %v", rate, ok)
	}
	for range 1000 {
		m.Add(8, 0) // a clock that stands still
	}
	if rate, ok := m.Rate(); ok || rate != 0 {
		t.Errorf("on a clock that stands still: %v, %v", rate, ok)
	}
	m.Add(8, 20*time.Millisecond)
	if _, ok := m.Rate(); ok {
		t.Error("one tick tells a rate")
	}
	m.Add(8, 60*time.Millisecond)
	if rate, ok := m.Rate(); !ok || rate != 8*1002/0.08 {
		t.Errorf("before the first window is full: %v, %v, want %v", rate, ok, 8*1002/0.08)
	}
}

func TestAPauseDoesNotChangeTheMedian(t *testing.T) {
	var m Meter
	for i := range 3000 {
		took := time.Millisecond
		if i == 1500 {
			took = time.Hour // the machine slept
		}
		m.Add(1, took)
	}
	if rate, _ := m.Rate(); rate != 1000 {
		t.Errorf("rate %v, want 1000", rate)
	}
}

func TestTheNewestWindowsCount(t *testing.T) {
	var m Meter
	for range kept {
		m.Add(1, Window)
	}
	for range kept {
		m.Add(2, Window)
	}
	if rate, _ := m.Rate(); rate != 8 || len(m.rates) != kept {
		t.Errorf("rate %v over %d windows, want 8 over %d", rate, len(m.rates), kept)
	}
}

func TestRepeatNeedsNoFineClock(t *testing.T) {
	for _, tick := range []time.Duration{1, 700 * time.Microsecond, 15_600 * time.Microsecond, 20 * time.Millisecond} {
		clock := &ticking{tick: tick}
		rate := Repeat(clock.now, Window, func() { clock.real += 300 * time.Microsecond })
		if want := 1 / 300e-6; math.Abs(rate/want-1) > 0.09 {
			t.Errorf("tick %v: %v a second, want %v", tick, rate, want)
		}
	}
	clock := &ticking{tick: 1}
	if rate := Repeat(clock.now, 0, func() { clock.real += 20 * time.Millisecond }); rate != 50 {
		t.Errorf("without a window: %v, want 50", rate)
	}
}

func TestLeft(t *testing.T) {
	for _, c := range []struct {
		took       time.Duration
		done, rest int
		want       time.Duration
	}{
		{time.Second, 10, 20, 2 * time.Second},
		{0, 10, 20, 0},
		{time.Second, 0, 20, 0},
		{time.Hour, 1, math.MaxInt32, math.MaxInt64}, // and not a negative time
	} {
		if got := Left(c.took, c.done, c.rest); got != c.want {
			t.Errorf("%v for %d, %d left: %v, want %v", c.took, c.done, c.rest, got, c.want)
		}
	}
}
