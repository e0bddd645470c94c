package ops

import (
	"slices"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Reshape is x in another shape with as many elements, in row-major order. It
// copies nothing.
func Reshape(x Node, shape ...int) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	for _, d := range shape {
		if d < 1 {
			return Errorf("reshape: %v to %v, want dimensions of at least 1", x.Shape(), shape)
		}
	}
	if tensor.Size(shape) != x.size() {
		return Errorf("reshape: %v to %v, want the same number of elements", x.Shape(), shape)
	}
	if slices.Equal(x.Shape(), shape) {
		return x
	}
	return apply(reshape{}, shape, x)
}

type reshape struct{}

func (reshape) Name() string { return "reshape" }
func (reshape) view() int    { return 0 }
func (reshape) Run(out []float32, in [][]float32, _ []float32) {
	copy(out, in[0])
}
func (reshape) Diff(in []Node, _, g Node) []Node { return []Node{Reshape(g, in[0].Shape()...)} }

// Slice takes the range [lo, hi) of one axis.
func Slice(x Node, axis, lo, hi int) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	s := x.Shape()
	if axis < 0 || axis >= len(s) || lo < 0 || hi <= lo || hi > s[axis] {
		return Errorf("slice: [%d, %d) of axis %d of shape %v is out of range", lo, hi, axis, s)
	}
	shape := slices.Clone(s)
	shape[axis] = hi - lo
	return apply(slice{spanOf(s, axis, lo, hi)}, shape, x)
}

// Pad is the adjoint of Slice: x becomes the range [lo, lo+n) of an axis that is
// size long, n being x's length there; the rest is zero.
func Pad(x Node, axis, lo, size int) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	s := x.Shape()
	if axis < 0 || axis >= len(s) || lo < 0 || lo+s[axis] > size {
		return Errorf("pad: axis %d of shape %v does not fit at %d of %d", axis, s, lo, size)
	}
	hi := lo + s[axis]
	shape := slices.Clone(s)
	shape[axis] = size
	return apply(pad{spanOf(shape, axis, lo, hi)}, shape, x)
}

// span is a range of one axis of a shape read as (outer, size, inner).
type span struct{ axis, outer, size, inner, lo, hi int }

func spanOf(shape []int, axis, lo, hi int) span {
	return span{axis, tensor.Size(shape[:axis]), shape[axis], tensor.Size(shape[axis+1:]), lo, hi}
}

type slice struct{ span }

func (slice) Name() string { return "slice" }
func (d slice) Run(out []float32, in [][]float32, _ []float32) {
	kernel.Slice(out, in[0], d.outer, d.size, d.inner, d.lo, d.hi)
}
func (d slice) Diff(_ []Node, _, g Node) []Node { return []Node{Pad(g, d.axis, d.lo, d.size)} }

type pad struct{ span }

func (pad) Name() string { return "pad" }
func (d pad) Run(out []float32, in [][]float32, _ []float32) {
	kernel.Pad(out, in[0], d.outer, d.size, d.inner, d.lo, d.hi)
}
func (d pad) Diff(_ []Node, _, g Node) []Node { return []Node{Slice(g, d.axis, d.lo, d.hi)} }

// Transpose is the transpose of a matrix: (m, n) to (n, m). A product takes a transposed
// operand as it is; see [MatMul].
func Transpose(x Node) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	s := x.Shape()
	if len(s) != 2 {
		return Errorf("transpose: shape %v, want a matrix", s)
	}
	return apply(transpose{s[0], s[1]}, []int{s[1], s[0]}, x)
}

type transpose struct{ rows, cols int }

func (transpose) Name() string  { return "transpose" }
func (transpose) Attrs() []Attr { return nil }
func (d transpose) Run(out []float32, in [][]float32, _ []float32) {
	kernel.Transpose(out, in[0], d.rows, d.cols)
}
func (transpose) Diff(_ []Node, _, g Node) []Node { return []Node{Transpose(g)} }
