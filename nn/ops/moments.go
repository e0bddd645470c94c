package ops

import "latentspace/kernel"

// Batch normalisation is three operations, whose derivatives are made of each
// other: what depends on every row in one pass, the moments or the centred sums,
// and what then is done to every row, normalise.

// Moments are the mean and the variance, with division by the count, over all axes
// but the last: (…, n) to (n) and (n).
func Moments(x Node) (mean, variance Node) {
	if bad, ok := firstErr(x); ok {
		return bad, bad
	}
	if len(x.Shape()) == 0 {
		bad := Errorf("moments: a scalar, want (…, n)")
		return bad, bad
	}
	both := apply(moments{}, []int{2, x.last()}, x)
	return row(both, 0), row(both, 1)
}

// row is row i of a matrix.
func row(x Node, i int) Node { return Reshape(Slice(x, 0, i, i+1), x.last()) }

type moments struct{}

func (moments) Name() string { return "moments" }
func (moments) Run(out []float32, in [][]float32, _ []float32) {
	kernel.Moments(out, in[0])
}

// Diff is (h₀ + 2 h₁·(x − mean))/rows for h = (h₀, h₁).
func (moments) Diff(in []Node, out, h Node) []Node {
	x := in[0]
	h = Scale(h, float32(x.last())/float32(x.size()))
	return []Node{Normalise(x, row(out, 0), Scale(row(h, 1), 2), row(h, 0))}
}

// Normalise is (x − mean)·factor + bias, each a vector along the last axis.
//
//	x (…, n)   mean, factor, bias (n)   y like x
func Normalise(x, mean, factor, bias Node) Node {
	for _, v := range []Node{mean, factor, bias} {
		if bad, ok := withRow("normalise", x, v); ok {
			return bad
		}
	}
	return apply(normalise{}, x.Shape(), x, mean, factor, bias)
}

type normalise struct{}

func (normalise) Name() string { return "normalise" }
func (normalise) elementwise() {}
func (normalise) Run(out []float32, in [][]float32, _ []float32) {
	kernel.Normalise(out, in[0], in[1], in[2], in[3])
}

// Diff is g·factor, −factor·Σ g, Σ g·(x − mean) and Σ g, summed over rows.
func (normalise) Diff(in []Node, _, g Node) []Node {
	x, mean, factor := in[0], in[1], in[2]
	sums := apply(centredSums{}, []int{2, x.last()}, g, x, mean)
	return []Node{MulRow(g, factor), Scale(Mul(factor, row(sums, 0)), -1), row(sums, 1), row(sums, 0)}
}

// centredSums are Σ g and Σ g·(x − mean), summed over rows.
type centredSums struct{}

func (centredSums) Name() string { return "centred sums" }
func (centredSums) Run(out []float32, in [][]float32, _ []float32) {
	kernel.CentredSums(out, in[0], in[1], in[2])
}

// Diff is h₀ + h₁·(x − mean), h₁·g and −h₁·Σ g for h = (h₀, h₁).
func (centredSums) Diff(in []Node, out, h Node) []Node {
	g, x, mean := in[0], in[1], in[2]
	return []Node{
		Normalise(x, mean, row(h, 1), row(h, 0)),
		MulRow(g, row(h, 1)),
		Scale(Mul(row(h, 1), row(out, 0)), -1),
	}
}
