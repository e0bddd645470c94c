package adversarial

import (
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
)

// WGANGP is the Wasserstein GAN with a gradient penalty: a critic D whose slope is held to 1
// between data and samples, and a generator G of codes z ~ N(0, I):
//
//	critic     L = E[D(G(z))] − E[D(x)] + Penalty·E[(|∇D(x̂)| − 1)²],   x̂ = u·x + (1 − u)·G(z)
//	generator  L = −E[D(G(z))]
//
// with u uniform in (0, 1) for each example. The term "distance" is the critic's estimate of the
// Wasserstein distance. A critic that normalises by the batch is an error: the penalty is of
// each example alone. Parameters are in the scopes "critic" and "generator". But for their names the
// model is a [GAN] with the loss wasserstein.
//
// Gulrajani et al., Improved Training of Wasserstein GANs, NIPS 2017, algorithm 1.
type WGANGP struct {
	generator   `yaml:",inline"`
	Critic      networks.Network `yaml:"critic"`       // network to a number
	Penalty     float64          `yaml:"penalty"`      // weight of the gradient penalty, at least 0
	CriticSteps int              `yaml:"critic_steps"` // critic updates in a step, 1 to 1000
}

var (
	_ models.Decoder = WGANGP{}
	_ models.Prior   = WGANGP{}
	_ models.Ranged  = WGANGP{}
)

// DefaultWGANGP has the defaults of the kind.
var DefaultWGANGP = WGANGP{generator: defaultGenerator, Critic: networks.Default(), Penalty: 10, CriticSteps: 5}

// Check reports the fields that are out of range.
func (m WGANGP) Check(report func(key, format string, args ...any)) {
	m.check(report)
	parts.CheckBetween(report, "critic_steps", m.CriticSteps, 1, 1000)
	parts.CheckWeight(report, "penalty", m.Penalty)
	parts.CheckUncoupled(report, "critic", m.Critic)
}

// Phases implements [models.Model].
func (m WGANGP) Phases() []models.Phase {
	return GAN{
		Latent: m.Latent, Generator: m.Generator, Discriminator: m.Critic, Output: m.Output, CriticSteps: m.CriticSteps,
		Loss: "wasserstein", GradientPenalty: m.Penalty, Pack: 1, critic: "critic",
	}.Phases()
}
