package render

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"

	"latentspace/nn/elementary"
)

// linearTicks places about count ticks at multiples of 1, 2 or 5 times a power of ten.
type linearTicks struct {
	count   int
	integer bool // only at whole numbers, as for steps and epochs
}

// Ticks implements [plot.Ticker].
func (l linearTicks) Ticks(lo, hi float64) []plot.Tick {
	step := niceStep((hi - lo) / float64(l.count))
	if l.integer {
		step = max(step, 1)
	}
	// Twice the count bounds the ticks: a step is at least that asked for.
	var ticks []plot.Tick
	first := math.Ceil(lo / step)
	for i := range 2*l.count + 1 {
		v := (first + float64(i)) * step
		if v > hi {
			break
		}
		ticks = append(ticks, plot.Tick{Value: v, Label: number(v, step, max(math.Abs(lo), math.Abs(hi)))})
	}
	return ticks
}

// niceStep returns the least of 1, 2 and 5 times a power of ten that is at least x > 0.
func niceStep(x float64) float64 {
	power := elementary.Pow(10, math.Floor(elementary.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= x {
			return m * power
		}
	}
	return 10 * power
}

// number writes v for an axis of values up to largest with a tick at every step, with
// as many digits as tell neighbours apart: 0.25, 40, 12.5k, 3M, 2e−06.
func number(v, step, largest float64) string {
	unit, suffix := 1.0, ""
	switch {
	case largest >= 1e12 || largest < 1e-4:
		digits := 1 + int(max(0, math.Ceil(elementary.Log10(largest/step))))
		return minus(strconv.FormatFloat(v, 'g', min(digits, 17), 64))
	case largest >= 1e9 && step >= 1e8:
		unit, suffix = 1e9, "G"
	case largest >= 1e6 && step >= 1e5:
		unit, suffix = 1e6, "M"
	case largest >= 1e4 && step >= 1e2:
		unit, suffix = 1e3, "k"
	}
	if v == 0 {
		return "0"
	}
	decimals := int(max(0, -math.Floor(elementary.Log10(step/unit)+1e-9)))
	return minus(strconv.FormatFloat(v/unit, 'f', decimals, 64) + suffix)
}

// minus sets hyphens as minus signs.
func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }

// logTicks places ticks on an axis of decimal logarithms: at powers of ten, at most
// nine of them, and where there are few at three times these too.
type logTicks struct{}

// Ticks implements [plot.Ticker].
func (logTicks) Ticks(lo, hi float64) []plot.Tick {
	first, last := int(math.Floor(lo)), int(math.Ceil(hi))
	every := int((hi-lo)/9) + 1
	var ticks []plot.Tick
	for e := first; e <= last; e++ {
		if e%every == 0 {
			ticks = append(ticks, plot.Tick{Value: float64(e), Label: power(1, e)})
		}
		if hi-lo < 4 {
			ticks = append(ticks, plot.Tick{Value: float64(e) + elementary.Log10(3), Label: power(3, e)})
		}
	}
	return slices.DeleteFunc(ticks, func(t plot.Tick) bool { return t.Value < lo || t.Value > hi })
}

// power writes digit·10ᵉ: 0.01, 300, 1e6.
func power(digit, e int) string {
	switch {
	case e < -3 || e > 3:
		return minus(fmt.Sprintf("%de%d", digit, e))
	case e < 0:
		return "0." + strings.Repeat("0", -e-1) + strconv.Itoa(digit)
	}
	return strconv.Itoa(digit) + strings.Repeat("0", e)
}
