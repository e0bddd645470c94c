package adversarial

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// GAN is the generative adversarial network: a generator G that maps noise z ~
// N(0, I) to examples, and a discriminator with logit D that tells them from the
// data. Each has a phase of its own:
//
//	discriminator  L = E[ζ(−D(x))] + E[ζ(D(G(z)))]
//	generator      L = E[ζ(−D(G(z)))]
//
// where ζ is the softplus: the discriminator's cross-entropy, and the
// non-saturating loss of the generator, in nats per example. The terms "real" and
// "fake" are the mean probabilities σ(D) that the discriminator gives to data and
// to samples; 0.5 means that it cannot tell.
//
// Pictures end in a sigmoid, in [0, 1], vectors in a linear map, unless Output
// says otherwise. A step makes CriticSteps updates of the discriminator, each on
// a batch of its own, and one of the generator.
//
// Parameters are in the scopes "generator" and "discriminator". Normalisation by
// the batch sees data and samples apart; each network's running statistics follow
// its own phase.
//
// Goodfellow et al., Generative Adversarial Nets, NIPS 2014, algorithm 1 and
// section 3.
type GAN struct {
	Latent        int              `yaml:"latent"`        // dimension of z
	Generator     networks.Network `yaml:"generator"`     // network from z
	Discriminator networks.Network `yaml:"discriminator"` // network to a logit
	Output        nn.Activation    `yaml:"output"`        // of the generator: identity, sigmoid or tanh
	CriticSteps   int              `yaml:"critic_steps"`  // discriminator updates in a step, 1 to 1000
}

var (
	_ models.Decoder = GAN{}
	_ models.Prior   = GAN{}
	_ models.Ranged  = GAN{}
)

// DefaultGAN has the defaults of the kind.
var DefaultGAN = GAN{Latent: 64, Generator: networks.Default(), Discriminator: networks.Default(), CriticSteps: 1}

// Check reports the fields that are out of range.
func (m GAN) Check(report func(key, format string, args ...any)) {
	m.part().check(report)
	parts.CheckBetween(report, "critic_steps", m.CriticSteps, 1, 1000)
}

// Phases implements [models.Model].
func (m GAN) Phases() []models.Phase {
	return rivals("discriminator", m.CriticSteps, m.discriminatorLoss, m.generatorLoss)
}

func (m GAN) discriminatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	fake := m.part().generate(g, b)
	onReal, onFake := m.logit(g, b.X), m.logit(g, fake)
	g.In("loss")
	return models.Loss{
		Total: onReal.Neg().Softplus().Mean().Add(onFake.Softplus().Mean()),
		Terms: []models.Term{{Name: "real", Value: onReal.Sigmoid().Mean()}, {Name: "fake", Value: onFake.Sigmoid().Mean()}},
	}
}

func (m GAN) generatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	onFake := m.logit(g, m.part().generate(g, b))
	g.In("loss")
	return models.Loss{Total: onFake.Neg().Softplus().Mean()}
}

// logit returns D(x) (batch, 1).
func (m GAN) logit(g *nn.Graph, x nn.Node) nn.Node {
	return networks.Vector(g.In("discriminator"), m.Discriminator, x, 1)
}

// part is the generator.
func (m GAN) part() generator { return generator{m.Latent, m.Generator, m.Output} }

// Prior implements [models.Prior]: the standard normal distribution.
func (m GAN) Prior(p *nn.Params) (latent.Prior, error) { return m.part().Prior(p) }

// Decode implements [models.Decoder]: G(z).
func (m GAN) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return m.part().Decode(g, z, given)
}

// Range implements [models.Ranged]: where the generator's samples lie.
func (m GAN) Range(d models.Data) models.Range { return m.part().Range(d) }
