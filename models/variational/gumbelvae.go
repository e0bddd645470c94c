package variational

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// GumbelVAE is the VAE whose code is Codes categories, drawn by the Gumbel-softmax:
//
//	L = E[−ln p(x|y)] + Beta·Σᵢ KL(q(yᵢ|x) ‖ p(yᵢ)),   KL = ln K + Σₖ q(k|x)·ln q(k|x)
//
// for Categories K and the uniform prior p(y), in nats per example. In training y is relaxed, between
// categories; in evaluation and in the bound it is categories, so that the bound is one of ln p(x).
// With straight_through the decoder sees categories alone in training too, at the price of a biased
// gradient.
//
// The code of an example is its most probable categories, vectors with a one each, one behind the
// other. Parameters are in the scopes "encoder", "decoder" and "loss".
//
// Jang, Gu and Poole, Categorical Reparameterization with Gumbel-Softmax, ICLR 2017, section 4.
type GumbelVAE struct {
	Codes      int                    `yaml:"codes"`      // categorical codes
	Categories int                    `yaml:"categories"` // of each code
	Encoder    networks.Network       `yaml:"encoder"`    // network to logits
	Decoder    networks.Network       `yaml:"decoder"`    // network from y; the mirror of the encoder if absent
	Likelihood likelihoods.Likelihood `yaml:"likelihood"` // p(x|y)
	Beta       float64                `yaml:"beta"`       // weight of the KL term, at least 0
	relaxation `yaml:",inline"`
}

var (
	_ models.Encoder    = GumbelVAE{}
	_ models.Decoder    = GumbelVAE{}
	_ models.Prior      = GumbelVAE{}
	_ models.Weigher    = GumbelVAE{}
	_ models.Likely     = GumbelVAE{}
	_ models.Ranged     = GumbelVAE{}
	_ models.KLWeighted = GumbelVAE{}
)

// DefaultGumbelVAE has the defaults of the kind.
var DefaultGumbelVAE = GumbelVAE{
	Codes: 20, Categories: 10, Encoder: networks.Default(), Likelihood: likelihoods.Auto{}, Beta: 1, relaxation: defaultRelaxation,
}

// Check reports the fields that are out of range.
func (m GumbelVAE) Check(report func(key, format string, args ...any)) {
	checkCategories(report, m.Codes, m.Categories)
	parts.CheckWeight(report, "beta", m.Beta)
	m.relaxation.check(report)
}

// Phases implements [models.Model].
func (m GumbelVAE) Phases() []models.Phase { return []models.Phase{{Name: "elbo", Loss: m.loss}} }

func (m GumbelVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.posterior(g, b)
	rec, kl := m.Decode(g, q.draw(g), b).NLL(b.X).Mean(), q.kl().SumCols().Mean()
	return models.Loss{
		Total: rec.Add(kl.Scale(m.Beta)),
		Terms: []models.Term{{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)}},
	}
}

func (m GumbelVAE) posterior(g *nn.Graph, b models.Batch) categorical {
	h := networks.Vector(g.In("encoder"), m.Encoder, b.Seen(), m.Codes*m.Categories)
	return m.relaxation.categories(b, h, m.Codes, m.Categories)
}

// Encode implements [models.Encoder]: the most probable categories.
func (m GumbelVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(m.posterior(g, b).mode())
}

// Decode implements [models.Decoder]: p(x|y).
func (m GumbelVAE) Decode(g *nn.Graph, y nn.Node, given models.Batch) models.Output {
	return models.Decoded(g, networks.Or(m.Decoder, m.Encoder), y, given, m.Likelihood)
}

// Prior implements [models.Prior]: categories that are all alike.
func (m GumbelVAE) Prior(*nn.Params) (latent.Prior, error) {
	return uniformCategories(m.Codes, m.Categories)
}

// Weigh implements [models.Weigher].
func (m GumbelVAE) Weigh(g *nn.Graph, b models.Batch) (logLikelihood, logRatio nn.Node) {
	y, logRatio := m.posterior(g, b).exact(g)
	return m.Decode(g, y, b).NLL(b.X).Neg(), logRatio
}

// LikelihoodOf implements [models.Likely].
func (m GumbelVAE) LikelihoodOf(models.Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [models.Ranged]: the support of the likelihood.
func (m GumbelVAE) Range(d models.Data) models.Range { return models.SupportOf(m.Likelihood, d) }

// KLWeight implements [models.KLWeighted].
func (m GumbelVAE) KLWeight() (beta float64, key string) { return m.Beta, "model.beta" }
