package points

import (
	"context"

	"latentspace/data/keyed"
	"latentspace/example"
	"latentspace/nn/elementary"
)

// Ring is a mixture of equally likely Gaussians whose centres are evenly spaced on
// a circle around the origin:
//
//	k uniform in 0 … Modes−1,   x = Radius·(cos 2πk/Modes, sin 2πk/Modes) + Sigma·ε,   ε ~ N(0, I)
//
// Shape (2), label k.
//
// Metz et al., Unrolled Generative Adversarial Networks, ICLR 2017, section 3.1.
type Ring struct {
	Counts `yaml:",inline"`
	Count  int     `yaml:"modes"`  // Gaussians on the circle, from 1 to 10,000
	Radius float64 `yaml:"radius"` // of the circle, from 0 to 1,000,000
	Sigma  float64 `yaml:"sigma"`  // deviation along either axis, from 0 to 1,000,000
}

// Check reports options outside their ranges.
func (r Ring) Check(report func(key, format string, args ...any)) {
	r.Counts.check(report)
	if r.Count < 1 || r.Count > 10_000 {
		report("modes", "%d, want a number from 1 to 10000", r.Count)
	}
	checkSize(report, "radius", r.Radius)
	checkSize(report, "sigma", r.Sigma)
}

// Draw draws the points of the splits.
func (r Ring) Draw(ctx context.Context) (Splits, error) {
	modes := r.Modes()
	return r.draw(ctx, "ring", example.Numbered(len(modes)), func(d *keyed.Draws) (x, y float64, label int) {
		label = d.Below(len(modes))
		x, y = around(d, modes[label], r.Sigma)
		return x, y, label
	})
}

// Modes are the centres, by label.
func (r Ring) Modes() [][2]float64 {
	modes := make([][2]float64, r.Count)
	for k := range modes {
		sin, cos := elementary.Circle(float64(k) / float64(r.Count))
		modes[k] = [2]float64{float64(r.Radius * cos), float64(r.Radius * sin)}
	}
	return modes
}

// Spread is the deviation around a centre, along either axis.
func (r Ring) Spread() float64 { return r.Sigma }
