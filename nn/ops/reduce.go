package ops

import "latentspace/kernel"

// reduction sums a tensor over some of its axes.
type reduction struct {
	name string
	run  func(dst, x []float32)
	diff func(x, g Node) Node
}

func (d reduction) Name() string { return d.name }
func (d reduction) Run(out []float32, in [][]float32, _ []float32) {
	d.run(out, in[0])
}
func (d reduction) Diff(in []Node, _, g Node) []Node { return []Node{d.diff(in[0], g)} }

// perRow is a reduction of each example to one value.
type perRow struct{ reduction }

// SumRows sums over all axes but the last: (…, n) to (n).
func SumRows(x Node) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	if len(x.Shape()) == 0 {
		return Errorf("sum of rows: a scalar, want (…, n)")
	}
	return apply(reduction{"sum of rows", kernel.SumRows,
		func(x, g Node) Node { return BroadcastRow(g, x.Shape()...) }}, []int{x.last()}, x)
}

// SumCols sums over all axes but the first: (n, …) to (n).
func SumCols(x Node) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	if len(x.Shape()) == 0 {
		return Errorf("sum of columns: a scalar, want (n, …)")
	}
	return apply(perRow{reduction{"sum of columns", kernel.SumCols,
		func(x, g Node) Node { return BroadcastCol(g, x.Shape()...) }}}, []int{x.first()}, x)
}

// Sum sums all elements to a scalar.
func Sum(x Node) Node {
	return apply(reduction{"sum", func(dst, x []float32) { dst[0] = kernel.Sum(x) },
		func(x, g Node) Node { return Broadcast(g, x.Shape()...) }}, nil, x)
}

// Mean is the mean of all elements, a scalar.
func Mean(x Node) Node { return Scale(Sum(x), 1/float32(max(1, x.size()))) }
