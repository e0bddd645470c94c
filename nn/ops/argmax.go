package ops

import "slices"

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
