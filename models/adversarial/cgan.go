package adversarial

import (
	"slices"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// CGAN is the generative adversarial network whose samples have a condition c, such as a class. A
// discriminator with a projection scores an example by its features φ(x), alone and beside the
// condition,
//
//	D(x, c) = ψ·φ(x) + (V·c)ᵀ·φ(x)
//
// and both are trained by the hinge loss:
//
//	discriminator  L = E[max(0, 1 − D(x, c))] + E[max(0, 1 + D(G(z, c), c))]
//	generator      L = −E[D(G(z, c), c)],   z ~ N(0, I)
//
// The conditions of samples are those of the batch. The discriminator's weights are best
// normalised by their spectrum (norm: spectral). The terms "real" and "fake" are the mean scores.
//
// Parameters are in the scopes "generator" and "discriminator".
//
// Miyato and Koyama, cGANs with Projection Discriminator, ICLR 2018, equation 3; Mirza and
// Osindero, Conditional Generative Adversarial Nets, 2014.
type CGAN struct {
	Latent        int              `yaml:"latent"`        // dimension of z
	Condition     []string         `yaml:"condition"`     // names of the conditions
	Generator     networks.Network `yaml:"generator"`     // network from z and c
	Discriminator networks.Network `yaml:"discriminator"` // network to the features φ
	Features      int              `yaml:"features"`      // number of features, 1 to 65536
	Output        nn.Activation    `yaml:"output"`        // identity, sigmoid or tanh; if absent a sigmoid of pictures, else none
	CriticSteps   int              `yaml:"critic_steps"`  // discriminator updates in a step, 1 to 1000
}

var (
	_ models.Decoder     = CGAN{}
	_ models.Prior       = CGAN{}
	_ models.Conditional = CGAN{}
	_ models.Ranged      = CGAN{}
)

// DefaultCGAN has the defaults of the kind.
var DefaultCGAN = CGAN{
	Latent: 64, Condition: []string{example.ClassField}, Generator: networks.Default(), Discriminator: networks.Default(), Features: 128, CriticSteps: 1,
}

// Check reports the fields that are out of range.
func (m CGAN) Check(report func(key, format string, args ...any)) {
	m.part().check(report)
	parts.CheckConditions(report, m.Condition)
	parts.CheckBetween(report, "features", m.Features, 1, 1<<16)
	parts.CheckBetween(report, "critic_steps", m.CriticSteps, 1, 1000)
}

// Phases implements [models.Model].
func (m CGAN) Phases() []models.Phase {
	phases := rivals("discriminator", m.CriticSteps, m.discriminatorLoss, m.generatorLoss)
	for i := range phases {
		phases[i].Least = parts.ToldLeast
	}
	return phases
}

func (m CGAN) discriminatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	onReal, onFake := m.score(g, b, b.X), m.score(g, b, m.generate(g, b))
	hinge := onReal.Neg().AddScalar(1).ReLU().Mean().Add(onFake.AddScalar(1).ReLU().Mean())
	return models.Loss{Total: hinge, Terms: []models.Term{{Name: "real", Value: onReal.Mean()}, {Name: "fake", Value: onFake.Mean()}}}
}

func (m CGAN) generatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	return models.Loss{Total: m.score(g, b, m.generate(g, b)).Mean().Neg()}
}

func (m CGAN) generate(g *nn.Graph, b models.Batch) nn.Node {
	return m.Decode(g, g.Noise("z", b.N, m.Latent), b).Mean()
}

// score returns D(x, c) (batch) for what is known of the batch.
func (m CGAN) score(g *nn.Graph, b models.Batch, x nn.Node) nn.Node {
	g = g.In("discriminator")
	phi := networks.Vector(g, m.Discriminator, x, m.Features)
	phi = phi.LeakyReLU(0.2)
	psi := nn.Linear{Out: 1, Spectral: true}.Forward(g.In("psi"), phi)
	c := parts.Condition(g.In("condition"), b, m.Condition)
	v := nn.Linear{Out: m.Features, NoBias: true, Spectral: true}.Forward(g.In("projection"), c)
	return psi.SumCols().Add(v.Mul(phi).SumCols())
}

// Decode implements [models.Decoder]: G(z, c).
func (m CGAN) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	c := parts.Condition(g.In("generator").In("condition"), given, m.Condition)
	return m.part().Decode(g, nn.Concat(1, z, c), given)
}

// part is the generator.
func (m CGAN) part() generator { return generator{m.Latent, m.Generator, m.Output} }

// Prior implements [models.Prior]: N(0, I).
func (m CGAN) Prior(p *nn.Params) (latent.Prior, error) { return m.part().Prior(p) }

// Conditions implements [models.Conditional].
func (m CGAN) Conditions() []string { return slices.Clone(m.Condition) }

// Range implements [models.Ranged]: where the generator's samples lie.
func (m CGAN) Range(d models.Data) models.Range { return m.part().Range(d) }
