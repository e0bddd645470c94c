package render

import "math"

// drawable reports whether a chart has a place for v: not for a NaN or an infinity,
// nor beyond ±10¹⁰⁰, where differences may overflow.
func drawable(v float64) bool { return math.Abs(v) <= 1e100 }

// extent is the range of drawable values.
type extent struct {
	lo, hi float64
	whole  bool // all of them are integers
}

// newExtent returns that of no values.
func newExtent() extent { return extent{math.Inf(1), math.Inf(-1), true} }

func (e *extent) add(v float64) {
	e.lo, e.hi = min(e.lo, v), max(e.hi, v)
	e.whole = e.whole && v == math.Trunc(v)
}

func (e extent) empty() bool { return e.lo > e.hi }

// padded returns the ends of an axis: the range with a fraction of it on both sides. A
// range too narrow for ticks that differ becomes a tenth of its values, or 1 about zero.
func (e extent) padded(fraction float64) (lo, hi float64) {
	largest := max(math.Abs(e.lo), math.Abs(e.hi))
	pad := fraction * (e.hi - e.lo)
	if e.hi-e.lo <= 1e-9*largest || largest < 1e-200 {
		if pad = 0.1 * largest; largest < 1e-200 {
			pad = 1
		}
	}
	return e.lo - pad, e.hi + pad
}
