package ops

import (
	"slices"

	"latentspace/kernel"
	"latentspace/tensor"
)

// middle is an axis of a shape that is read as (outer, size, inner).
type middle struct{ axis, outer, size, inner int }

func middleOf(name string, x Node, axis int) (m middle, bad Node, failed bool) {
	if bad, ok := firstErr(x); ok {
		return m, bad, true
	}
	s := x.Shape()
	if axis < 0 || axis >= len(s) {
		return m, Errorf("%s: axis %d of shape %v, want one from 0 to %d", name, axis, s, len(s)-1), true
	}
	return middle{axis, tensor.Size(s[:axis]), s[axis], tensor.Size(s[axis+1:])}, Node{}, false
}

// SumAxis sums one axis, which is no more in the result:
//
//	y[…,i,…] = Σₖ x[…,k,i,…]
//
//	x (…, n, …)   y (…, …)
func SumAxis(x Node, axis int) Node {
	m, bad, ok := middleOf("sum of an axis", x, axis)
	if ok {
		return bad
	}
	shape := slices.Delete(slices.Clone(x.Shape()), axis, axis+1)
	switch {
	case m.inner == 1:
		return Reshape(SumCols(Reshape(x, m.outer, m.size)), shape...)
	case m.outer == 1:
		return Reshape(SumRows(Reshape(x, m.size, m.inner)), shape...)
	}
	return apply(sumAxis{m}, shape, x)
}

// MeanAxis is the mean over one axis, which is no more in the result.
func MeanAxis(x Node, axis int) Node {
	m, bad, ok := middleOf("mean of an axis", x, axis)
	if ok {
		return bad
	}
	return Scale(SumAxis(x, axis), 1/float32(m.size))
}

// RepeatAxis is the adjoint of [SumAxis]: x repeated n times along a new axis.
//
//	x (…, …)   y (…, n, …)
func RepeatAxis(x Node, axis, n int) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	s := x.Shape()
	if axis < 0 || axis > len(s) || n < 1 {
		return Errorf("repeat: shape %v, %d times along a new axis %d, want an axis from 0 to %d and at least once", s, n, axis, len(s))
	}
	shape := slices.Insert(slices.Clone(s), axis, n)
	m := middle{axis, tensor.Size(s[:axis]), n, tensor.Size(s[axis:])}
	switch {
	case m.inner == 1:
		return Reshape(BroadcastCol(Reshape(x, m.outer), m.outer, n), shape...)
	case m.outer == 1:
		return Reshape(BroadcastRow(Reshape(x, m.inner), n, m.inner), shape...)
	}
	return apply(repeatAxis{m}, shape, x)
}

// Repeat repeats each row n times in a row: the rows of y from i·n on are row i of x.
//
//	x (b, …)   y (b·n, …)
func Repeat(x Node, n int) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	s := x.Shape()
	if len(s) == 0 || n < 1 {
		return Errorf("repeat: shape %v, %d times, want (b, …) and at least once", s, n)
	}
	return Reshape(RepeatAxis(x, 1, n), append([]int{s[0] * n}, s[1:]...)...)
}

type sumAxis struct{ middle }

func (sumAxis) Name() string    { return "sum of an axis" }
func (d sumAxis) Attrs() []Attr { return []Attr{{"axis", d.axis}} }
func (d sumAxis) Run(out []float32, in [][]float32, _ []float32) {
	kernel.SumAxis(out, in[0], d.size, d.inner)
}
func (d sumAxis) Diff(_ []Node, _, g Node) []Node { return []Node{RepeatAxis(g, d.axis, d.size)} }

type repeatAxis struct{ middle }

func (repeatAxis) Name() string    { return "repeat" }
func (d repeatAxis) Attrs() []Attr { return []Attr{{"axis", d.axis}} }
func (d repeatAxis) Run(out []float32, in [][]float32, _ []float32) {
	kernel.RepeatAxis(out, in[0], d.size, d.inner)
}
func (d repeatAxis) Diff(_ []Node, _, g Node) []Node { return []Node{SumAxis(g, d.axis)} }
