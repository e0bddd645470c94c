// Package points draws points in the plane: mixtures of Gaussians, moons and spirals.
package points

import (
	"context"

	"latentspace/data/division"
	"latentspace/data/keyed"
)

// Counts are the options that every set of points in the plane has. A point depends
// on the seed, its split and its index, not on the counts.
type Counts struct {
	Train int    `yaml:"train"` // points to train on, from 1 to 10,000,000
	Valid int    `yaml:"valid"` // points held out to choose by, from 0 to 10,000,000
	Test  int    `yaml:"test"`  // points held out to report on, from 0 to 10,000,000
	Seed  uint64 `yaml:"seed"`  // of the points
}

// Default are the sizes of MNIST, as it is commonly split.
var Default = Counts{Train: 50_000, Valid: 5_000, Test: 5_000, Seed: 1}

// Set is points and, where they have classes, the class of each.
type Set struct {
	Values  []float32 // two for each point
	Labels  []uint32  // nil without classes
	Classes []string
}

// Splits are the points to train on, to choose by and to report on.
type Splits [3]Set

// maxSize bounds a length in the plane, so that no point is infinite as a float32.
const maxSize = 1e6

// checkSize reports a length or deviation that is negative, too large or NaN.
func checkSize(report func(key, format string, args ...any), key string, x float64) {
	if !(x >= 0 && x <= maxSize) {
		report(key, "%v, want a number from 0 to %v", x, float64(maxSize))
	}
}

func (c Counts) check(report func(key, format string, args ...any)) {
	division.CheckCount(report, "train", c.Train, 1)
	division.CheckCount(report, "valid", c.Valid, 0)
	division.CheckCount(report, "test", c.Test, 0)
}

// draw draws the splits. Without classes, the labels that draw returns are dropped.
func (c Counts) draw(ctx context.Context, kind string, classes []string, draw func(d *keyed.Draws) (x, y float64, label int)) (Splits, error) {
	var splits Splits
	for s, split := range []struct {
		name string
		n    int
	}{{"train", c.Train}, {"valid", c.Valid}, {"test", c.Test}} {
		if ctx.Err() != nil {
			return Splits{}, context.Cause(ctx)
		}
		set := Set{Values: make([]float32, 2*split.n), Classes: classes}
		if classes != nil {
			set.Labels = make([]uint32, split.n)
		}
		for i := range split.n {
			d := keyed.New(c.Seed, kind+"."+split.name, uint64(i))
			x, y, label := draw(&d)
			set.Values[2*i], set.Values[2*i+1] = float32(x), float32(y)
			if classes != nil {
				set.Labels[i] = uint32(label)
			}
		}
		splits[s] = set
	}
	return splits, nil
}

// around draws a point at a distance from a centre that is normal along each axis.
func around(d *keyed.Draws, centre [2]float64, sigma float64) (x, y float64) {
	x, y = d.Gaussian()
	return centre[0] + float64(sigma*x), centre[1] + float64(sigma*y)
}
