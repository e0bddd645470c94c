package variational

import (
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// FactorVAE is the VAE whose dimensions are made independent over the data: beside −ELBO it pays for
// the total correlation of the aggregate posterior q(z), which a discriminator D estimates:
//
//	elbo           L = E[−ln p(x|z)] + KL(q(z|x) ‖ p(z)) + Gamma·E[d(z)]
//	discriminator  L = ½ E[ln(1 + e^−d(z))] + ½ E[ln(1 + e^d(z̃))]
//
// for z ~ q(z|x) = N(μ, σ²) and p(z) = N(0, I). z̃ are the codes of the batch with each dimension in an
// order of its own, draws of Πⱼ q(zⱼ). d is the logit of D, which says whether a code is not such a
// draw: d(z) goes to ln q(z)/Πⱼ q(zⱼ), whose mean is the total correlation KL(q(z) ‖ Πⱼ q(zⱼ)). In
// the paper z and z̃ are of two batches, here of one.
//
// Parameters are in the scopes "discriminator" and "autoencoder", where "encoder", "decoder" and "loss"
// are.
//
// Kim and Mnih, Disentangling by Factorising, ICML 2018, equation 2 and algorithm 2.
type FactorVAE struct {
	parts.Coder   `yaml:",inline"`
	Gamma         float64          `yaml:"gamma"`         // weight of the total correlation, at least 0
	Discriminator networks.Network `yaml:"discriminator"` // network from codes to the logit d
}

var (
	_ models.Encoder = FactorVAE{}
	_ models.Decoder = FactorVAE{}
	_ models.Prior   = FactorVAE{}
	_ models.Likely  = FactorVAE{}
	_ models.Ranged  = FactorVAE{}
	_ models.Judged  = FactorVAE{}
)

// DefaultFactorVAE has the defaults of the kind.
var DefaultFactorVAE = FactorVAE{
	Coder: parts.DefaultCoder, Gamma: 10,
	Discriminator: networks.MLP{Hidden: []int{256, 256, 256}, Activation: "leaky_relu", Norm: "none", Init: "he"},
}

// Check reports the fields that are out of range.
func (m FactorVAE) Check(report func(key, format string, args ...any)) {
	m.Coder.Check(report)
	parts.CheckWeight(report, "gamma", m.Gamma)
}

// Phases implements [models.Model].
func (m FactorVAE) Phases() []models.Phase {
	return []models.Phase{
		{Name: "elbo", Train: []string{"autoencoder"}, Rival: true, Loss: m.loss},
		{Name: "discriminator", Train: []string{"discriminator"}, Least: 2, Rival: true, Loss: m.discriminatorLoss},
	}
}

func (m FactorVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b)
	z := q.Draw(g, "eps")
	rec, kl := m.Decode(g, z, b).NLL(b.X).Mean(), nn.GaussianKL(q.Mean, q.LogVar).Mean()
	tc := m.logit(g, z).Mean()
	return models.Loss{
		Total: rec.Add(kl).Add(tc.Scale(m.Gamma)),
		Terms: []models.Term{
			{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "total_correlation", Value: tc},
			{Name: "neg_elbo", Value: rec.Add(kl)},
		},
	}
}

func (m FactorVAE) discriminatorLoss(g *nn.Graph, b models.Batch) models.Loss {
	z := m.Encode(g, b).Draw(g, "eps")
	joint, product := m.logit(g, z), m.logit(g, shuffled(g, z))
	right := joint.Sign().Sub(product.Sign()).Mean()
	return models.Loss{
		Total: joint.Neg().Softplus().Mean().Add(product.Softplus().Mean()).Scale(0.5),
		Terms: []models.Term{{Name: "accuracy", Value: right.AddScalar(2).Scale(0.25)}},
	}
}

// Encode implements [models.Encoder]: q(z|x).
func (m FactorVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	return m.Coder.Encode(g.In("autoencoder"), b)
}

// Decode implements [models.Decoder]: p(x|z).
func (m FactorVAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return m.Coder.Decode(g.In("autoencoder"), z, given)
}

// logit is d of codes z (batch, latent), (batch).
func (m FactorVAE) logit(g *nn.Graph, z nn.Node) nn.Node {
	return networks.Vector(g.In("discriminator"), m.Discriminator, z, 1).SumCols()
}

// shuffled is z (batch, latent) with each dimension in an order of its own.
func shuffled(g *nn.Graph, z nn.Node) nn.Node {
	shape := z.Shape()
	if len(shape) != 2 {
		return z // of an encoder that failed
	}
	n, d := shape[0], shape[1]
	all := make([]nn.Node, d)
	for j := range all {
		all[j] = z.Slice(1, j, j+1).Gather(g.Permutation("order", n))
	}
	if d == 1 {
		return all[0]
	}
	return nn.Concat(1, all...)
}

// Best implements [models.Judged]: the total correlation is what a young discriminator takes for it.
func (m FactorVAE) Best() string { return "neg_elbo" }
