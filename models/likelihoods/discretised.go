package likelihoods

import (
	"latentspace/example"
	"latentspace/nn"
)

// Discretised is the logistic density around the decoder's output y, integrated over the step
// between Levels values in [0, 1], the lowest and the highest of which have the tails: a
// probability of pixels of eight bits.
//
//	p(x|y) = σ((x + h − y)/s) − σ((x − h − y)/s),   h = ½/(Levels − 1)
//
// The parameter "logscale" (channels) is ln s of each channel, −2 at first. Values between the
// levels are an error of the data and not of the likelihood: they have the density's integral
// over a step around them.
//
// Salimans, Karpathy, Chen and Kingma, PixelCNN++, ICLR 2017, equation 2.
type Discretised struct {
	Levels int `yaml:"levels"` // values that a pixel can have, 2 to 65536
}

// Check reports the fields that are out of range.
func (l Discretised) Check(report func(key, format string, args ...any)) {
	if l.Levels < 2 || l.Levels > 1<<16 {
		report("levels", "%d, want it from 2 to 65536", l.Levels)
	}
}

// Params implements [Likelihood].
func (Discretised) Params(f example.Field) []int { return f.Shape }

const firstLogScale = -2

// logScale is ln s of each channel.
func (Discretised) logScale(g *nn.Graph, channels int) nn.Node {
	return g.Param("logscale", nn.Zeros, channels).AddScalar(firstLogScale)
}

// NLL implements [Likelihood]. With a and b the two arguments of σ,
//
//	ln(σ(a) − σ(b)) = −ζ(−a) − ζ(b) + ln(1 − e^(b−a))
//
// where ζ is the softplus; the first term alone is ln σ(a), which the lowest level has, and the
// second ln(1 − σ(b)), which the highest has.
func (l Discretised) NLL(g *nn.Graph, y, x nn.Node, _ example.Field) nn.Node {
	shape := x.Shape()
	steps := float64(l.Levels - 1)
	logs := l.logScale(g, lastOf(shape))
	precision := logs.Neg().ExpBounded(maxLogPrecision)
	centred := x.Sub(y)
	a, b := centred.AddScalar(0.5/steps).MulRow(precision), centred.AddScalar(-0.5/steps).MulRow(precision)
	lowest := step(x.Scale(-1).AddScalar(0.5 / steps))
	highest := step(x.AddScalar(-1 + 0.5/steps))
	inner := lowest.Add(highest).Neg().AddScalar(1)
	width := precision.Scale(-1 / steps).Exp().Neg().AddScalar(1).Log() // ln(1 − e^(b−a)) of each channel
	below := a.Neg().Softplus().Mul(highest.Neg().AddScalar(1))
	above := b.Softplus().Mul(lowest.Neg().AddScalar(1))
	return below.Add(above).Sub(inner.MulRow(width)).SumCols()
}

// maxLogPrecision bounds ln 1/s: a width of e⁻¹² is far below a step of 16 bits.
const maxLogPrecision = 12

// Mean implements [Likelihood].
func (Discretised) Mean(_ *nn.Graph, y nn.Node, _ example.Field) nn.Node { return y.Clamp(0, 1) }

// Draw implements [Likelihood].
func (l Discretised) Draw(g *nn.Graph, y nn.Node, _ example.Field) nn.Node {
	u := g.Uniform("discretised", y.Shape()...)
	logistic := u.Log().Sub(u.Neg().AddScalar(1).Log())
	steps := float64(l.Levels - 1)
	x := y.Add(logistic.MulRow(l.logScale(g, lastOf(y.Shape())).Exp())).Clamp(0, 1)
	return x.Scale(steps).Round().Scale(1 / steps)
}

// Support implements [Likelihood].
func (Discretised) Support(example.Field) (lo, hi float64) { return 0, 1 }

// Fits implements [Likelihood].
func (Discretised) Fits() []example.Kind { return []example.Kind{example.Unit, example.Binary} }
