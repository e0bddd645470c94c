package variational

import (
	"slices"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
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
	_ models.Encoder     = CVAE{}
	_ models.Decoder     = CVAE{}
	_ models.Prior       = CVAE{}
	_ models.Conditional = CVAE{}
	_ models.Likely      = CVAE{}
	_ models.Ranged      = CVAE{}
	_ models.KLWeighted  = CVAE{}
)

// DefaultCVAE has the defaults of the kind.
var DefaultCVAE = CVAE{
	Latent: 20, Condition: []string{example.ClassField}, Encoder: networks.Default(), Likelihood: likelihoods.Auto{}, Beta: 1,
}

// Check reports the fields that are out of range.
func (m CVAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	parts.CheckConditions(report, m.Condition)
	parts.CheckWeight(report, "beta", m.Beta)
}

// Phases implements [models.Model].
func (m CVAE) Phases() []models.Phase {
	return []models.Phase{{Name: "elbo", Least: parts.ToldLeast, Loss: m.loss}}
}

func (m CVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b)
	rec := m.Decode(g, q.Draw(g, "eps"), b).NLL(b.X).Mean()
	kl := nn.GaussianKL(q.Mean, q.LogVar).Mean()
	return models.Loss{
		Total: rec.Add(kl.Scale(m.Beta)),
		Terms: []models.Term{{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)}},
	}
}

// Encode implements [models.Encoder]: q(z|x, c).
func (m CVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	c := parts.Condition(g.In("encoder").In("condition"), b, m.Condition)
	return parts.EncodeNormal(g, m.Encoder, networks.Join(g.In("encoder"), m.Encoder, b.Seen(), c), m.Latent)
}

// Decode implements [models.Decoder]: p(x|z, c).
func (m CVAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	c := parts.Condition(g.In("decoder").In("condition"), given, m.Condition)
	return models.Decoded(g, networks.Or(m.Decoder, m.Encoder), nn.Concat(1, z, c), given, m.Likelihood)
}

// Prior implements [models.Prior]: N(0, I).
func (m CVAE) Prior(*nn.Params) (latent.Prior, error) { return latent.Standard(m.Latent), nil }

// Conditions implements [models.Conditional].
func (m CVAE) Conditions() []string { return slices.Clone(m.Condition) }

// LikelihoodOf implements [models.Likely].
func (m CVAE) LikelihoodOf(models.Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [models.Ranged]: the support of the likelihood.
func (m CVAE) Range(d models.Data) models.Range { return models.SupportOf(m.Likelihood, d) }

// KLWeight implements [models.KLWeighted].
func (m CVAE) KLWeight() (beta float64, key string) { return m.Beta, "model.beta" }
