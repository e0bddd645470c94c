package adversarial

import (
	"fmt"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/models/priors"
	"latentspace/nn"
	"latentspace/nn/elementary"
)

// InfoGAN is the generative adversarial network some of whose noise can be read off its samples:
// beside z ~ N(0, I) the generator G is given codes c, categories and numbers, and a posterior Q
// that shares the discriminator's features φ is to tell them:
//
//	discriminator  L = E[ζ(−D(x))] + E[ζ(D(G(z, c)))] − Weight·E[ln Q(c|G(z, c))] + ½R1·E[|∇D(x)|²]
//	generator      L = E[ζ(−D(G(z, c)))] − Weight·E[ln Q(c|G(z, c))]
//
// for the softplus ζ. Each of Categories has a code that is uniform over its values, as a vector
// with a one and zeros elsewhere, and the Continuous ones are uniform in (−1, 1). Q is categorical of
// the former and N(μ, I) of the latter, as in the authors' program. E[ln Q] and the codes' entropy
// are a lower bound of their information with the samples, in nats.
//
// A code of the latent space is z, the categories and the numbers in a row. The term "information" is
// the bound for the categories, at most the sum of the logarithms of their sizes; "code_error" is the
// mean squared error of a number, ⅓ if nothing is known of it. The other terms are those of a [GAN].
//
// Parameters are in the scopes "generator", "discriminator" and "posterior".
//
// Chen et al., InfoGAN, NIPS 2016, equation 6.
type InfoGAN struct {
	Latent        int              `yaml:"latent"`        // dimension of z
	Categories    []int            `yaml:"categories"`    // values of each categorical code, 2 to 1000
	Continuous    int              `yaml:"continuous"`    // codes that are numbers, 0 to 1000
	Generator     networks.Network `yaml:"generator"`     // network from z and c
	Discriminator networks.Network `yaml:"discriminator"` // network to the features φ
	Features      int              `yaml:"features"`      // number of features, 1 to 65536
	Output        nn.Activation    `yaml:"output"`        // identity, sigmoid or tanh; if absent a sigmoid of pictures, else none
	Weight        float64          `yaml:"weight"`        // of the information beside the adversarial loss, at least 0
	R1            float64          `yaml:"r1"`            // weight of the squared slopes at data, at least 0
}

var (
	_ models.Decoder = InfoGAN{}
	_ models.Prior   = InfoGAN{}
	_ models.Ranged  = InfoGAN{}
)

// DefaultInfoGAN has the defaults of the kind.
var DefaultInfoGAN = InfoGAN{
	Latent: 62, Categories: []int{10}, Continuous: 2, Generator: networks.Default(), Discriminator: networks.Default(), Features: 128, Weight: 1,
}

// Check reports the fields that are out of range.
func (m InfoGAN) Check(report func(key, format string, args ...any)) {
	m.part().check(report)
	for i, n := range m.Categories {
		if n < 2 || n > 1000 {
			report("categories", "element %d is %d, want it from 2 to 1000", i, n)
		}
	}
	parts.CheckBetween(report, "continuous", m.Continuous, 0, 1000)
	if len(m.Categories) == 0 && m.Continuous == 0 {
		report("categories", "empty, and continuous is 0: want some codes")
	}
	parts.CheckBetween(report, "features", m.Features, 1, 1<<16)
	parts.CheckWeight(report, "weight", m.Weight)
	checkR1(report, m.R1, m.Discriminator)
}

// Phases implements [models.Model].
func (m InfoGAN) Phases() []models.Phase {
	phases := rivals("discriminator", 1, m.discriminatorLoss, m.generatorLoss)
	phases[0].Train = append(phases[0].Train, "posterior")
	return phases
}

func (m InfoGAN) discriminatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	o := objectives["nonsaturating"]
	codes := m.draw(g, b.N)
	onReal, _ := m.judge(g, b.X)
	onFake, guess := m.judge(g, m.Decode(g, codes, b).Mean())
	ignorance, terms := m.ignorance(g, codes, guess)
	loss := models.Loss{
		Total: o.critic(onReal, onFake).Add(ignorance.Scale(m.Weight)),
		Terms: append(o.terms(onReal, onFake), terms...),
	}
	return flattened(g, loss, "r1", m.R1, onReal, b.X)
}

func (m InfoGAN) generatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	codes := m.draw(g, b.N)
	onFake, guess := m.judge(g, m.Decode(g, codes, b).Mean())
	ignorance, terms := m.ignorance(g, codes, guess)
	return models.Loss{Total: objectives["nonsaturating"].generator(nn.Node{}, onFake).Add(ignorance.Scale(m.Weight)), Terms: terms}
}

// judge returns D(x) (batch, 1) and what Q guesses of the codes of x: logits of the categories and
// means of the numbers.
func (m InfoGAN) judge(g *nn.Graph, x nn.Node) (score, guess nn.Node) {
	in := g.In("discriminator")
	phi := networks.Vector(in, m.Discriminator, x, m.Features).LeakyReLU(0.2)
	score = nn.Linear{Out: 1}.Forward(in.In("score"), phi)
	guess = nn.Linear{Out: m.codes()}.Forward(g.In("posterior"), phi)
	return score, guess
}

// ignorance is −E[ln Q(c|x)] in nats, without constants, for codes (z, c) and what Q guesses.
func (m InfoGAN) ignorance(g *nn.Graph, codes, guess nn.Node) (nats nn.Node, terms []models.Term) {
	g.In("loss")
	at, sum, information := 0, []nn.Node{}, 0.0
	for _, n := range m.Categories {
		told := codes.Slice(1, m.Latent+at, m.Latent+at+n)
		sum = append(sum, guess.Slice(1, at, at+n).LogSoftmax().Mul(told).SumCols().Mean().Neg())
		information += elementary.Log(float64(n))
		at += n
	}
	if len(m.Categories) > 0 {
		terms = append(terms, models.Term{Name: "information", Value: total(sum).Neg().AddScalar(information)})
	}
	if m.Continuous > 0 {
		apart := guess.Slice(1, at, at+m.Continuous).Sub(codes.Slice(1, m.Latent+at, m.Latent+at+m.Continuous)).Square()
		sum = append(sum, apart.SumCols().Mean().Scale(0.5))
		terms = append(terms, models.Term{Name: "code_error", Value: apart.Mean()})
	}
	return total(sum), terms
}

// total is the sum of one node or more.
func total(x []nn.Node) nn.Node {
	sum := x[0]
	for _, y := range x[1:] {
		sum = sum.Add(y)
	}
	return sum
}

// codes are the values of c.
func (m InfoGAN) codes() int {
	n := m.Continuous
	for _, k := range m.Categories {
		n += k
	}
	return n
}

// draw draws codes (z, c) for n examples.
func (m InfoGAN) draw(g *nn.Graph, n int) nn.Node {
	codes := []nn.Node{g.Noise("z", n, m.Latent)}
	for i, k := range m.Categories {
		codes = append(codes, g.Gumbel(fmt.Sprintf("category%d", i+1), n, k).ArgMax().OneHot(k))
	}
	if m.Continuous > 0 {
		codes = append(codes, g.Uniform("continuous", n, m.Continuous).Scale(2).AddScalar(-1))
	}
	return nn.Concat(1, codes...)
}

// part is the generator.
func (m InfoGAN) part() generator { return generator{m.Latent, m.Generator, m.Output} }

// Decode implements [models.Decoder]: G of codes (z, c).
func (m InfoGAN) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return m.part().Decode(g, z, given)
}

// Prior implements [models.Prior]: z ~ N(0, I) and c uniform.
func (m InfoGAN) Prior(p *nn.Params) (latent.Prior, error) {
	return &priors.Graph{Size: m.Latent + m.codes(), Params: p, Begin: m.draw}, nil
}

// Range implements [models.Ranged]: where the generator's samples lie.
func (m InfoGAN) Range(d models.Data) models.Range { return m.part().Range(d) }
