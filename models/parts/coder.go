package parts

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/nn"
)

// Coder is the part of models with a posterior q(z|x) = N(μ, σ²), a prior N(0, I) and a
// likelihood p(x|z). Parameters are in the scopes "encoder", "decoder" and "loss".
type Coder struct {
	Latent     int                    `yaml:"latent"`     // dimension of z
	Encoder    networks.Network       `yaml:"encoder"`    // network to μ and ln σ²
	Decoder    networks.Network       `yaml:"decoder"`    // network from z; the mirror of the encoder if absent
	Likelihood likelihoods.Likelihood `yaml:"likelihood"` // p(x|z)
}

// DefaultCoder has the defaults.
var DefaultCoder = Coder{Latent: 20, Encoder: networks.Default(), Likelihood: likelihoods.Auto{}}

// Check reports the fields that are out of range.
func (m Coder) Check(report func(key, format string, args ...any)) { CheckLatent(report, m.Latent) }

// Encode implements [models.Encoder]: q(z|x).
func (m Coder) Encode(g *nn.Graph, b models.Batch) models.Code {
	return EncodeNormal(g, m.Encoder, b.Seen(), m.Latent)
}

// Decode implements [models.Decoder]: p(x|z).
func (m Coder) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Decoded(g, networks.Or(m.Decoder, m.Encoder), z, given, m.Likelihood)
}

// Prior implements [models.Prior]: N(0, I).
func (m Coder) Prior(*nn.Params) (latent.Prior, error) { return latent.Standard(m.Latent), nil }

// LikelihoodOf implements [models.Likely].
func (m Coder) LikelihoodOf(models.Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [models.Ranged]: the support of the likelihood.
func (m Coder) Range(d models.Data) models.Range { return models.SupportOf(m.Likelihood, d) }
