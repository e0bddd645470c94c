package likelihoods

import (
	"math"

	"latentspace/example"
	"latentspace/nn"
)

// Laplace is the density with heavy tails around the decoder's output y, with the width b of
// [Scale]:
//
//	−ln p(x|y) = Σ |x − y|/b + ln 2b
//
// The optimal b is the mean of |x − y| over the batch and all values, at least 10⁻³; its average
// in training is the state "width" (1). The learned one is the parameter "logwidth" (channels),
// ln b.
type Laplace struct {
	Scale Scale `yaml:"scale"` // width b: a number above 0, optimal or learned
}

// Check reports the fields that are out of range.
func (l Laplace) Check(report func(key, format string, args ...any)) { l.Scale.check(report, "scale") }

// Params implements [Likelihood].
func (Laplace) Params(f example.Field) []int { return f.Shape }

// NLL implements [Likelihood].
func (l Laplace) NLL(g *nn.Graph, y, x nn.Node, f example.Field) nn.Node {
	return l.KnownNLL(g, y, x, nn.Node{}, f)
}

// KnownNLL implements [Partial].
func (l Laplace) KnownNLL(g *nn.Graph, y, x, known nn.Node, _ example.Field) nn.Node {
	shape := x.Shape()
	away := x.Sub(y).Abs()
	if b, ok := l.Scale.Value(); ok {
		return away.Scale(1 / b).AddScalar(math.Ln2 + logOf(b)).SumCols()
	}
	if l.Scale == Learned {
		logb := g.Param("logwidth", nn.Zeros, lastOf(shape))
		return away.MulRow(logb.Neg().Exp()).AddRow(logb).AddScalar(math.Ln2).SumCols()
	}
	logb := optimal(g, "width", away, known, leastWidth)
	constant := logb.AddScalar(math.Ln2).Scale(float64(sizeOf(shape[1:]))).Reshape().Broadcast(shape[0])
	return away.Mul(logb.Neg().Exp().Reshape().Broadcast(shape...)).SumCols().Add(constant)
}

// Mean implements [Likelihood].
func (Laplace) Mean(_ *nn.Graph, y nn.Node, _ example.Field) nn.Node { return y }

// Draw implements [Likelihood]: y + b·(e₁ − e₂) for exponential numbers e.
func (l Laplace) Draw(g *nn.Graph, y nn.Node, _ example.Field) nn.Node {
	shape := y.Shape()
	e1 := g.Uniform("laplace", shape...).Log()
	e2 := g.Uniform("laplace", shape...).Log()
	eps := e2.Sub(e1)
	if b, ok := l.Scale.Value(); ok {
		return y.Add(eps.Scale(b))
	}
	if l.Scale == Learned {
		return y.Add(eps.MulRow(g.Param("logwidth", nn.Zeros, lastOf(shape)).Exp()))
	}
	b := g.Moving("width", nn.Moving{Rate: scaleRate, Start: 1, Positive: true}, 1).AddScalar(leastWidth)
	return y.Add(eps.Mul(b.Reshape().Broadcast(shape...)))
}

// Support implements [Likelihood].
func (Laplace) Support(example.Field) (lo, hi float64) { return anywhere() }

// Fits implements [Likelihood].
func (Laplace) Fits() []example.Kind { return numbers }
