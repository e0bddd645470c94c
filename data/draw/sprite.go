package draw

import (
	"math"

	"latentspace/nn/elementary"
)

// outline is a shape around the origin, in pixels: u to the right, v down.
type outline struct {
	name   string
	reach  float64 // the largest distance from the origin
	inside func(u, v float64) bool
}

// outlines are the shapes of sprites, at their full scale. Each has its centre of mass
// at the origin.
var outlines = [...]outline{
	// |u|, |v| ≤ 9.6
	{"square", 13.6, func(u, v float64) bool { return max(math.Abs(u), math.Abs(v)) <= 9.6 }},
	// (u/12.8)² + (v/7.2)² ≤ 1
	{"ellipse", 12.8, func(u, v float64) bool {
		p, q := float64(u*(1/12.8)), float64(v*(1/7.2))
		return float64(p*p)+float64(q*q) <= 1
	}},
	// (p² + q² − 1)³ ≤ p²q³,   p = u/8,   q = c − v/8, where c is the integral of q over
	// the heart by its area, 3.66199, by the sum over a grid of 4000 × 4000 points
	{"heart", 10.4, func(u, v float64) bool {
		p, q := u*(1./8), 0.29348-float64(v*(1./8))
		pp, qq := float64(p*p), float64(q*q)
		e := pp + qq - 1
		return float64(float64(e*e)*e) <= float64(float64(pp*qq)*q)
	}},
}

// Shapes returns the names of the shapes of sprites.
func Shapes() []string {
	names := make([]string, len(outlines))
	for k, o := range outlines {
		names[k] = o.name
	}
	return names
}

// Sprite is an outline that is scaled, turned and moved.
type Sprite struct {
	Shape int     // index into [Shapes]
	Scale float64 // of the outline
	Turns float64 // counter-clockwise, counted in full turns
	X, Y  float64 // of the origin, in pixels from the upper left corner
}

// Draw makes a picture: a pixel is white if its centre is inside the shape.
//
//	u = (dx·cos − dy·sin) / scale,   v = (dy·cos + dx·sin) / scale
func (s Sprite) Draw() (m Bitmap) {
	o := outlines[s.Shape]
	sin, cos := elementary.Circle(s.Turns)
	sin, cos = sin/s.Scale, cos/s.Scale
	reach := float64(o.reach * s.Scale)
	x0, x1 := within(s.X, reach)
	y0, y1 := within(s.Y, reach)
	for y := y0; y < y1; y++ {
		dy := float64(y) + 0.5 - s.Y
		for x := x0; x < x1; x++ {
			dx := float64(x) + 0.5 - s.X
			if o.inside(float64(dx*cos)-float64(dy*sin), float64(dy*cos)+float64(dx*sin)) {
				m[y] |= 1 << x
			}
		}
	}
	return m
}

// within returns the range of pixels at most reach from a place, within the picture.
func within(at, reach float64) (from, to int) {
	return int(max(math.Floor(at-reach), 0)), int(min(math.Ceil(at+reach), SpriteSide))
}
