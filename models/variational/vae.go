package variational

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/models/priors"
	"latentspace/models/rates"
	"latentspace/nn"
)

// VAE is the variational autoencoder: an encoder that gives each example x a
// diagonal Gaussian q(z|x) = N(μ, σ²) over codes, a prior p(z), and a
// decoder that gives each code a distribution p(x|z) over examples. It minimises
//
//	L = E[−ln p(x|z)] + β KL(q(z|x) ‖ p(z)),   z = μ + σ·ε,   ε ~ N(0, I)
//
// with one draw of ε per example, in nats per example. With β = 1, L is the
// negative evidence lower bound, −ELBO. The KL is in closed form for the prior N(0, I), and of
// other priors ln q(z|x) − ln p(z) of the draw. [rates.Rate] has what else its weight can be: one that
// rises, a target that the KL is drawn to, or free bits, which are of the prior N(0, I) alone.
//
// Parameters are in the scopes "encoder" and "decoder", those of the likelihood in "loss",
// those of the prior in "prior".
//
// Kingma and Welling, Auto-Encoding Variational Bayes, ICLR 2014, equation 10;
// Higgins et al., β-VAE, ICLR 2017, equation 4.
type VAE struct {
	Latent     int                    `yaml:"latent"`          // dimension of z
	Encoder    networks.Network       `yaml:"encoder"`         // network to μ and ln σ²
	Decoder    networks.Network       `yaml:"decoder"`         // network from z; the mirror of the encoder if absent
	Likelihood likelihoods.Likelihood `yaml:"likelihood"`      // p(x|z)
	Sigma      likelihoods.Scale      `yaml:"sigma,omitempty"` // earlier form of likelihood: {kind: gaussian, sigma: …}
	CodePrior  priors.Prior           `yaml:"prior"`           // p(z)
	Rate       rates.Rate             `yaml:",inline"`         // what the KL costs
}

var (
	_ models.Encoder    = VAE{}
	_ models.Decoder    = VAE{}
	_ models.Prior      = VAE{}
	_ models.Likely     = VAE{}
	_ models.Ranged     = VAE{}
	_ models.KLWeighted = VAE{}
	_ models.FreeBits   = VAE{}
	_ models.Judged     = VAE{}
)

// DefaultVAE has the defaults of the kind.
var DefaultVAE = VAE{
	Latent: 20, Encoder: networks.Default(), Likelihood: likelihoods.Auto{}, CodePrior: priors.Normal{}, Rate: rates.Default,
}

// Check reports the fields that are out of range.
func (m VAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	parts.CheckSigma(report, m.Sigma, m.Likelihood)
	m.Rate.Check(report)
	if p := priors.Or(m.CodePrior); m.Rate.FreeBits > 0 && p != (priors.Normal{}) {
		report("free_bits", "%v, which each dimension of a code has, with a prior whose KL is one number: want prior: normal, or a target_rate", m.Rate.FreeBits)
	}
	if _, ok := m.CodePrior.(priors.Encoded); ok {
		parts.CheckUncoupled(report, "encoder", m.Encoder)
	}
}

// Settle is the model without [VAE.Sigma], which the likelihood has.
func (m VAE) Settle() any {
	m.Likelihood, m.Sigma = parts.SettleSigma(m.Likelihood, m.Sigma)
	return m
}

// Phases implements [models.Model].
func (m VAE) Phases() []models.Phase { return []models.Phase{{Name: "elbo", Loss: m.loss}} }

func (m VAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b)
	z := q.Draw(g, "eps")

	rec := m.Decode(g, z, b).NLL(b.X).Mean()
	kl := m.prior(b.Seen().Shape()[1:], b.Bounded()).KL(g.In("prior"), q.Mean, q.LogVar, z).Mean()
	terms := []models.Term{{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)}}
	switch {
	case m.Rate.IsBeta():
		return models.Loss{Total: rec.Add(kl.Scale(m.Rate.Beta)), Terms: terms}
	case m.Rate.FreeBits == 0:
		return models.Loss{Total: rec.Add(m.Rate.CostOfSum(kl, b.Epoch())), Terms: terms}
	}
	cost, above := m.Rate.Cost(nn.GaussianKLs(q.Mean, q.LogVar), b.Epoch())
	return models.Loss{Total: rec.Add(cost), Terms: append(terms, models.Term{Name: "kl_above", Value: above})}
}

// Encode implements [models.Encoder]: q(z|x).
func (m VAE) Encode(g *nn.Graph, b models.Batch) models.Code { return m.posterior(g, b.Seen()) }

func (m VAE) posterior(g *nn.Graph, x nn.Node) models.Code {
	return parts.EncodeNormal(g, m.Encoder, x, m.Latent)
}

// prior is p(z), for examples that networks read in a shape, in [0, 1] if they are bounded.
func (m VAE) prior(shape []int, bounded bool) priors.Prior {
	p := priors.Or(m.CodePrior)
	if e, ok := p.(priors.Encoded); ok {
		return e.With(func(g *nn.Graph, x nn.Node) (mean, logvar nn.Node) {
			q := m.posterior(g, x)
			return q.Mean, q.LogVar
		}, shape, bounded)
	}
	return p
}

// Decode implements [models.Decoder]: p(x|z).
func (m VAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Decoded(g, networks.Or(m.Decoder, m.Encoder), z, given, m.Likelihood)
}

// Prior implements [models.Prior].
func (m VAE) Prior(p *nn.Params) (latent.Prior, error) {
	return m.prior(nil, false).Distribution(p, "prior", m.Latent)
}

// LikelihoodOf implements [models.Likely].
func (m VAE) LikelihoodOf(models.Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [models.Ranged]: the support of the likelihood.
func (m VAE) Range(d models.Data) models.Range { return models.SupportOf(m.Likelihood, d) }

// KLWeight implements [models.KLWeighted].
func (m VAE) KLWeight() (beta float64, key string) { return m.Rate.Beta, "model.beta" }

// FreeNats implements [models.FreeBits].
func (m VAE) FreeNats() (nats float64, key string) { return m.Rate.FreeBits, "model.free_bits" }

// Best implements [models.Judged]: the loss, and the bound where the loss changes with time or is free of
// a part of it.
func (m VAE) Best() string {
	if m.Rate.IsBeta() {
		return "loss"
	}
	return "neg_elbo"
}
