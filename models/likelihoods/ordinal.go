package likelihoods

import (
	"latentspace/example"
	"latentspace/nn"
)

// Ordinal is the likelihood of the index of a word among words in order, by a place y (batch,
// 1) on a line that thresholds θ divide:
//
//	p(x ≤ k|y) = σ(θₖ − y),   θ₀ < θ₁ < … < θ_{words−2}
//
// The thresholds are sums of the parameter "gaps" (words − 1): θ₀ = gap₀ and θₖ = θₖ₋₁ + e^gapₖ.
//
// McCullagh, Regression Models for Ordinal Data, JRSS B 1980, section 2.
type Ordinal struct{}

// Params implements [Likelihood].
func (Ordinal) Params(f example.Field) []int { return []int{f.Size()} }

// NLL implements [Likelihood], by the logarithms of a difference of σ that [Discretised] has.
func (l Ordinal) NLL(g *nn.Graph, y, x nn.Node, f example.Field) nn.Node {
	n, size, words := x.Shape()[0], f.Size(), len(f.Words)
	if words < 2 {
		return x.Reshape(n, size).SumCols().Scale(0)
	}
	told := x.Reshape(n * size).OneHot(words)
	theta := l.thresholds(g, words)
	place := y.Reshape(n * size)
	inner := told.Slice(1, 0, words-1) // has an upper threshold
	outer := told.Slice(1, 1, words)   // has a lower one
	a := inner.MatMul(theta).Reshape(n * size).Sub(place)
	b := outer.MatMul(theta).Reshape(n * size).Sub(place)
	upper, lower := inner.SumCols(), outer.SumCols()
	nll := a.Neg().Softplus().Mul(upper).Add(b.Softplus().Mul(lower))
	if words > 2 {
		// ln(1 − e^(θₖ₋₁ − θₖ)) of the words between two thresholds
		gaps := theta.Slice(0, 1, words-1).Sub(theta.Slice(0, 0, words-2))
		width := gaps.Neg().Exp().Neg().AddScalar(1).Log()
		nll = nll.Sub(told.Slice(1, 1, words-1).MatMul(width).Reshape(n * size))
	}
	return nll.Reshape(n, size).SumCols()
}

// thresholds are θ (words − 1, 1).
func (Ordinal) thresholds(g *nn.Graph, words int) nn.Node {
	gaps := g.Param("gaps", nn.Zeros, words-1, 1)
	if words == 2 {
		return gaps
	}
	first := gaps.Slice(0, 0, 1)
	rest := gaps.Slice(0, 1, words-1).ExpBounded(maxGap).AddScalar(leastGap)
	sums := g.Constant(lowerTriangle(words-1), words-1, words-1)
	return sums.MatMul(nn.Concat(0, first, rest))
}

const (
	maxGap   = 20
	leastGap = 1e-3
)

// lowerTriangle is the matrix (n, n) that makes running sums.
func lowerTriangle(n int) []float32 {
	m := make([]float32, n*n)
	for i := range n {
		for j := range i + 1 {
			m[i*n+j] = 1
		}
	}
	return m
}

// Mean implements [Likelihood]: the word whose thresholds the place is between.
func (l Ordinal) Mean(g *nn.Graph, y nn.Node, f example.Field) nn.Node {
	n, size, words := y.Shape()[0], f.Size(), len(f.Words)
	if words < 2 {
		return y.Scale(0).Reshape(append([]int{n}, f.Shape...)...)
	}
	theta := l.thresholds(g, words).Reshape(words - 1)
	above := step(y.Reshape(n*size).BroadcastCol(n*size, words-1).AddRow(theta.Neg()))
	return above.SumCols().Reshape(append([]int{n}, f.Shape...)...)
}

// Draw implements [Likelihood]: the mean of a place moved by a logistic number.
func (l Ordinal) Draw(g *nn.Graph, y nn.Node, f example.Field) nn.Node {
	u := g.Uniform("ordinal", y.Shape()...)
	return l.Mean(g, y.Add(u.Log().Sub(u.Neg().AddScalar(1).Log())), f)
}

// Support implements [Likelihood].
func (Ordinal) Support(f example.Field) (lo, hi float64) { return indices(f) }

// Fits implements [Likelihood].
func (Ordinal) Fits() []example.Kind { return []example.Kind{example.Ordinal} }
