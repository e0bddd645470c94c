package adversarial

import (
	"slices"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/settings"
)

// GAN is the generative adversarial network: a generator G that maps noise z ~
// N(0, I) to examples, and a discriminator with score D that tells them from the
// data. Each has a phase of its own, and minimises its mean of a loss:
//
//	               discriminator                            generator
//	nonsaturating  ζ(−D(x)) + ζ(D(G(z)))                    ζ(−D(G(z)))
//	hinge          max(0, 1 − D(x)) + max(0, 1 + D(G(z)))   −D(G(z))
//	least_squares  ½(D(x) − 1)² + ½D(G(z))²                 ½(D(G(z)) − 1)²
//	wasserstein    D(G(z)) − D(x)                           −D(G(z))
//	relativistic   ζ(D(G(z)) − D(x))                        ζ(D(x) − D(G(z)))
//
// where ζ is the softplus, in nats per example. To the discriminator's loss are added
//
//	GradientPenalty·E[(|∇D(x̂)| − 1)²] + ½R1·E[|∇D(x)|²] + ½R2·E[|∇D(G(z))|²],   x̂ = u·x + (1 − u)·G(z)
//
// with u uniform in (0, 1) for each example, and gradients by what the discriminator sees. They are
// of each example alone, so that a discriminator that normalises by the batch is an error beside
// them. Spectral normalisation is an option of the network (norm: spectral).
//
// With Pack above 1 the discriminator scores so many examples at once, pictures as channels of
// one. With Condition it has a projection, as [CGAN], but with weights that are not normalised: a normalised
// network has scores as large as the loss wants them. With Augment it sees pictures that are changed
// at random, data and samples alike, in training; see the options of the key.
//
// The terms "real" and "fake" are the mean scores of data and of samples, of the nonsaturating loss
// as probabilities σ(D): 0.5 means that it cannot tell. Scores that are only compared have their
// mean difference, "distance", instead. "accuracy_real" and "accuracy_fake" are the shares that are
// told rightly: by a score above or below the middle, which is 0, ½ of least squares, and of scores
// that are only compared the middle of both means. "slope" is E[|∇D(x̂)|], "r1" and "r2" are the
// mean squares.
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
// section 3; Mao et al., Least Squares Generative Adversarial Networks, ICCV 2017, equation 2;
// Huang et al., The GAN is dead; long live the GAN! (R3GAN), NeurIPS 2024, equations 2 and 4;
// Lin et al., PacGAN, NeurIPS 2018.
type GAN struct {
	Latent          int              `yaml:"latent"`           // dimension of z
	Generator       networks.Network `yaml:"generator"`        // network from z
	Discriminator   networks.Network `yaml:"discriminator"`    // network to a logit
	Output          nn.Activation    `yaml:"output"`           // of the generator: identity, sigmoid or tanh
	CriticSteps     int              `yaml:"critic_steps"`     // discriminator updates in a step, 1 to 1000
	Loss            string           `yaml:"loss"`             // nonsaturating, hinge, least_squares, wasserstein or relativistic
	GradientPenalty float64          `yaml:"gradient_penalty"` // weight of the distance of slopes from 1, at least 0
	R1              float64          `yaml:"r1"`               // weight of the squared slopes at data, at least 0
	R2              float64          `yaml:"r2"`               // weight of the squared slopes at samples, at least 0
	Pack            int              `yaml:"pack"`             // examples that the discriminator sees at once, 1 to 1000
	Condition       []string         `yaml:"condition"`        // names of the conditions; may be empty
	Features        int              `yaml:"features"`         // number of features beside a condition, 1 to 65536
	Augment         []string         `yaml:"augment"`          // some of colour, translation, cutout

	critic   string // scope and phase of the discriminator, if it has another name
	spectral bool   // the weights of a projection are divided by their largest singular value
}

var (
	_ models.Decoder     = GAN{}
	_ models.Prior       = GAN{}
	_ models.Conditional = GAN{}
	_ models.Ranged      = GAN{}
)

// DefaultGAN has the defaults of the kind.
var DefaultGAN = GAN{
	Latent: 64, Generator: networks.Default(), Discriminator: networks.Default(), CriticSteps: 1,
	Loss: "nonsaturating", Pack: 1, Features: 128,
}

// Check reports the fields that are out of range.
func (m GAN) Check(report func(key, format string, args ...any)) {
	m.part().check(report)
	parts.CheckBetween(report, "critic_steps", m.CriticSteps, 1, 1000)
	settings.OneOf(report, "loss", m.Loss, objectives)
	parts.CheckWeight(report, "gradient_penalty", m.GradientPenalty)
	parts.CheckWeight(report, "r1", m.R1)
	parts.CheckWeight(report, "r2", m.R2)
	if m.GradientPenalty > 0 || m.R1 > 0 || m.R2 > 0 {
		parts.CheckUncoupled(report, "discriminator", m.Discriminator)
	}
	parts.CheckBetween(report, "pack", m.Pack, 1, 1000)
	if len(m.Condition) > 0 {
		parts.CheckConditions(report, m.Condition)
	}
	parts.CheckBetween(report, "features", m.Features, 1, 1<<16)
	checkAugment(report, m.Augment)
}

// Phases implements [models.Model].
func (m GAN) Phases() []models.Phase {
	phases := rivals(m.name(), m.CriticSteps, m.discriminatorLoss, m.generatorLoss)
	for i := range phases {
		phases[i].Least = m.Pack
		if len(m.Condition) > 0 {
			phases[i].Least = max(m.Pack, parts.ToldLeast)
		}
	}
	return phases
}

// name is that of the discriminator's scope and phase.
func (m GAN) name() string {
	if m.critic != "" {
		return m.critic
	}
	return "discriminator"
}

func (m GAN) discriminatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	o := objectives[m.Loss]
	fake := m.seen(g, m.generate(g, b))
	real := m.seen(g, b.X)
	onReal, onFake := m.score(g, b, real), m.score(g, b, fake)
	g.In("loss")
	loss := models.Loss{Total: o.critic(onReal, onFake), Terms: o.terms(onReal, onFake)}
	if m.GradientPenalty > 0 {
		u := g.Uniform("between", real.Shape()[0])
		between := real.MulCol(u).Add(fake.MulCol(u.Neg().AddScalar(1)))
		slope := steepness(g, m.score(g, b, between), between).AddScalar(1e-12).Sqrt()
		loss.Total = loss.Total.Add(slope.AddScalar(-1).Square().Mean().Scale(m.GradientPenalty))
		loss.Terms = append(loss.Terms, models.Term{Name: "slope", Value: slope.Mean()})
	}
	loss = flattened(g, loss, "r1", m.R1, onReal, real)
	return flattened(g, loss, "r2", m.R2, onFake, fake)
}

func (m GAN) generatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	o := objectives[m.Loss]
	onFake := m.score(g, b, m.seen(g, m.generate(g, b)))
	onReal := onFake
	if o.paired {
		onReal = m.score(g, b, m.seen(g, b.X))
	}
	g.In("loss")
	return models.Loss{Total: o.generator(onReal, onFake)}
}

// generate draws examples for a batch.
func (m GAN) generate(g *nn.Graph, b models.Batch) nn.Node {
	return m.Decode(g, g.Noise("z", b.N, m.Latent), b).Mean()
}

// seen is what the discriminator sees of examples.
func (m GAN) seen(g *nn.Graph, x nn.Node) nn.Node {
	if g.Training {
		x = augment(g, m.Augment, x)
	}
	return m.packed(g, x)
}

// packed puts examples side by side, as many as Pack says, along the last axis. Those that are left
// over are not seen.
func (m GAN) packed(g *nn.Graph, x nn.Node) nn.Node {
	shape := x.Shape()
	if m.Pack == 1 {
		return x
	}
	if len(shape) < 2 || shape[0] < m.Pack {
		return g.Failf("pack: a batch of shape %v, want %d examples at least", shape, m.Pack)
	}
	n := shape[0] / m.Pack
	var side []nn.Node
	for i := range m.Pack {
		side = append(side, x.Slice(0, i*n, (i+1)*n))
	}
	return nn.Concat(len(shape)-1, side...)
}

// score returns D of what the discriminator sees: (batch, 1), or (batch) of a projection.
func (m GAN) score(g *nn.Graph, b models.Batch, seen nn.Node) nn.Node {
	g = g.In(m.name())
	if len(m.Condition) == 0 {
		return networks.Vector(g, m.Discriminator, seen, 1)
	}
	phi := networks.Vector(g, m.Discriminator, seen, m.Features)
	phi = phi.LeakyReLU(0.2)
	psi := nn.Linear{Out: 1, Spectral: m.spectral}.Forward(g.In("psi"), phi)
	c := m.packed(g, parts.Condition(g.In("condition"), b, m.Condition))
	v := nn.Linear{Out: m.Features, NoBias: true, Spectral: m.spectral}.Forward(g.In("projection"), c)
	return psi.SumCols().Add(v.Mul(phi).SumCols())
}

// part is the generator.
func (m GAN) part() generator { return generator{m.Latent, m.Generator, m.Output} }

// Prior implements [models.Prior]: the standard normal distribution.
func (m GAN) Prior(p *nn.Params) (latent.Prior, error) { return m.part().Prior(p) }

// Decode implements [models.Decoder]: G(z), or G(z, c).
func (m GAN) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	if len(m.Condition) > 0 {
		z = nn.Concat(1, z, parts.Condition(g.In("generator").In("condition"), given, m.Condition))
	}
	return m.part().Decode(g, z, given)
}

// Conditions implements [models.Conditional].
func (m GAN) Conditions() []string { return slices.Clone(m.Condition) }

// Range implements [models.Ranged]: where the generator's samples lie.
func (m GAN) Range(d models.Data) models.Range { return m.part().Range(d) }
