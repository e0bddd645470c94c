package points

import (
	"context"

	"latentspace/data/keyed"
	"latentspace/nn/elementary"
)

// Moons is two half circles that reach into each other:
//
//	u uniform in [0, 1),   ε ~ N(0, I)
//	x = (cos πu, sin πu) + Noise·ε              label 0, "upper"
//	x = (1 − cos πu, ½ − sin πu) + Noise·ε      label 1, "lower"
//
// Shape (2). Both moons are equally likely; they are scikit-learn's make_moons.
type Moons struct {
	Counts `yaml:",inline"`
	Noise  float64 `yaml:"noise"` // deviation along either axis, from 0 to 1,000,000
}

// Check reports options outside their ranges.
func (m Moons) Check(report func(key, format string, args ...any)) {
	m.Counts.check(report)
	checkSize(report, "noise", m.Noise)
}

// Draw draws the points of the splits.
func (m Moons) Draw(ctx context.Context) (Splits, error) {
	return m.draw(ctx, "moons", []string{"upper", "lower"}, func(d *keyed.Draws) (x, y float64, label int) {
		label = d.Below(2)
		sin, cos := elementary.Circle(d.Uniform() / 2)
		at := [2]float64{cos, sin}
		if label == 1 {
			at = [2]float64{1 - cos, 0.5 - sin}
		}
		x, y = around(d, at, m.Noise)
		return x, y, label
	})
}
