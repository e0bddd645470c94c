package variational

import (
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/nn/elementary"
	"latentspace/settings"
)

// IWAE is the importance-weighted autoencoder: a [VAE] trained by a bound that is the tighter the
// more draws it takes,
//
//	L = −E[ln 1/k Σᵢ p(x|zᵢ)·p(zᵢ)/q(zᵢ|x)],   zᵢ ~ q(z|x) = N(μ, σ²),   p(z) = N(0, I)
//
// in nats per example; with k = 1 it is −ELBO. The gradient of the encoder φ is that of L, pathwise, or
// doubly reparameterised, dreg:
//
//	∇φ L = −E[Σᵢ w̃ᵢ²·∂ln wᵢ/∂zᵢ·∂zᵢ/∂φ],   wᵢ = p(x|zᵢ)·p(zᵢ)/q(zᵢ|x),   w̃ᵢ = wᵢ/Σⱼ wⱼ
//
// which has the same mean and does not drown in noise as k grows, nor where q is near the posterior, at
// the price of another pass back through the decoder. Parameters are in the scopes of the VAE.
//
// Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, ICLR 2016, equation 8; Tucker, Lawson,
// Gu and Maddison, Doubly Reparameterized Gradient Estimators for Monte Carlo Objectives, ICLR 2019,
// equation 8.
type IWAE struct {
	parts.Coder `yaml:",inline"`
	Draws       int    `yaml:"draws"`    // k, draws for each example, 1 to 1000
	Gradient    string `yaml:"gradient"` // of the encoder: pathwise or dreg
}

var (
	_ models.Encoder = IWAE{}
	_ models.Decoder = IWAE{}
	_ models.Prior   = IWAE{}
	_ models.Likely  = IWAE{}
	_ models.Ranged  = IWAE{}
)

// DefaultIWAE has the defaults of the kind.
var DefaultIWAE = IWAE{Coder: parts.DefaultCoder, Draws: 5, Gradient: "pathwise"}

var gradients = map[string]bool{"pathwise": true, "dreg": true}

// Check reports the fields that are out of range.
func (m IWAE) Check(report func(key, format string, args ...any)) {
	m.Coder.Check(report)
	parts.CheckBetween(report, "draws", m.Draws, 1, 1000)
	settings.OneOf(report, "gradient", m.Gradient, gradients)
}

// Phases implements [models.Model].
func (m IWAE) Phases() []models.Phase { return []models.Phase{{Name: "iwae", Loss: m.loss}} }

func (m IWAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b).Repeat(m.Draws)
	drawn := q.Draw(g, "eps")
	z, under := drawn, q
	doubly := m.Gradient == "dreg" && g.Training
	if doubly {
		z, under = drawn.Stop(), models.Code{Mean: q.Mean.Stop(), LogVar: q.LogVar.Stop()}
	}
	nll := m.Decode(g, z, b).NLL(b.X.Repeat(m.Draws))
	log := nn.StandardNormalNLL(z).Add(under.LogDensity(z)).Add(nll).Neg() // of each weight
	bound := log.Reshape(b.N, m.Draws).LogSumExp().AddScalar(-elementary.Log(float64(m.Draws))).Mean()
	total := bound.Neg()
	if doubly {
		total = total.Add(m.encoderGradient(g, bound, drawn, z, log, b.N))
	}
	return models.Loss{
		Total: total,
		Terms: []models.Term{{Name: "reconstruction", Value: nll.Mean()}, {Name: "neg_elbo", Value: log.Mean().Neg()}},
	}
}

// encoderGradient is zero, and has the doubly reparameterised gradient of −bound: the bound's gradient by
// each draw, which has one factor w̃ᵢ, times another, along the draw.
func (m IWAE) encoderGradient(g *nn.Graph, bound, drawn, z, log nn.Node, batch int) nn.Node {
	share := log.Reshape(batch, m.Draws).Softmax().Reshape(batch*m.Draws, 1).SumCols()
	along := g.Grad(bound, z)[0].MulCol(share).Stop().Mul(drawn).Sum()
	return along.Stop().Sub(along)
}
