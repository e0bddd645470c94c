package draw

import (
	"math"

	"latentspace/data/keyed"
)

// warp is a smooth random displacement of the plane: each axis of it is a uniform
// cubic B-spline over a grid of random heights, so it has two continuous derivatives.
//
// After Simard, Steinkraus and Platt, Best Practices for Convolutional Neural Networks,
// ICDAR 2003, section 2, who smooth a displacement of each pixel instead.
type warp [knots * knots]point

const (
	knots   = 7               // along an axis; a spline needs one more on either side than it has cells, and two more
	spacing = DigitSide / 4.0 // of the knots, in pixels
	cells   = knots - 3.0     // along an axis
)

// newWarp draws the heights from (−reach, reach), in pixels. The displacement has
// then a deviation of about 0.28 times the reach.
func newWarp(d *keyed.Draws, reach float64) (w warp) {
	for i := range w {
		w[i] = point{d.Between(-reach, reach), d.Between(-reach, reach)}
	}
	return w
}

// move returns where a point goes. The origin is in the middle of the picture; outside
// the picture the displacement is that of the border.
func (w *warp) move(p point) point {
	column, across := cell(p.x)
	row, down := cell(p.y)
	q := p
	for j, v := range down {
		for i, u := range across {
			h := w[(row+j)*knots+column+i]
			weight := float64(u * v)
			q.x += float64(weight * h.x)
			q.y += float64(weight * h.y)
		}
	}
	return q
}

// cell returns the first of the four knots that bear on a coordinate, and their
// weights:
//
//	(1−t)³/6,   (3t³ − 6t² + 4)/6,   (−3t³ + 3t² + 3t + 1)/6,   t³/6
func cell(x float64) (first int, weights [4]float64) {
	u := min(max(x/spacing+cells/2, 0), cells)
	whole := min(math.Floor(u), cells-1)
	t := u - whole
	t2 := float64(t * t)
	t3 := float64(t2 * t)
	s := 1 - t
	return int(whole), [4]float64{
		float64(float64(s*s)*s) / 6,
		(float64(3*t3) - float64(6*t2) + 4) / 6,
		(float64(-3*t3) + float64(3*t2) + float64(3*t) + 1) / 6,
		t3 / 6,
	}
}
