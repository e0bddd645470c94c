package ops

import "slices"

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
	if classes < 1 || classes > maxIndex {
		return Errorf("one-hot: %d classes, want from 1 to %d", classes, maxIndex)
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
