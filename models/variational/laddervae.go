package variational

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// LadderVAE is the ladder VAE of two layers, Top numbers z₂ of which Latent numbers z₁ depend, and on
// these the example. Its posterior shares the way down with the prior:
//
//	p(x, z₁, z₂) = p(x|z₁)·p(z₁|z₂)·p(z₂),   p(z₂) = N(0, I),   p(z₁|z₂) = N(μₚ, σₚ²)
//	q(z₁, z₂|x) = q(z₂|x)·q(z₁|z₂, x),   q(z₁|z₂, x) ∝ N(z₁; μ̂(x), σ̂²(x))·p(z₁|z₂)
//	L = E[−ln p(x|z₁)] + β(t)·(KL(q(z₂|x) ‖ p(z₂)) + E[KL(q(z₁|z₂, x) ‖ p(z₁|z₂))])
//
// in nats per example. The product of two Gaussians has the sum of their precisions, and their mean
// weighed by these. β rises from 0 to Beta in the first Warmup epochs, without which the upper layer is
// left unused more often.
//
// A code is z₂ and, behind it, (z₁ − μₚ)/σₚ, so that codes of the prior are draws from N(0, I), and
// moving the first moves what the second are about. That of an example has the mean of each posterior.
// Parameters are in the scopes "encoder", "lower", "upper", "down", "decoder" and "loss".
//
// Sønderby, Raiko, Maaløe, Sønderby and Winther, Ladder Variational Autoencoders, NIPS 2016, equations
// 12 to 19.
type LadderVAE struct {
	Latent     int                    `yaml:"latent"`     // dimension of z₁
	Top        int                    `yaml:"top"`        // dimension of z₂
	Features   int                    `yaml:"features"`   // width of what the encoder gives both layers
	Encoder    networks.Network       `yaml:"encoder"`    // network from examples to features
	Upper      networks.Network       `yaml:"upper"`      // network from features to z₂; its mirror is that from z₂ to z₁
	Decoder    networks.Network       `yaml:"decoder"`    // network from z₁; the mirror of the encoder if absent
	Likelihood likelihoods.Likelihood `yaml:"likelihood"` // p(x|z₁)
	Beta       float64                `yaml:"beta"`       // weight of the KL terms, at least 0
	Warmup     float64                `yaml:"warmup"`     // epochs in which the weight rises from 0, at least 0
}

var (
	_ models.Encoder    = LadderVAE{}
	_ models.Decoder    = LadderVAE{}
	_ models.Prior      = LadderVAE{}
	_ models.Weigher    = LadderVAE{}
	_ models.Likely     = LadderVAE{}
	_ models.Ranged     = LadderVAE{}
	_ models.KLWeighted = LadderVAE{}
	_ models.Judged     = LadderVAE{}
)

// DefaultLadderVAE has the defaults of the kind.
var DefaultLadderVAE = LadderVAE{
	Latent: 32, Top: 8, Features: 128, Encoder: networks.Default(),
	Upper:      networks.MLP{Hidden: []int{128}, Activation: "leaky_relu", Norm: "none", Init: "glorot"},
	Likelihood: likelihoods.Auto{}, Beta: 1, Warmup: 1,
}

// Check reports the fields that are out of range.
func (m LadderVAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	parts.CheckBetween(report, "top", m.Top, 1, networks.MaxWidth)
	parts.CheckBetween(report, "features", m.Features, 1, networks.MaxWidth)
	parts.CheckWeight(report, "beta", m.Beta)
	parts.CheckWeight(report, "warmup", m.Warmup)
}

// Phases implements [models.Model].
func (m LadderVAE) Phases() []models.Phase { return []models.Phase{{Name: "elbo", Loss: m.loss}} }

// ladder has the distributions of both layers of a batch, and the draws that those of the lower one
// depend on.
type ladder struct {
	top, lower, prior models.Code // q(z₂|x), q(z₁|z₂, x) and p(z₁|z₂)
	z2                nn.Node
}

// climb makes the distributions, where draw gives z₂ of q(z₂|x).
func (m LadderVAE) climb(g *nn.Graph, b models.Batch, draw func(q models.Code) nn.Node) ladder {
	h := networks.Vector(g.In("encoder"), m.Encoder, b.Seen(), m.Features).LeakyReLU(0.2)
	own := moments(nn.Linear{Out: 2 * m.Latent}.Forward(g.In("lower"), h), m.Latent)
	top := moments(networks.Vector(g.In("upper"), m.Upper, h, 2*m.Top), m.Top)
	z2 := draw(top)
	prior := m.down(g, z2)
	return ladder{top, merged(own, prior), prior, z2}
}

// moments are μ and ln σ² of a network's output (batch, 2·n).
func moments(h nn.Node, n int) models.Code {
	return models.Code{Mean: h.Slice(1, 0, n), LogVar: h.Slice(1, n, 2*n)}
}

// down is p(z₁|z₂).
func (m LadderVAE) down(g *nn.Graph, z2 nn.Node) models.Code {
	return moments(networks.Vector(g.In("down"), m.Upper.Mirror(), z2, 2*m.Latent), m.Latent)
}

// merged is the normal distribution whose density is in proportion to the product of two.
func merged(a, b models.Code) models.Code {
	pa, pb := a.LogVar.Neg().ExpBounded(maxLogPrecision), b.LogVar.Neg().ExpBounded(maxLogPrecision)
	sum := pa.Add(pb)
	return models.Code{Mean: a.Mean.Mul(pa).Add(b.Mean.Mul(pb)).Div(sum), LogVar: sum.Log().Neg()}
}

// divergence is KL(q ‖ p) of two diagonal Gaussians, (batch), in nats.
func divergence(q, p models.Code) nn.Node {
	ratio := q.LogVar.Sub(p.LogVar)
	apart := q.Mean.Sub(p.Mean).Square().Mul(p.LogVar.Neg().ExpBounded(maxLogPrecision))
	return ratio.ExpBounded(maxLogPrecision).Add(apart).Sub(ratio).AddScalar(-1).Scale(0.5).SumCols()
}

func (m LadderVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	l := m.climb(g, b, func(q models.Code) nn.Node { return q.Draw(g, "top") })
	rec := m.likelihood(g, l.lower.Draw(g, "eps"), b).NLL(b.X).Mean()
	top := nn.GaussianKL(l.top.Mean, l.top.LogVar).Mean()
	kl := top.Add(divergence(l.lower, l.prior).Mean())
	weighed := kl.Scale(m.Beta)
	if m.Warmup > 0 {
		weighed = weighed.Mul(b.Epoch().Scale(1/m.Warmup).Clamp(0, 1))
	}
	return models.Loss{
		Total: rec.Add(weighed),
		Terms: []models.Term{
			{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "kl_top", Value: top}, {Name: "neg_elbo", Value: rec.Add(kl)},
		},
	}
}

// likelihood is p(x|z₁).
func (m LadderVAE) likelihood(g *nn.Graph, z1 nn.Node, given models.Batch) models.Output {
	return models.Decoded(g, networks.Or(m.Decoder, m.Encoder), z1, given, m.Likelihood)
}

// Encode implements [models.Encoder]: the mean of z₂, and that of z₁ given it, as the prior has it.
func (m LadderVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	l := m.climb(g, b, func(q models.Code) nn.Node { return q.Mean })
	rest := l.lower.Mean.Sub(l.prior.Mean).Mul(l.prior.LogVar.Scale(-0.5).ExpBounded(maxLogPrecision))
	return models.Point(nn.Concat(1, l.z2, rest))
}

// Decode implements [models.Decoder]: p(x|z₁), for a code of both layers.
func (m LadderVAE) Decode(g *nn.Graph, code nn.Node, given models.Batch) models.Output {
	p := m.down(g, code.Slice(1, 0, m.Top))
	return m.likelihood(g, nn.Reparameterise(p.Mean, p.LogVar, code.Slice(1, m.Top, m.Top+m.Latent)), given)
}

// Prior implements [models.Prior]: N(0, I).
func (m LadderVAE) Prior(*nn.Params) (latent.Prior, error) {
	return latent.Standard(m.Top + m.Latent), nil
}

// Weigh implements [models.Weigher].
func (m LadderVAE) Weigh(g *nn.Graph, b models.Batch) (logLikelihood, logRatio nn.Node) {
	l := m.climb(g, b, func(q models.Code) nn.Node { return q.Draw(g, "top") })
	z1 := l.lower.Draw(g, "eps")
	logRatio = l.prior.LogDensity(z1).Sub(l.lower.LogDensity(z1)).Sub(nn.StandardNormalNLL(l.z2)).Sub(l.top.LogDensity(l.z2))
	return m.likelihood(g, z1, b).NLL(b.X).Neg(), logRatio
}

// LikelihoodOf implements [models.Likely].
func (m LadderVAE) LikelihoodOf(models.Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [models.Ranged]: the support of the likelihood.
func (m LadderVAE) Range(d models.Data) models.Range { return models.SupportOf(m.Likelihood, d) }

// KLWeight implements [models.KLWeighted].
func (m LadderVAE) KLWeight() (beta float64, key string) { return m.Beta, "model.beta" }

// Best implements [models.Judged]: the loss depends on the time.
func (m LadderVAE) Best() string { return "neg_elbo" }
