package ops

import "slices"

// joint computes two operations in one pass, given the inputs of the second, with
// the bits that each has alone.
type joint func(first, second []float32, in [][]float32)

type joining interface{ runWith(other Def) joint }

// Joins reports whether there are operations that run together with this one.
func (o *Op) Joins() bool {
	_, ok := o.Def.(joining)
	return ok
}

// With returns a run that computes this operation and another, such as a
// likelihood and its gradient; nil if there is none. The inputs are those of the
// other, which are those of this operation and more.
func (o *Op) With(other *Op) func(first, second []float32, in [][]float32) {
	d, ok := o.Def.(joining)
	if !ok || len(other.inputs) < len(o.inputs) || !slices.Equal(o.inputs, other.inputs[:len(o.inputs)]) {
		return nil
	}
	return d.runWith(other.Def)
}
