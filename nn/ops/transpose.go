package ops

import "latentspace/kernel"

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
