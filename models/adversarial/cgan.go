package adversarial

import (
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
// normalised by their spectrum (norm: spectral); ψ and V are. The terms are those of a [GAN], which
// with the loss hinge and a condition is this model, but for that.
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
	m.gan().Check(report)
	if len(m.Condition) == 0 {
		parts.CheckConditions(report, m.Condition)
	}
}

// gan is the model as a [GAN] with a condition.
func (m CGAN) gan() GAN {
	return GAN{
		Latent: m.Latent, Condition: m.Condition, Generator: m.Generator, Discriminator: m.Discriminator, Features: m.Features,
		Output: m.Output, CriticSteps: m.CriticSteps, Loss: "hinge", Pack: 1, spectral: true,
	}
}

// Phases implements [models.Model].
func (m CGAN) Phases() []models.Phase { return m.gan().Phases() }

// Decode implements [models.Decoder]: G(z, c).
func (m CGAN) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return m.gan().Decode(g, z, given)
}

// Prior implements [models.Prior]: N(0, I).
func (m CGAN) Prior(p *nn.Params) (latent.Prior, error) { return m.gan().Prior(p) }

// Conditions implements [models.Conditional].
func (m CGAN) Conditions() []string { return m.gan().Conditions() }

// Range implements [models.Ranged]: where the generator's samples lie.
func (m CGAN) Range(d models.Data) models.Range { return m.gan().Range(d) }
