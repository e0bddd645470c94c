package draw

import (
	"math"
	"testing"

	"latentspace/data/keyed"
)

func TestWarpOfEqualHeightsIsAShift(t *testing.T) {
	// The weights of the four knots add up to one.
	var w warp
	for i := range w {
		w[i] = point{1.5, -0.5}
	}
	for _, p := range []point{{0, 0}, {-14, 14}, {3.3, -7.1}, {40, -40}} {
		if q := w.move(p); math.Hypot(q.x-p.x-1.5, q.y-p.y+0.5) > 1e-12 {
			t.Errorf("move(%v): got %v, want a shift by (1.5, -0.5)", p, q)
		}
	}
}

func TestWarpOfLinearHeightsIsLinear(t *testing.T) {
	// A cubic B-spline reproduces straight lines: knot k is at (k−1)·7 − 14.
	var w warp
	for i := range w {
		w[i].x = 0.1 * (float64(i%knots-1)*spacing - DigitSide/2)
	}
	for x := -14.0; x <= 14; x += 0.7 {
		if q := w.move(point{x, 2}); math.Abs(q.x-1.1*x) > 1e-12 || q.y != 2 {
			t.Errorf("move(%v, 2): got %v, want (%v, 2)", x, q, 1.1*x)
		}
	}
}

func TestWarpHasItsDeviation(t *testing.T) {
	var squares float64
	const n = 4000
	for i := range n {
		d := keyed.New(1, "test", uint64(i))
		w := newWarp(&d, 1)
		q := w.move(point{})
		squares += q.x*q.x + q.y*q.y
	}
	if got := math.Sqrt(squares / (2 * n)); math.Abs(got-0.28) > 0.02 {
		t.Errorf("deviation %v, want about 0.28", got)
	}
}
