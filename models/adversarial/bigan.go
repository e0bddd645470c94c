package adversarial

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// BiGAN is the generative adversarial network with an encoder: a discriminator D of examples and
// codes together tells pairs of data and their codes E(x) from pairs of samples and theirs, z ~
// N(0, I). Where it cannot, the encoder inverts the generator G:
//
//	discriminator  L = E[ζ(−D(x, E(x)))] + E[ζ(D(G(z), z))] + ½R1·E[|∇D(x, E(x))|²]
//	generator      L = E[ζ(D(x, E(x)))] + E[ζ(−D(G(z), z))]                           generator and encoder
//
// where ζ is the softplus, in nats per example. D scores the features φ(x) of a network beside z by
// a hidden layer as wide as these are many. Nothing but the discriminator asks for likeness, so that
// what an example's code decodes to is of its kind, and seldom the example. The terms are those of a
// [GAN].
//
// Parameters are in the scopes "encoder", "generator" and "discriminator".
//
// Donahue, Krähenbühl and Darrell, Adversarial Feature Learning, ICLR 2017, equation 3; Dumoulin et
// al., Adversarially Learned Inference, ICLR 2017, with this form of D.
type BiGAN struct {
	Latent        int              `yaml:"latent"`        // dimension of z
	Encoder       networks.Network `yaml:"encoder"`       // network to z
	Generator     networks.Network `yaml:"generator"`     // network from z
	Discriminator networks.Network `yaml:"discriminator"` // network to the features φ
	Features      int              `yaml:"features"`      // number of features, 1 to 65536
	Output        nn.Activation    `yaml:"output"`        // identity, sigmoid or tanh; if absent a sigmoid of pictures, else none
	R1            float64          `yaml:"r1"`            // weight of the squared slopes at data and their codes, at least 0
}

var (
	_ models.Encoder = BiGAN{}
	_ models.Decoder = BiGAN{}
	_ models.Prior   = BiGAN{}
	_ models.Ranged  = BiGAN{}
)

// DefaultBiGAN has the defaults of the kind.
var DefaultBiGAN = BiGAN{
	Latent: 50, Encoder: networks.Default(), Generator: networks.Default(), Discriminator: networks.Default(), Features: 256,
}

// Check reports the fields that are out of range.
func (m BiGAN) Check(report func(key, format string, args ...any)) {
	m.part().check(report)
	parts.CheckBetween(report, "features", m.Features, 1, 1<<16)
	checkR1(report, m.R1, m.Discriminator)
}

// Phases implements [models.Model].
func (m BiGAN) Phases() []models.Phase {
	phases := rivals("discriminator", 1, m.discriminatorLoss, m.generatorLoss)
	phases[1].Train = append(phases[1].Train, "encoder")
	return phases
}

func (m BiGAN) discriminatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	o := objectives["nonsaturating"]
	z := m.Encode(g, b).Mean.Stop() // a slope by x is that of D alone
	real, fake := m.score(g, b.X, z), m.sampled(g, b)
	return flattened(g, models.Loss{Total: o.critic(real, fake), Terms: o.terms(real, fake)}, "r1", m.R1, real, b.X, z)
}

func (m BiGAN) generatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	real, fake := m.score(g, b.X, m.Encode(g, b).Mean), m.sampled(g, b)
	return models.Loss{Total: objectives["nonsaturating"].critic(fake, real)}
}

// sampled returns D of samples with their codes.
func (m BiGAN) sampled(g *nn.Graph, b models.Batch) nn.Node {
	z := g.Noise("z", b.N, m.Latent)
	return m.score(g, m.Decode(g, z, b).Mean(), z)
}

// score returns D(x, z) (batch, 1).
func (m BiGAN) score(g *nn.Graph, x, z nn.Node) nn.Node {
	g = g.In("discriminator")
	phi := networks.Vector(g, m.Discriminator, x, m.Features).LeakyReLU(0.2)
	joint := nn.Linear{Out: m.Features}.Forward(g.In("joint"), nn.Concat(1, phi, z)).LeakyReLU(0.2)
	return nn.Linear{Out: 1}.Forward(g.In("score"), joint)
}

// part is the generator.
func (m BiGAN) part() generator { return generator{m.Latent, m.Generator, m.Output} }

// Encode implements [models.Encoder]: E(x).
func (m BiGAN) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(networks.Vector(g.In("encoder"), m.Encoder, b.X, m.Latent))
}

// Decode implements [models.Decoder]: G(z).
func (m BiGAN) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return m.part().Decode(g, z, given)
}

// Prior implements [models.Prior]: N(0, I).
func (m BiGAN) Prior(p *nn.Params) (latent.Prior, error) { return m.part().Prior(p) }

// Range implements [models.Ranged]: where the generator's samples lie.
func (m BiGAN) Range(d models.Data) models.Range { return m.part().Range(d) }
