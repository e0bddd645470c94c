package ops

import (
	"fmt"
	"slices"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Gather takes rows of a table, each by its index, and a row of zeros for an index of −1:
//
//	y[i,…] = table[index[i],…]
//
//	table (rows, …)   index (n…)   y (n…, …)
//
// An index has no gradient. One that is neither −1 nor a row is an error when the
// program runs.
func Gather(table, index Node) Node {
	if bad, ok := firstErr(table, index); ok {
		return bad
	}
	s := table.Shape()
	if len(s) == 0 || s[0] > MaxIndex {
		return Errorf("gather: table of shape %v, want (rows, …) of at most %d rows", s, MaxIndex)
	}
	return apply(gather{s[0], tensor.Size(s[1:])}, slices.Concat(index.Shape(), s[1:]), table, index)
}

// ScatterAdd is the adjoint of [Gather] in its table. It adds each row of x to the row of y
// that its index says, to none for −1:
//
//	y[k,…] = Σ x[i,…]   over i with index[i] = k
//
//	x (n…, …)   index (n…)   y (rows, …)
func ScatterAdd(x, index Node, rows int) Node {
	if bad, ok := firstErr(x, index); ok {
		return bad
	}
	s, n := x.Shape(), index.Shape()
	if len(s) < len(n) || !slices.Equal(s[:len(n)], n) || rows < 1 || rows > MaxIndex {
		return Errorf("scatter: shapes %v and %v to %d rows, want (n…, …), (n…) and from 1 to %d rows", s, n, rows, MaxIndex)
	}
	tail := s[len(n):]
	return apply(scatter{rows, tensor.Size(n), tensor.Size(tail)}, append([]int{rows}, tail...), x, index)
}

// MaxIndex is the largest index: float32 has every integer up to it.
const MaxIndex = 1 << 24

// inRange reports the first index that is neither −1 nor an integer below n.
func inRange(index []float32, n int) error {
	for i, v := range index {
		if !(v >= -1 && v < float32(n)) || v != float32(int(v)) {
			return fmt.Errorf("index %v at %d, want an integer from 0 to %d, or -1 for none", v, i, n-1)
		}
	}
	return nil
}

type gather struct{ rows, width int }

func (gather) Name() string                 { return "gather" }
func (gather) Attrs() []Attr                { return nil }
func (gather) constantIn(i int) bool        { return i == 1 }
func (d gather) Check(in [][]float32) error { return inRange(in[1], d.rows) }
func (d gather) Run(out []float32, in [][]float32, _ []float32) {
	kernel.Gather(out, in[0], in[1], d.width)
}
func (d gather) Diff(in []Node, _, g Node) []Node {
	return []Node{ScatterAdd(g, in[1], d.rows), {}}
}

type scatter struct{ rows, n, width int }

func (scatter) Name() string                 { return "scatter" }
func (scatter) Attrs() []Attr                { return nil }
func (scatter) constantIn(i int) bool        { return i == 1 }
func (d scatter) Check(in [][]float32) error { return inRange(in[1], d.rows) }
func (d scatter) Scratch() int               { return kernel.ScatterScratch(d.rows, d.n) }
func (d scatter) Run(out []float32, in [][]float32, scratch []float32) {
	kernel.ScatterAdd(out, in[0], in[1], scratch, d.width)
}
func (scatter) Diff(in []Node, _, h Node) []Node { return []Node{Gather(h, in[1]), {}} }

// OneHot is 1 in the place that an index says and 0 in the others, and 0 everywhere for an
// index of −1:
//
//	index (n…)   y (n…, classes)
//
// It has no gradient. An index that is neither −1 nor a class is an error when the
// program runs.
func OneHot(index Node, classes int) Node {
	if bad, ok := firstErr(index); ok {
		return bad
	}
	if classes < 1 || classes > MaxIndex {
		return Errorf("one-hot: %d classes, want from 1 to %d", classes, MaxIndex)
	}
	return apply(oneHot{classes}, append(slices.Clone(index.Shape()), classes), index)
}

type oneHot struct{ classes int }

func (oneHot) Name() string                 { return "one-hot" }
func (oneHot) Attrs() []Attr                { return nil }
func (oneHot) constantIn(int) bool          { return true }
func (d oneHot) Check(in [][]float32) error { return inRange(in[0], d.classes) }
func (d oneHot) Run(out []float32, in [][]float32, _ []float32) {
	clear(out)
	for i, k := range in[0] {
		if k >= 0 {
			out[i*d.classes+int(k)] = 1
		}
	}
}
func (oneHot) Diff([]Node, Node, Node) []Node { return []Node{{}} }
