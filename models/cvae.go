package models

import (
	"slices"

	"latentspace/latent"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/nn"
)

// CVAE is the variational autoencoder whose examples x have a condition c, such as a class:
//
//	L = E[−ln p(x|z, c)] + β KL(q(z|x, c) ‖ p(z)),   q(z|x, c) = N(μ, σ²),   p(z) = N(0, I)
//
// in nats per example; with β = 1 it is −ELBO of ln p(x|c). Unlike in the paper the prior does
// not depend on c, so that one code drawn with several conditions gives examples of one style.
//
// Parameters are in the scopes "encoder" and "decoder", those of the likelihood in "loss".
//
// Sohn, Yan and Lee, Learning Structured Output Representation using Deep Conditional
// Generative Models, NIPS 2015, equation 4.
type CVAE struct {
	Latent     int                    `yaml:"latent"`     // dimension of z
	Condition  []string               `yaml:"condition"`  // names of the conditions
	Encoder    networks.Network       `yaml:"encoder"`    // network from x and c to μ and ln σ²
	Decoder    networks.Network       `yaml:"decoder"`    // network from z and c; the mirror of the encoder if absent
	Likelihood likelihoods.Likelihood `yaml:"likelihood"` // p(x|z, c)
	Beta       float64                `yaml:"beta"`       // weight of the KL term, at least 0
}

var (
	_ Encoder     = CVAE{}
	_ Decoder     = CVAE{}
	_ Prior       = CVAE{}
	_ Conditional = CVAE{}
	_ Likely      = CVAE{}
	_ Ranged      = CVAE{}
	_ KLWeighted  = CVAE{}
)

// Check reports the fields that are out of range.
func (m CVAE) Check(report func(key, format string, args ...any)) {
	checkLatent(report, m.Latent)
	checkConditions(report, m.Condition)
	checkWeight(report, "beta", m.Beta)
}

// Phases implements [Model].
func (m CVAE) Phases() []Phase { return []Phase{{Name: "elbo", Least: toldLeast, Loss: m.loss}} }

func (m CVAE) loss(g *nn.Graph, b Batch) Loss {
	q := m.Encode(g, b)
	rec := m.Decode(g, q.Draw(g, "eps"), b).NLL(b.X).Mean()
	kl := nn.GaussianKL(q.Mean, q.LogVar).Mean()
	return Loss{
		Total: rec.Add(kl.Scale(m.Beta)),
		Terms: []Term{{"reconstruction", rec}, {"kl", kl}, {"neg_elbo", rec.Add(kl)}},
	}
}

// Encode implements [Encoder]: q(z|x, c).
func (m CVAE) Encode(g *nn.Graph, b Batch) Code {
	c := condition(g.In("encoder").In("condition"), b, m.Condition)
	return encodeNormal(g, m.Encoder, networks.Join(g.In("encoder"), m.Encoder, b.Seen(), c), m.Latent)
}

// Decode implements [Decoder]: p(x|z, c).
func (m CVAE) Decode(g *nn.Graph, z nn.Node, given Batch) Output {
	c := condition(g.In("decoder").In("condition"), given, m.Condition)
	return Decoded(g, networks.Or(m.Decoder, m.Encoder), nn.Concat(1, z, c), given, m.Likelihood)
}

// Prior implements [Prior]: N(0, I).
func (m CVAE) Prior(*nn.Params) (latent.Prior, error) { return latent.Standard(m.Latent), nil }

// Conditions implements [Conditional].
func (m CVAE) Conditions() []string { return slices.Clone(m.Condition) }

// LikelihoodOf implements [Likely].
func (m CVAE) LikelihoodOf(Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [Ranged]: the support of the likelihood.
func (m CVAE) Range(d Data) Range { return supportOf(m.Likelihood, d) }

// KLWeight implements [KLWeighted].
func (m CVAE) KLWeight() (beta float64, key string) { return m.Beta, "model.beta" }
