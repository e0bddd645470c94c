package likelihoods

import (
	"latentspace/example"
	"latentspace/nn"
	"latentspace/nn/elementary"
)

// Gaussian is the normal density around the decoder's output y, with the deviation σ of
// [Scale]:
//
//	−ln p(x|y) = Σ ½ ((x − y)/σ)² + ln σ + ½ ln 2π
//
// The optimal σ² is the mean of (x − y)² over the batch and all values, at least 10⁻⁶; its
// average in training is the state "variance" (1). The learned one is the parameter "logvar"
// (channels), ln σ².
type Gaussian struct {
	Sigma Scale `yaml:"sigma"` // standard deviation: a number above 0, optimal or learned
}

// Check reports the fields that are out of range.
func (l Gaussian) Check(report func(key, format string, args ...any)) { l.Sigma.check(report, "sigma") }

// Params implements [Likelihood].
func (Gaussian) Params(f example.Field) []int { return f.Shape }

// NLL implements [Likelihood].
func (l Gaussian) NLL(g *nn.Graph, y, x nn.Node, f example.Field) nn.Node {
	return l.KnownNLL(g, y, x, nn.Node{}, f)
}

// KnownNLL implements [Partial].
func (l Gaussian) KnownNLL(g *nn.Graph, y, x, known nn.Node, _ example.Field) nn.Node {
	if sigma, ok := l.Sigma.Value(); ok {
		return nn.FixedGaussianNLL(y, x, sigma)
	}
	shape := x.Shape()
	if l.Sigma == Learned {
		return nn.GaussianNLL(y, l.logvar(g, lastOf(shape)).BroadcastRow(shape...), x)
	}
	squares := x.Sub(y).Square()
	logvar := optimal(g, "variance", squares, known, leastWidth*leastWidth)
	precision := logvar.Neg().Exp().Reshape().Broadcast(shape...)
	constant := logvar.AddScalar(elementary.LogTwoPi).Scale(0.5 * float64(sizeOf(shape[1:]))).Reshape().Broadcast(shape[0])
	return squares.Mul(precision).Scale(0.5).SumCols().Add(constant)
}

// logvar is the learned ln σ² of each channel.
func (Gaussian) logvar(g *nn.Graph, channels int) nn.Node {
	return g.Param("logvar", nn.Zeros, channels)
}

// Mean implements [Likelihood].
func (Gaussian) Mean(_ *nn.Graph, y nn.Node, _ example.Field) nn.Node { return y }

// Draw implements [Likelihood].
func (l Gaussian) Draw(g *nn.Graph, y nn.Node, _ example.Field) nn.Node {
	shape := y.Shape()
	eps := g.Noise("gaussian", shape...)
	if sigma, ok := l.Sigma.Value(); ok {
		return y.Add(eps.Scale(sigma))
	}
	if l.Sigma == Learned {
		return y.Add(eps.MulRow(l.logvar(g, lastOf(shape)).Scale(0.5).Exp()))
	}
	variance := g.Moving("variance", nn.Moving{Rate: scaleRate, Start: 1, Positive: true}, 1)
	return y.Add(eps.Mul(variance.AddScalar(leastWidth * leastWidth).Sqrt().Reshape().Broadcast(shape...)))
}

// Support implements [Likelihood].
func (Gaussian) Support(example.Field) (lo, hi float64) { return anywhere() }

// Fits implements [Likelihood].
func (Gaussian) Fits() []example.Kind { return numbers }
