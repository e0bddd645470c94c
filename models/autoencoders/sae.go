package autoencoders

import (
	"math"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/settings"
	"latentspace/tensor"
)

// SAE is the sparse autoencoder, which finds a dictionary of features, few of which an example, or
// what a network makes of it, is a sum of:
//
//	x′ = (x − m)/s,   f = Activation(E·(x′ − d)),   y′ = Σᵢ fᵢ·Dᵢ/|Dᵢ| + d,   y = m + s·y′
//	L = s²·(|x′ − y′|² + what Activation has besides + Auxiliary·A/|e|²), per example
//
//	m "input.centre" (d)   s "input.scale" (1)   E "encoder.weight" (latent, d)
//	D "decoder.weight" (latent, d), which E starts as   d "decoder.bias" (d)
//
// m is the geometric median of the first batch, its mean or zero, and s makes the mean of |x′|² one,
// so that no option depends on the unit of the data.
//
// A feature that no example of the last DeadAfter has is dead: nothing trains it. The dead features
// have to reproduce what the others leave, e = x′ − y′, which stands still:
//
//	A = |e − Σᵢ aᵢ·Dᵢ/|Dᵢ||²,   a the largest of ReLU of what dead features were before the activation
//
// so that they come back as what is missing; the bias of one that is below zero for every example
// rises until it is not. A counts relative to |e|², both as means of a batch, as the squared error does
// relative to |x′|²: on the scale of x′ its gradient would be lost, and it does not fall with the
// error. In training "dead" is the share of dead features. "l0" is how many features an example has,
// "explained" the share of the variance of a batch that the reconstruction has.
//
// Codes are drawn feature by feature, as often as training saw each, "code.rate" (latent), and
// exponential with its mean.
//
// Gao et al., Scaling and Evaluating Sparse Autoencoders, ICLR 2025, section 2 and appendix A.
type SAE struct {
	Latent     int        `yaml:"latent"`     // features
	Activation Activation `yaml:"activation"` // which of them are not zero
	Start      string     `yaml:"start"`      // of the middle of the data: median, mean or zeros
	Auxiliary  float64    `yaml:"auxiliary"`  // weight of the loss that brings dead features back, at least 0
	DeadAfter  int        `yaml:"dead_after"` // examples without a feature after which it is dead, at least 1
}

var (
	_ models.Encoder    = SAE{}
	_ models.Decoder    = SAE{}
	_ models.Prior      = SAE{}
	_ models.Dictionary = SAE{}
)

// DefaultSAE has the defaults of the kind.
var DefaultSAE = SAE{Latent: 1024, Activation: TopK{K: 16}, Start: "median", Auxiliary: 1. / 8, DeadAfter: 2500}

// starts are where the middle of the data can start, by rows of them.
var starts = map[string]func(x nn.Node) nn.Node{
	"median": median,
	"mean":   func(x nn.Node) nn.Node { return x.MeanAxis(0) },
	"zeros":  func(x nn.Node) nn.Node { return x.MeanAxis(0).Like(0) },
}

// mostIdle is how many examples are counted: float32 has every integer up to it.
const mostIdle = 1 << 24

// Check reports the fields that are out of range.
func (m SAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	m.Activation.CheckOf(report, m.Latent)
	settings.OneOf(report, "start", m.Start, starts)
	parts.CheckWeight(report, "auxiliary", m.Auxiliary)
	parts.CheckBetween(report, "dead_after", m.DeadAfter, 1, mostIdle-1)
}

// Phases implements [models.Model].
func (m SAE) Phases() []models.Phase {
	return []models.Phase{{Name: "reconstruction", Least: 2, Loss: m.loss}} // one example alone has no scale
}

func (m SAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	u := m.unit(g, b)
	x := u.of(b.X)
	d := m.dictionary(g, x.Shape()[1])
	active := m.activate(g, x, d)
	y := d.sum(active.Features).AddRow(d.bias)
	e := x.Sub(y)
	rec := e.Square().SumCols().Mean()
	total := rec
	if (active.Penalty != nn.Node{}) {
		total = total.Add(active.Penalty)
	}
	if (active.Gate != nn.Node{}) {
		still := dictionary{rows: d.rows.Stop()}.sum(active.Gate).AddRow(d.bias.Stop())
		total = total.Add(nn.SquaredError(x, still).Mean())
	}
	dead := m.observe(g, active)
	if g.Training {
		total = total.Add(m.revive(active, d, dead, e.Stop()).Scale(m.Auxiliary))
	}
	mean := x.MeanAxis(0)
	variance := x.AddRow(mean.Neg()).Square().SumCols().Mean()
	square := u.scale.Square()
	return models.Loss{
		Total: total.Mul(square),
		Terms: []models.Term{
			{Name: "squared_error", Value: rec.Mul(square)},
			{Name: "explained", Value: rec.Div(variance.AddScalar(tiny)).Neg().AddScalar(1)},
			{Name: "l0", Value: positive(active.Features).SumCols().Mean()},
			{Name: "dead", Value: dead.Mean()},
		},
	}
}

const tiny = 1e-12 // of a variance: no example differs

// unit is how examples x and what the model sees of them, x′, belong together.
type unit struct{ centre, scale nn.Node }

// of is x′ of examples x.
func (u unit) of(x nn.Node) nn.Node {
	x = x.Reshape(x.Shape()[0], parts.Size(x)/x.Shape()[0])
	return x.AddRow(u.centre.Neg()).ScaleBy(u.scale.Reciprocal())
}

// unit returns the unit, which the first batch of training sets.
func (m SAE) unit(g *nn.Graph, b models.Batch) unit {
	g = g.In("input")
	d := tensor.Size(b.Shape())
	centre, scale, begun := g.State("centre", nn.Zeros, d), g.State("scale", nn.Ones, 1), g.State("begun", nn.Zeros, 1)
	if g.Training && (b.X != nn.Node{}) {
		x := b.X.Reshape(b.N, d)
		first := starts[m.Start](x)
		spread := x.AddRow(first.Neg()).Square().SumCols().Mean().AddScalar(tiny).Sqrt().Reshape(1)
		centre = choose(begun, centre, first)
		scale = choose(begun, scale, spread)
		g.SetState("centre", centre)
		g.SetState("scale", scale)
		g.SetState("begun", begun.Like(1))
	}
	return unit{centre.Stop(), scale.Reshape().Stop()}
}

// choose is a where which (1) is 1, and b where it is 0.
func choose(which, a, b nn.Node) nn.Node {
	w := which.Reshape()
	return a.ScaleBy(w).Add(b.ScaleBy(w.Neg().AddScalar(1)))
}

// median is nearly the geometric median of rows x (n, d), the point c with the least Σ |x − c|, by the
// first rows:
//
//	c ← Σᵢ wᵢ·xᵢ / Σᵢ wᵢ,   wᵢ = 1/|xᵢ − c|
//
// Weiszfeld, Sur le point pour lequel la somme des distances de n points donnés est minimum, Tôhoku
// Mathematical Journal 1937.
func median(x nn.Node) nn.Node {
	const most, rounds = 64, 10
	n := min(most, x.Shape()[0])
	x = x.Slice(0, 0, n)
	c := x.MeanAxis(0)
	for range rounds {
		w := x.AddRow(c.Neg()).Square().SumCols().AddScalar(tiny).Sqrt().Reciprocal()
		c = x.MulCol(w).SumRows().ScaleBy(w.Sum().Reciprocal())
	}
	return c
}

// dictionary is what features stand for: rows (latent, d) of length one, and what an example without
// features is, the bias (d).
type dictionary struct{ rows, bias nn.Node }

// sum is the rows, each as much as its feature says.
func (d dictionary) sum(f nn.Node) nn.Node { return f.MatMul(d.rows) }

func (m SAE) dictionary(g *nn.Graph, d int) dictionary {
	g = g.In("decoder")
	w := g.Param("weight", nn.Normal(float32(1/math.Sqrt(float64(d)))), m.Latent, d)
	length := w.Square().SumCols().AddScalar(tiny).Sqrt()
	return dictionary{rows: w.MulCol(length.Reciprocal()), bias: g.Param("bias", nn.Zeros, d)}
}

// activate returns the features of x′ (batch, d).
func (m SAE) activate(g *nn.Graph, x nn.Node, d dictionary) Active {
	g = g.In("encoder")
	w := g.ParamAs("weight", "decoder.weight")
	return m.Activation.Activate(g, x.AddRow(d.bias.Neg()).MatMulT(w))
}

// observe counts what the features of a batch are, and returns 1 for each that was dead before it,
// else 0, (latent).
func (m SAE) observe(g *nn.Graph, a Active) nn.Node {
	g = g.In("code")
	n := a.Features.Shape()[0]
	idle := g.State("idle", nn.Zeros, m.Latent)
	rate := g.Moving("rate", nn.Moving{Rate: parts.CodeRate, Positive: true}, m.Latent)
	mean := g.Moving("mean", nn.Moving{Rate: parts.CodeRate, Positive: true}, m.Latent)
	if g.Training {
		there, sum := positive(a.Features).SumRows(), a.Features.SumRows()
		g.SetState("idle", idle.AddScalar(float64(n)).Mul(positive(there).Neg().AddScalar(1)).Clamp(0, mostIdle))
		move := func(old, now nn.Node) nn.Node {
			return old.Scale(1 - parts.CodeRate).Add(now.Scale(parts.CodeRate / float64(n)))
		}
		g.SetState("rate", move(rate, there))
		g.SetState("mean", move(mean, sum))
	}
	return positive(idle.AddScalar(-float64(m.DeadAfter)))
}

// lift is the weight of what dead features are below zero, as ReLU stops every other gradient of one
// that is so for all examples. It moves others little.
//
// Conerly et al., Dictionary Learning Optimization Techniques, Transformer Circuits 2025, has it for
// JumpReLU.
const lift = 0.01

// revive is A/|e|² + lift·Σᵢ ReLU(−bᵢ) for what the others leave, e (batch, d).
func (m SAE) revive(a Active, d dictionary, dead, e nn.Node) nn.Node {
	was := a.Before.ReLU().MulRow(dead)
	was = was.Mul(was.TopK(min(m.Latent, max(1, e.Shape()[1]/2))))
	left := nn.SquaredError(e, d.sum(was)).Mean()
	above := a.Before.Stop().AddRow(a.Bias.Sub(a.Bias.Stop())) // by the bias alone: directions stay
	below := above.Neg().ReLU().MulRow(dead).SumCols().Mean()
	return left.Div(e.Square().SumCols().Mean().AddScalar(tiny)).Add(below.Scale(lift))
}

// Encode implements [models.Encoder]: the features.
func (m SAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	x := m.unit(g, b).of(b.X)
	return models.Point(m.activate(g, x, m.dictionary(g, x.Shape()[1])).Features)
}

// Decode implements [models.Decoder].
func (m SAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	u := m.unit(g, given)
	shape := given.Shape()
	d := m.dictionary(g, tensor.Size(shape))
	y := d.sum(z).AddRow(d.bias).ScaleBy(u.scale).AddRow(u.centre)
	return models.Exactly(g, nn.Reshape{Shape: shape}.Forward(g, y))
}

// Features implements [models.Dictionary].
func (m SAE) Features() int { return m.Latent }

// Prior implements [models.Prior].
func (m SAE) Prior(p *nn.Params) (latent.Prior, error) {
	rate, mean := p.Get("code.rate").Data, p.Get("code.mean").Data
	of, share := make([]float32, len(mean)), make([]float32, len(rate))
	for i, r := range rate {
		if share[i] = min(r, 1); r > 0 {
			of[i] = float32(float64(mean[i]) / float64(r))
		}
	}
	return latent.NewOccasional(share, of)
}
