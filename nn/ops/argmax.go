package ops

import (
	"slices"

	"latentspace/kernel"
)

// ArgMax is the index of the largest value along the last axis, the first of several: (…,
// n) to (…). NaN counts as the largest. It has no gradient.
func ArgMax(x Node) Node { return extreme(x, argExtreme{}) }

// ArgMin is the index of the smallest value along the last axis, the first of several: (…,
// n) to (…). NaN counts as the smallest. It has no gradient.
func ArgMin(x Node) Node { return extreme(x, argExtreme{smallest: true}) }

func extreme(x Node, d argExtreme) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	s := x.Shape()
	if len(s) == 0 || x.last() > MaxIndex {
		return Errorf("%s: shape %v, want (…, n) with n of at most %d", d.Name(), s, MaxIndex)
	}
	return apply(d, slices.Clone(s[:len(s)-1]), x)
}

type argExtreme struct{ smallest bool }

func (d argExtreme) Name() string {
	if d.smallest {
		return "argmin"
	}
	return "argmax"
}
func (argExtreme) Attrs() []Attr       { return nil }
func (argExtreme) constantIn(int) bool { return true }
func (d argExtreme) Run(out []float32, in [][]float32, _ []float32) {
	n := len(in[0]) / len(out)
	for r := range out {
		best, top := 0, in[0][r*n]
		for i, v := range in[0][r*n : (r+1)*n] {
			if top != top {
				break
			}
			if v != v || !d.smallest && v > top || d.smallest && v < top {
				best, top = i, v
			}
		}
		out[r] = float32(best)
	}
}
func (argExtreme) Diff([]Node, Node, Node) []Node { return []Node{{}} }

// TopK is 1 in the places of the k largest values along the last axis, and 0 in the others: (…, n) to
// (…, n). Of equal values the first are taken, and NaN counts as the largest. It has no gradient:
// Mul(x, TopK(x, k)) has that of the values that are taken.
func TopK(x Node, k int) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	if k < 1 {
		return Errorf("top-k: %d places, want at least 1", k)
	}
	if len(x.Shape()) == 0 || x.last() < k {
		return Errorf("top-k: shape %v, want (…, n) with n of at least %d, the places to take", x.Shape(), k)
	}
	return apply(topK{x.size() / x.last(), x.last(), k}, x.Shape(), x)
}

type topK struct{ rows, cols, k int }

func (topK) Name() string        { return "top-k" }
func (d topK) Attrs() []Attr     { return []Attr{{"k", d.k}} }
func (topK) constantIn(int) bool { return true }
func (d topK) Scratch() int      { return kernel.TopKScratch(d.rows, d.k) }
func (d topK) Run(out []float32, in [][]float32, scratch []float32) {
	kernel.TopK(out, in[0], scratch, d.cols, d.k)
}
func (topK) Diff([]Node, Node, Node) []Node { return []Node{{}} }
