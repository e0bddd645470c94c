package variational

import (
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/settings"
)

// InfoVAE is the VAE that weighs what a code tells of its example apart from how unlike the prior the
// codes are in all:
//
//	L = E[−ln p(x|z)] + (1 − Alpha)·KL(q(z|x) ‖ p(z)) + (Alpha + Lambda − 1)·MMD(q(z), p(z))
//
// for z ~ q(z|x) = N(μ, σ²), p(z) = N(0, I), and q(z) the codes of the data. With Alpha = 0 and
// Lambda = 1 it is −ELBO; with Alpha = 1 nothing keeps a code from telling its example. The
// discrepancy is that of [parts.MMD], over the codes of the batch and as many draws from the prior.
//
// Zhao, Song and Ermon, InfoVAE: Balancing Learning and Inference in Variational Autoencoders, AAAI
// 2019, equation 6.
type InfoVAE struct {
	parts.Coder `yaml:",inline"`
	Alpha       float64 `yaml:"alpha"`  // how little the KL of each example counts, at most 1
	Lambda      float64 `yaml:"lambda"` // weight of the aggregate posterior's divergence, not below 1 − alpha
	Kernel      string  `yaml:"kernel"` // of the discrepancy: imq or rbf
}

var (
	_ models.Encoder = InfoVAE{}
	_ models.Decoder = InfoVAE{}
	_ models.Prior   = InfoVAE{}
	_ models.Likely  = InfoVAE{}
	_ models.Ranged  = InfoVAE{}
)

// DefaultInfoVAE has the defaults of the kind.
var DefaultInfoVAE = InfoVAE{Coder: parts.DefaultCoder, Alpha: 0.5, Lambda: 100, Kernel: "imq"}

// Check reports the fields that are out of range.
func (m InfoVAE) Check(report func(key, format string, args ...any)) {
	m.Coder.Check(report)
	if !(m.Alpha <= 1 && m.Alpha > -1e9) {
		report("alpha", "%v, want it at most 1: the KL has the weight 1 − alpha", m.Alpha)
	}
	if !(m.Lambda >= 1-m.Alpha && m.Lambda < 1e9) {
		report("lambda", "%v, want it at least 1 − alpha: the discrepancy has the weight alpha + lambda − 1", m.Lambda)
	}
	settings.OneOf(report, "kernel", m.Kernel, parts.Kernels)
}

// Phases implements [models.Model].
func (m InfoVAE) Phases() []models.Phase {
	return []models.Phase{{Name: "elbo", Least: 2, Loss: m.loss}}
}

func (m InfoVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b)
	z := q.Draw(g, "eps")
	rec, kl := m.Decode(g, z, b).NLL(b.X).Mean(), nn.GaussianKL(q.Mean, q.LogVar).Mean()
	mmd := parts.MMD(g, m.Kernel, z, g.Noise("prior", b.N, m.Latent))
	return models.Loss{
		Total: rec.Add(kl.Scale(1 - m.Alpha)).Add(mmd.Scale(m.Alpha + m.Lambda - 1)),
		Terms: []models.Term{
			{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)},
			{Name: "mmd", Value: mmd},
		},
	}
}
