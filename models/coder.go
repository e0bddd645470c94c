package models

import (
	"latentspace/latent"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/nn"
)

// coder is the part of models with a posterior q(z|x) = N(μ, σ²), a prior N(0, I) and a
// likelihood p(x|z). Parameters are in the scopes "encoder", "decoder" and "loss".
type coder struct {
	Latent     int                    `yaml:"latent"`     // dimension of z
	Encoder    networks.Network       `yaml:"encoder"`    // network to μ and ln σ²
	Decoder    networks.Network       `yaml:"decoder"`    // network from z; the mirror of the encoder if absent
	Likelihood likelihoods.Likelihood `yaml:"likelihood"` // p(x|z)
}

var defaultCoder = coder{Latent: 20, Encoder: networks.Default(), Likelihood: likelihoods.Auto{}}

func (m coder) check(report func(key, format string, args ...any)) { checkLatent(report, m.Latent) }

// Encode implements [Encoder]: q(z|x).
func (m coder) Encode(g *nn.Graph, b Batch) Code {
	return encodeNormal(g, m.Encoder, b.Seen(), m.Latent)
}

// Decode implements [Decoder]: p(x|z).
func (m coder) Decode(g *nn.Graph, z nn.Node, given Batch) Output {
	return Decoded(g, networks.Or(m.Decoder, m.Encoder), z, given, m.Likelihood)
}

// Prior implements [Prior]: N(0, I).
func (m coder) Prior(*nn.Params) (latent.Prior, error) { return latent.Standard(m.Latent), nil }

// LikelihoodOf implements [Likely].
func (m coder) LikelihoodOf(Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [Ranged]: the support of the likelihood.
func (m coder) Range(d Data) Range { return supportOf(m.Likelihood, d) }
