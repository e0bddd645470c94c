package adversarial

import (
	"latentspace/nn"
	"latentspace/settings"
)

// augmentations are what pictures can be changed by on their way to a discriminator.
var augmentations = map[string]bool{"colour": true, "translation": true, "cutout": true}

// checkAugment reports augmentations that there are not.
func checkAugment(report func(key, format string, args ...any), names []string) {
	seen := map[string]bool{}
	for _, name := range names {
		settings.OneOf(report, "augment", name, augmentations)
		if seen[name] {
			report("augment", "%q twice", name)
		}
		seen[name] = true
	}
}

// augment changes each picture of x (batch, height, width, channels) by draws of its own, so that
// gradients pass:
//
//	colour       x + (u − ½)/2, then (x − m)·2u + m for the mean m of a pixel's channels, then
//	             (x − M)·(u + ½) + M for the mean M of the picture, with u uniform in (0, 1) for each
//	translation  by up to an eighth of height and width, zeros come in
//	cutout       a rectangle of half the height and width, around any pixel, is zero
//
// The brightness changes by half as much as in the paper, whose pixels are in [−1, 1], and zero is
// black.
//
// Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training, NeurIPS 2020.
func augment(g *nn.Graph, names []string, x nn.Node) nn.Node {
	if len(names) == 0 {
		return x
	}
	g = g.In("augment")
	if len(x.Shape()) != 4 {
		return g.Failf("examples of shape %v, want pictures (height, width, channels)", x.Shape()[1:])
	}
	named := map[string]bool{}
	for _, name := range names {
		named[name] = true
	}
	if named["colour"] {
		x = recolour(g, x)
	}
	if named["translation"] || named["cutout"] {
		x = displace(g, x, named["translation"], named["cutout"])
	}
	return x
}

// recolour changes brightness, saturation and contrast.
func recolour(g *nn.Graph, x nn.Node) nn.Node {
	s := x.Shape()
	n, pixels, channels := s[0], s[1]*s[2], s[3]
	x = x.AddCol(g.Uniform("brightness", n).AddScalar(-0.5).Scale(0.5))
	if channels > 1 {
		factor := g.Uniform("saturation", n).Scale(2).BroadcastCol(n, pixels).Reshape(n * pixels)
		x = around(x.Reshape(n*pixels, channels), factor).Reshape(s...)
	}
	return around(x, g.Uniform("contrast", n).AddScalar(0.5))
}

// around multiplies each row's distance from its mean by a factor of the row.
func around(x, factor nn.Node) nn.Node {
	s := x.Shape()
	size := 1
	for _, d := range s[1:] {
		size *= d
	}
	mean := x.SumCols().Scale(1 / float64(size))
	return x.AddCol(mean.Neg()).MulCol(factor).AddCol(mean)
}

// displace moves pictures, and cuts a rectangle out of each: a pixel is taken from where it comes
// from, or is zero if it comes from nowhere.
func displace(g *nn.Graph, x nn.Node, translate, cut bool) nn.Node {
	s := x.Shape()
	n, h, w := s[0], s[1], s[2]
	pixels := h * w
	place := make([][]float32, 3) // the first pixel of the picture, row and column of every pixel
	for i := range n * pixels {
		place[0] = append(place[0], float32(i/pixels*pixels))
		place[1] = append(place[1], float32(i%pixels/w))
		place[2] = append(place[2], float32(i%w))
	}
	row, column := g.Constant(place[1], n, pixels), g.Constant(place[2], n, pixels)
	there := row.Like(1)
	if cut {
		there = inHole(row, below(g, "hole_row", n, h), h).Mul(inHole(column, below(g, "hole_column", n, w), w)).Neg().AddScalar(1)
	}
	if translate {
		row = row.AddCol(shift(g, "rows", n, h))
		column = column.AddCol(shift(g, "columns", n, w))
		there = there.Mul(within(row, h)).Mul(within(column, w))
	}
	from := g.Constant(place[0], n, pixels).Add(row.Scale(float64(w))).Add(column)
	index := from.AddScalar(1).Mul(there).AddScalar(-1) // −1 for none
	return x.Reshape(n*pixels, s[3]).Gather(index.Reshape(n, h, w))
}

// within is 1 where a place is one of an axis of a size, else 0.
func within(at nn.Node, size int) nn.Node {
	return at.Sub(at.Clamp(0, float64(size-1))).Abs().Sign().Neg().AddScalar(1)
}

// inHole is 1 for places in a hole of half the size of an axis, around a place of each row, else 0.
func inHole(at, centre nn.Node, size int) nn.Node {
	hole := max(1, size/2)
	return within(at.AddCol(centre.Neg()).AddScalar(float64(hole/2)), hole)
}

// shift draws for each of n examples by how many pixels it moves along an axis.
func shift(g *nn.Graph, name string, n, size int) nn.Node {
	most := (size + 4) / 8
	return below(g, name, n, 2*most+1).AddScalar(-float64(most))
}

// below draws n integers from 0 to most − 1.
func below(g *nn.Graph, name string, n, most int) nn.Node {
	return g.Uniform(name, n).Scale(float64(most)).AddScalar(-0.5).Round().Clamp(0, float64(most-1))
}
