package ops

import (
	"slices"

	"latentspace/tensor"
)

// Concat puts tensors one behind the other along an axis. Their other axes must be equal.
//
//	xᵢ (…, nᵢ, …)   y (…, Σ nᵢ, …)
func Concat(axis int, xs ...Node) Node {
	if bad, ok := firstErr(xs...); ok {
		return bad
	}
	if len(xs) == 0 {
		return Errorf("concat: no tensors, want one at least")
	}
	s := xs[0].Shape()
	if axis < 0 || axis >= len(s) {
		return Errorf("concat: axis %d of shape %v, want one from 0 to %d", axis, s, len(s)-1)
	}
	if len(xs) == 1 {
		return xs[0]
	}
	shape := slices.Clone(s)
	shape[axis] = 0
	d := concat{axis: axis, outer: tensor.Size(s[:axis])}
	for i, x := range xs {
		other := slices.Clone(x.Shape())
		if len(other) == len(s) {
			other[axis] = s[axis]
		}
		if !slices.Equal(other, s) {
			return Errorf("concat: shape %v of tensor %d, want that of the first, %v, but for axis %d", x.Shape(), i, s, axis)
		}
		shape[axis] += x.Shape()[axis]
		d.sizes = append(d.sizes, x.Shape()[axis])
	}
	return apply(d, shape, xs...)
}

type concat struct {
	axis, outer int
	sizes       []int
}

func (concat) Name() string    { return "concat" }
func (d concat) Attrs() []Attr { return []Attr{{"axis", d.axis}} }
func (d concat) Run(out []float32, in [][]float32, _ []float32) {
	for o := range d.outer {
		for _, x := range in {
			n := len(x) / d.outer
			copy(out[:n], x[o*n:])
			out = out[n:]
		}
	}
}

// Diff is the ranges of g.
func (d concat) Diff(in []Node, _, g Node) []Node {
	grads := make([]Node, len(in))
	lo := 0
	for i, n := range d.sizes {
		grads[i] = Slice(g, d.axis, lo, lo+n)
		lo += n
	}
	return grads
}
