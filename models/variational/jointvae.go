package variational

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/nn/elementary"
)

// JointVAE is the VAE with a code of two parts, Latent numbers z and Codes categories y, each of which
// has to tell as much as its capacity C, which rises in the course of training:
//
//	L = E[−ln p(x|z, y)] + Gamma·|KL(q(z|x) ‖ p(z)) − C_z(t)| + Gamma·|KL(q(y|x) ‖ p(y)) − C_y(t)|
//
// for q(z|x) = N(μ, σ²), p(z) = N(0, I) and the uniform prior p(y), in nats per example. y is drawn by
// the Gumbel-softmax. Without a capacity of their own the categories would be left unused, as numbers
// are easier to learn. C(t) = capacity·min(1, t/capacity_epochs) at the time t in epochs.
//
// The code of an example is μ, and behind it its most probable categories, vectors with a one each.
// Parameters are in the scopes "encoder", "decoder" and "loss".
//
// Dupont, Learning Disentangled Joint Continuous and Discrete Representations, NeurIPS 2018, equation
// 7.
type JointVAE struct {
	Latent             int                    `yaml:"latent"`              // dimension of z
	Codes              int                    `yaml:"codes"`               // categorical codes
	Categories         int                    `yaml:"categories"`          // of each code
	Encoder            networks.Network       `yaml:"encoder"`             // network to μ, ln σ² and logits
	Decoder            networks.Network       `yaml:"decoder"`             // network from the code; the mirror of the encoder if absent
	Likelihood         likelihoods.Likelihood `yaml:"likelihood"`          // p(x|z, y)
	Gamma              float64                `yaml:"gamma"`               // weight of how far the KL is from the capacity, at least 0
	Capacity           float64                `yaml:"capacity"`            // nats of z in the end, at least 0
	CategoriesCapacity float64                `yaml:"categories_capacity"` // nats of y in the end, at least 0; at most codes·ln categories count
	CapacityEpochs     float64                `yaml:"capacity_epochs"`     // in which both rise from 0, at least 0
	relaxation         `yaml:",inline"`
}

var (
	_ models.Encoder = JointVAE{}
	_ models.Decoder = JointVAE{}
	_ models.Prior   = JointVAE{}
	_ models.Weigher = JointVAE{}
	_ models.Likely  = JointVAE{}
	_ models.Ranged  = JointVAE{}
	_ models.Judged  = JointVAE{}
)

// DefaultJointVAE has the defaults of the kind.
var DefaultJointVAE = JointVAE{
	Latent: 10, Codes: 1, Categories: 10, Encoder: networks.Default(), Likelihood: likelihoods.Auto{},
	Gamma: 30, Capacity: 10, CategoriesCapacity: 2, CapacityEpochs: 10, relaxation: defaultRelaxation,
}

// Check reports the fields that are out of range.
func (m JointVAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	checkCategories(report, m.Codes, m.Categories)
	parts.CheckWeight(report, "gamma", m.Gamma)
	parts.CheckWeight(report, "capacity", m.Capacity)
	parts.CheckWeight(report, "categories_capacity", m.CategoriesCapacity)
	parts.CheckWeight(report, "capacity_epochs", m.CapacityEpochs)
	m.relaxation.check(report)
}

// Phases implements [models.Model].
func (m JointVAE) Phases() []models.Phase { return []models.Phase{{Name: "elbo", Loss: m.loss}} }

func (m JointVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	z, y := m.posterior(g, b)
	rec := m.decode(g, z.Draw(g, "eps"), y.draw(g), b).NLL(b.X).Mean()
	numbers, categories := nn.GaussianKL(z.Mean, z.LogVar).Mean(), y.kl().SumCols().Mean()
	epoch := b.Epoch()
	risen := epoch.Like(1)
	if m.CapacityEpochs > 0 {
		risen = epoch.Scale(1/m.CapacityEpochs).Clamp(0, 1)
	}
	off := numbers.Sub(risen.Scale(m.Capacity)).Abs().Add(categories.Sub(risen.Scale(m.categoriesCapacity())).Abs())
	kl := numbers.Add(categories)
	return models.Loss{
		Total: rec.Add(off.Scale(m.Gamma)),
		Terms: []models.Term{
			{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "kl_categories", Value: categories},
			{Name: "neg_elbo", Value: rec.Add(kl)},
		},
	}
}

// categoriesCapacity is the capacity of y, at most what its categories can tell, Codes·ln Categories.
func (m JointVAE) categoriesCapacity() float64 {
	return min(m.CategoriesCapacity, float64(m.Codes)*elementary.Log(float64(m.Categories)))
}

// posterior is q(z|x) and q(y|x).
func (m JointVAE) posterior(g *nn.Graph, b models.Batch) (models.Code, categorical) {
	d := m.Latent
	h := networks.Vector(g.In("encoder"), m.Encoder, b.Seen(), 2*d+m.Codes*m.Categories)
	z := models.Code{Mean: h.Slice(1, 0, d), LogVar: h.Slice(1, d, 2*d)}
	return z, m.relaxation.categories(b, h.Slice(1, 2*d, 2*d+m.Codes*m.Categories), m.Codes, m.Categories)
}

func (m JointVAE) decode(g *nn.Graph, z, y nn.Node, given models.Batch) models.Output {
	return m.Decode(g, nn.Concat(1, z, y), given)
}

// Encode implements [models.Encoder]: the mean and the most probable categories.
func (m JointVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	z, y := m.posterior(g, b)
	return models.Point(nn.Concat(1, z.Mean, y.mode()))
}

// Decode implements [models.Decoder]: p(x|z, y), of a code of both.
func (m JointVAE) Decode(g *nn.Graph, code nn.Node, given models.Batch) models.Output {
	return models.Decoded(g, networks.Or(m.Decoder, m.Encoder), code, given, m.Likelihood)
}

// Prior implements [models.Prior]: N(0, I), and categories that are all alike.
func (m JointVAE) Prior(*nn.Params) (latent.Prior, error) {
	categories, err := uniformCategories(m.Codes, m.Categories)
	return latent.Product{latent.Standard(m.Latent), categories}, err
}

// Weigh implements [models.Weigher].
func (m JointVAE) Weigh(g *nn.Graph, b models.Batch) (logLikelihood, logRatio nn.Node) {
	q, categories := m.posterior(g, b)
	z := q.Draw(g, "eps")
	y, ratio := categories.exact(g)
	ratio = ratio.Sub(nn.StandardNormalNLL(z)).Sub(q.LogDensity(z))
	return m.decode(g, z, y, b).NLL(b.X).Neg(), ratio
}

// LikelihoodOf implements [models.Likely].
func (m JointVAE) LikelihoodOf(models.Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [models.Ranged]: the support of the likelihood.
func (m JointVAE) Range(d models.Data) models.Range { return models.SupportOf(m.Likelihood, d) }

// Best implements [models.Judged]: the loss depends on the time.
func (m JointVAE) Best() string { return "neg_elbo" }
