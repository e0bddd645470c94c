package variational

import (
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/nn/elementary"
)

// IWAE is the importance-weighted autoencoder: a [VAE] trained by a bound that is the tighter the
// more draws it takes,
//
//	L = −E[ln 1/k Σᵢ p(x|zᵢ)·p(zᵢ)/q(zᵢ|x)],   zᵢ ~ q(z|x) = N(μ, σ²),   p(z) = N(0, I)
//
// in nats per example; with k = 1 it is −ELBO. Parameters are in the scopes of the VAE.
//
// Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, ICLR 2016, equation 8.
type IWAE struct {
	parts.Coder `yaml:",inline"`
	Draws       int `yaml:"draws"` // k, draws for each example, 1 to 1000
}

var (
	_ models.Encoder = IWAE{}
	_ models.Decoder = IWAE{}
	_ models.Prior   = IWAE{}
	_ models.Likely  = IWAE{}
	_ models.Ranged  = IWAE{}
)

// DefaultIWAE has the defaults of the kind.
var DefaultIWAE = IWAE{Coder: parts.DefaultCoder, Draws: 5}

// Check reports the fields that are out of range.
func (m IWAE) Check(report func(key, format string, args ...any)) {
	m.Coder.Check(report)
	parts.CheckBetween(report, "draws", m.Draws, 1, 1000)
}

// Phases implements [models.Model].
func (m IWAE) Phases() []models.Phase { return []models.Phase{{Name: "iwae", Loss: m.loss}} }

func (m IWAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b).Repeat(m.Draws)
	z := q.Draw(g, "eps")
	nll := m.Decode(g, z, b).NLL(b.X.Repeat(m.Draws))
	log := nn.StandardNormalNLL(z).Add(q.LogDensity(z)).Add(nll).Neg() // of each weight
	bound := log.Reshape(b.N, m.Draws).LogSumExp().AddScalar(-elementary.Log(float64(m.Draws)))
	return models.Loss{
		Total: bound.Mean().Neg(),
		Terms: []models.Term{{Name: "reconstruction", Value: nll.Mean()}, {Name: "neg_elbo", Value: log.Mean().Neg()}},
	}
}
