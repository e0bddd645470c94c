package adversarial

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// AAE is the adversarial autoencoder: an encoder E that gives points, a decoder with a likelihood,
// and a discriminator D of codes that tells them from draws of p(z) = N(0, I), which the encoder is
// trained to prevent. A step updates each in turn:
//
//	reconstruction  L = E[−ln p(x|E(x))]                                 encoder and decoder
//	discriminator   L = E[ζ(−D(z))] + E[ζ(D(E(x)))] + ½R1·E[|∇D(z)|²]    z ~ p(z)
//	encoder         L = E[ζ(−D(E(x)))]
//
// where ζ is the softplus, all in nats per example. The term "reconstruction" is the first, by which
// checkpoints are compared; the discriminator's data are the draws of p(z), and its samples the
// codes.
//
// Parameters are in the scopes "discriminator" and "autoencoder", where "encoder", "decoder" and "loss"
// are.
//
// Makhzani et al., Adversarial Autoencoders, 2015, section 2, with the deterministic posterior.
type AAE struct {
	Latent        int                    `yaml:"latent"`        // dimension of z
	Encoder       networks.Network       `yaml:"encoder"`       // network to z
	Decoder       networks.Network       `yaml:"decoder"`       // network from z; the mirror of the encoder if absent
	Likelihood    likelihoods.Likelihood `yaml:"likelihood"`    // p(x|z)
	Discriminator networks.Network       `yaml:"discriminator"` // network from z to a logit
	R1            float64                `yaml:"r1"`            // weight of the squared slopes at draws of p(z), at least 0
}

var (
	_ models.Encoder = AAE{}
	_ models.Decoder = AAE{}
	_ models.Prior   = AAE{}
	_ models.Likely  = AAE{}
	_ models.Ranged  = AAE{}
	_ models.Judged  = AAE{}
)

// DefaultAAE has the defaults of the kind.
var DefaultAAE = AAE{Latent: 8, Encoder: networks.Default(), Likelihood: likelihoods.Auto{}, Discriminator: networks.Default()}

// Check reports the fields that are out of range.
func (m AAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	checkR1(report, m.R1, m.Discriminator)
}

// Phases implements [models.Model].
func (m AAE) Phases() []models.Phase {
	return []models.Phase{
		{Name: "reconstruction", Train: []string{"autoencoder"}, Rival: true, Loss: m.reconstructionLoss},
		{Name: "discriminator", Train: []string{"discriminator"}, Rival: true, Loss: m.discriminatorLoss},
		{Name: "encoder", Train: []string{"autoencoder.encoder"}, Rival: true, Loss: m.encoderLoss},
	}
}

func (m AAE) reconstructionLoss(g *nn.Graph, b models.Batch) models.Loss {
	nll := m.Decode(g, m.Encode(g, b).Mean, b).NLL(b.X).Mean()
	return models.Loss{Total: nll, Terms: []models.Term{{Name: "reconstruction", Value: nll}}}
}

func (m AAE) discriminatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	o := objectives["nonsaturating"]
	z := g.Noise("z", b.N, m.Latent)
	real, fake := m.score(g, z), m.score(g, m.Encode(g, b).Mean)
	return flattened(g, models.Loss{Total: o.critic(real, fake), Terms: o.terms(real, fake)}, "r1", m.R1, real, z)
}

func (m AAE) encoderLoss(g *nn.Graph, b models.Batch) models.Loss {
	return models.Loss{Total: objectives["nonsaturating"].generator(nn.Node{}, m.score(g, m.Encode(g, b).Mean))}
}

// score returns D(z) (batch, 1).
func (m AAE) score(g *nn.Graph, z nn.Node) nn.Node {
	return networks.Vector(g.In("discriminator"), m.Discriminator, z, 1)
}

// Encode implements [models.Encoder]: E(x).
func (m AAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(networks.Vector(g.In("autoencoder").In("encoder"), m.Encoder, b.Seen(), m.Latent))
}

// Decode implements [models.Decoder]: p(x|z).
func (m AAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Decoded(g.In("autoencoder"), networks.Or(m.Decoder, m.Encoder), z, given, m.Likelihood)
}

// Prior implements [models.Prior]: N(0, I).
func (m AAE) Prior(*nn.Params) (latent.Prior, error) { return latent.Standard(m.Latent), nil }

// LikelihoodOf implements [models.Likely].
func (m AAE) LikelihoodOf(models.Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [models.Ranged]: the support of the likelihood.
func (m AAE) Range(d models.Data) models.Range { return models.SupportOf(m.Likelihood, d) }

// Best implements [models.Judged].
func (m AAE) Best() string { return "reconstruction" }
