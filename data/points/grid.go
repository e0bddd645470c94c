package points

import (
	"context"

	"latentspace/data/keyed"
	"latentspace/example"
)

// Grid is a mixture of equally likely Gaussians whose centres form a square around
// the origin:
//
//	i, j uniform in 0 … Side−1,   x = Spacing·(j − (Side−1)/2, i − (Side−1)/2) + Sigma·ε,   ε ~ N(0, I)
//
// Shape (2), label i·Side + j.
//
// Dumoulin et al., Adversarially Learned Inference, ICLR 2017, section 4.4.
type Grid struct {
	Counts  `yaml:",inline"`
	Side    int     `yaml:"side"`    // Gaussians along a side of the square, from 1 to 100
	Spacing float64 `yaml:"spacing"` // between neighbours, from 0 to 1,000,000
	Sigma   float64 `yaml:"sigma"`   // deviation along either axis, from 0 to 1,000,000
}

// Check reports options outside their ranges.
func (g Grid) Check(report func(key, format string, args ...any)) {
	g.Counts.check(report)
	if g.Side < 1 || g.Side > 100 {
		report("side", "%d, want a number from 1 to 100", g.Side)
	}
	checkSize(report, "spacing", g.Spacing)
	checkSize(report, "sigma", g.Sigma)
}

// Draw draws the points of the splits.
func (g Grid) Draw(ctx context.Context) (Splits, error) {
	modes := g.Modes()
	return g.draw(ctx, "grid", example.Numbered(len(modes)), func(d *keyed.Draws) (x, y float64, label int) {
		label = d.Below(len(modes))
		x, y = around(d, modes[label], g.Sigma)
		return x, y, label
	})
}

// Modes are the centres, by label.
func (g Grid) Modes() [][2]float64 {
	modes := make([][2]float64, 0, g.Side*g.Side)
	middle := float64(float64(g.Side-1) / 2)
	for i := range g.Side {
		for j := range g.Side {
			modes = append(modes, [2]float64{float64(g.Spacing * (float64(j) - middle)), float64(g.Spacing * (float64(i) - middle))})
		}
	}
	return modes
}

// Spread is the deviation around a centre, along either axis.
func (g Grid) Spread() float64 { return g.Sigma }
