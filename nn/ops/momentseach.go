package ops

import "latentspace/kernel"

// Normalisation of each example alone, by what its pixels are on average, is the operations of
// normalisation by the batch with vectors of each example, (batch, n) for x (batch, …, n).

// withEach checks that v has a vector along the last axis of x for each example.
func withEach(name string, x, v Node) (Node, bool) {
	if bad, ok := firstErr(x, v); ok {
		return bad, true
	}
	if s := v.Shape(); len(x.Shape()) < 2 || len(s) != 2 || s[0] != x.first() || s[1] != x.last() {
		return Errorf("%s: shapes %v and %v, want (batch, …, n) and (batch, n)", name, x.Shape(), s), true
	}
	return Node{}, false
}

// MomentsEach are the mean and the variance, with division by the count, over all axes but the
// first and the last: (batch, …, n) to (batch, n) and (batch, n).
func MomentsEach(x Node) (mean, variance Node) {
	if bad, ok := firstErr(x); ok {
		return bad, bad
	}
	if len(x.Shape()) < 2 {
		bad := Errorf("moments of each: shape %v, want (batch, …, n)", x.Shape())
		return bad, bad
	}
	e := each{x.first(), x.last()}
	both := apply(momentsEach{e}, e.pair(), x)
	return e.of(both, 0), e.of(both, 1)
}

// each is examples of vectors of n.
type each struct{ batch, n int }

func (each) Attrs() []Attr { return nil }

// pair is the shape of two vectors of each example, and of one of the two.
func (e each) pair() []int { return []int{2, e.batch, e.n} }
func (e each) of(both Node, i int) Node {
	return Reshape(Slice(both, 0, i, i+1), e.batch, e.n)
}

type momentsEach struct{ each }

func (momentsEach) Name() string { return "moments of each" }
func (d momentsEach) Run(out []float32, in [][]float32, _ []float32) {
	kernel.MomentsEach(out, in[0], d.batch, d.n)
}

// Diff is (h₀ + 2 h₁·(x − mean))/rows for h = (h₀, h₁).
func (d momentsEach) Diff(in []Node, out, h Node) []Node {
	x := in[0]
	h = Scale(h, float32(d.batch*d.n)/float32(x.size()))
	return []Node{NormaliseEach(x, d.of(out, 0), Scale(d.of(h, 1), 2), d.of(h, 0))}
}

// NormaliseEach is (x − mean)·factor + bias, each a vector along the last axis of each example.
//
//	x (batch, …, n)   mean, factor, bias (batch, n)   y like x
func NormaliseEach(x, mean, factor, bias Node) Node {
	for _, v := range []Node{mean, factor, bias} {
		if bad, ok := withEach("normalise each", x, v); ok {
			return bad
		}
	}
	return apply(normaliseEach{each{x.first(), x.last()}}, x.Shape(), x, mean, factor, bias)
}

type normaliseEach struct{ each }

func (normaliseEach) Name() string { return "normalise each" }
func (normaliseEach) elementwise() {}
func (d normaliseEach) Run(out []float32, in [][]float32, _ []float32) {
	kernel.NormaliseEach(out, in[0], in[1], in[2], in[3], d.batch, d.n)
}

// Diff is g·factor, −factor·Σ g, Σ g·(x − mean) and Σ g, summed over the rows of each example.
func (d normaliseEach) Diff(in []Node, _, g Node) []Node {
	x, mean, factor := in[0], in[1], in[2]
	sums := apply(centredSumsEach(d), d.pair(), g, x, mean)
	return []Node{MulEach(g, factor), Scale(Mul(factor, d.of(sums, 0)), -1), d.of(sums, 1), d.of(sums, 0)}
}

// centredSumsEach are Σ g and Σ g·(x − mean), summed over the rows of each example.
type centredSumsEach struct{ each }

func (centredSumsEach) Name() string { return "centred sums of each" }
func (d centredSumsEach) Run(out []float32, in [][]float32, _ []float32) {
	kernel.CentredSumsEach(out, in[0], in[1], in[2], d.batch, d.n)
}

// Diff is h₀ + h₁·(x − mean), h₁·g and −h₁·Σ g for h = (h₀, h₁).
func (d centredSumsEach) Diff(in []Node, out, h Node) []Node {
	g, x, mean := in[0], in[1], in[2]
	return []Node{
		NormaliseEach(x, mean, d.of(h, 1), d.of(h, 0)),
		MulEach(g, d.of(h, 1)),
		Scale(Mul(d.of(h, 1), d.of(out, 0)), -1),
	}
}

// MulEach is x·factor, multiplied along the last axis of each example.
func MulEach(x, factor Node) Node {
	if bad, ok := withEach("mul each", x, factor); ok {
		return bad
	}
	return apply(mulEach{each{x.first(), x.last()}}, x.Shape(), x, factor)
}

type mulEach struct{ each }

func (mulEach) Name() string { return "mul each" }
func (mulEach) elementwise() {}
func (d mulEach) Run(out []float32, in [][]float32, _ []float32) {
	kernel.MulEach(out, in[0], in[1], d.batch, d.n)
}

// Diff is g·factor and Σ g·x, summed over the rows of each example.
func (d mulEach) Diff(in []Node, _, g Node) []Node {
	x, factor := in[0], in[1]
	sums := apply(centredSumsEach(d), d.pair(), g, x, ConstLike(factor, 0))
	return []Node{MulEach(g, factor), d.of(sums, 1)}
}
