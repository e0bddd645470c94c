package models

import (
	"math"

	"latentspace/latent"
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
	Latent        int           `yaml:"latent"`        // dimension of z
	Generator     Network       `yaml:"generator"`     //
	Discriminator Network       `yaml:"discriminator"` //
	Output        nn.Activation `yaml:"output"`        // of the generator
	CriticSteps   int           `yaml:"critic_steps"`  // discriminator updates in a step
}

// Check reports the fields that are out of range.
func (m GAN) Check(report func(key, format string, args ...any)) {
	checkLatent(report, m.Latent)
	if m.Output != "" && !m.Output.Known() {
		oneOf(report, "output", string(m.Output), map[string]bool{"identity": true, "sigmoid": true, "tanh": true})
	}
	if m.CriticSteps < 1 || m.CriticSteps > 1000 {
		report("critic_steps", "%d, want it from 1 to 1000", m.CriticSteps)
	}
}

// Phases implements [Model].
func (m GAN) Phases() []Phase {
	return []Phase{
		{Name: "discriminator", Train: "discriminator", Repeat: m.CriticSteps, Loss: m.discriminatorLoss},
		{Name: "generator", Train: "generator", Loss: m.generatorLoss},
	}
}

func (m GAN) discriminatorLoss(g *nn.Graph, b Batch) Loss {
	fake := m.generate(g, b.X.Shape())
	onReal, onFake := m.logit(g, b.X), m.logit(g, fake)
	g.In("loss")
	return Loss{
		Total: onReal.Neg().Softplus().Mean().Add(onFake.Softplus().Mean()),
		Terms: []Term{{"real", onReal.Sigmoid().Mean()}, {"fake", onFake.Sigmoid().Mean()}},
	}
}

func (m GAN) generatorLoss(g *nn.Graph, b Batch) Loss {
	onFake := m.logit(g, m.generate(g, b.X.Shape()))
	g.In("loss")
	return Loss{Total: onFake.Neg().Softplus().Mean()}
}

// generate draws a batch of samples.
func (m GAN) generate(g *nn.Graph, shape []int) nn.Node {
	return m.Decode(g, g.Noise("z", shape[0], m.Latent), shape[1:])
}

// logit returns D(x) (batch, 1).
func (m GAN) logit(g *nn.Graph, x nn.Node) nn.Node {
	return m.Discriminator.Encode(g.In("discriminator"), x, 1)
}

// Dim implements [Prior].
func (m GAN) Dim() int { return m.Latent }

// Prior implements [Prior]: the standard normal distribution.
func (m GAN) Prior(*nn.Params) (latent.Gaussian, error) { return latent.Standard(m.Latent), nil }

// Decode implements [Decoder]: G(z).
func (m GAN) Decode(g *nn.Graph, z nn.Node, shape []int) nn.Node {
	gen := g.In("generator")
	x := m.Generator.Decode(gen, z, shape)
	return m.output(shape).Forward(gen, x)
}

// output is the generator's last activation for examples of a shape.
func (m GAN) output(shape []int) nn.Activation {
	switch {
	case m.Output != "":
		return m.Output
	case len(shape) == 3:
		return "sigmoid"
	}
	return "identity"
}

// Range is where the values of samples of a shape lie.
func (m GAN) Range(shape []int) (lo, hi float64) {
	switch m.output(shape) {
	case "sigmoid":
		return 0, 1
	case "tanh":
		return -1, 1
	}
	return math.Inf(-1), math.Inf(1)
}
