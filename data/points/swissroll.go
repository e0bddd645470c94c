package points

import (
	"context"
	"math"

	"latentspace/data/keyed"
	"latentspace/nn/elementary"
)

// SwissRoll is a spiral of one and a half turns:
//
//	t uniform in [3π/2, 9π/2),   x = t/5 · (cos t, sin t) + Noise·ε,   ε ~ N(0, I)
//
// Shape (2), no labels. It is the first and third axis of scikit-learn's
// make_swiss_roll divided by five, the scale that flows are commonly shown on:
// distances from the origin are 0.94 to 2.83, the turns 1.26 apart.
type SwissRoll struct {
	Counts `yaml:",inline"`
	Noise  float64 `yaml:"noise"` // deviation along either axis, from 0 to 1,000,000
}

// Check reports options outside their ranges.
func (s SwissRoll) Check(report func(key, format string, args ...any)) {
	s.Counts.check(report)
	checkSize(report, "noise", s.Noise)
}

// Draw draws the points of the splits.
func (s SwissRoll) Draw(ctx context.Context) (Splits, error) {
	return s.draw(ctx, "swissroll", nil, func(d *keyed.Draws) (x, y float64, label int) {
		turns := d.Between(0.75, 2.25)
		sin, cos := elementary.Circle(turns)
		r := turns * (2 * math.Pi / 5)
		x, y = around(d, [2]float64{float64(r * cos), float64(r * sin)}, s.Noise)
		return x, y, 0
	})
}
