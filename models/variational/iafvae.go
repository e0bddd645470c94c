package variational

import (
	"fmt"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/models/priors"
	"latentspace/nn"
)

// IAFVAE is the VAE whose posterior is an inverse autoregressive flow: a draw from a diagonal Gaussian
// passes through Flows maps, after which its values depend on each other,
//
//	z₀ = μ + σ·ε,   zₜ = gₜ·zₜ₋₁ + (1 − gₜ)·mₜ,   gₜ = sigmoid(sₜ + 2),   (mₜ, sₜ) = MADEₜ(zₜ₋₁, h)
//	ln q(z_T|x) = ln N(z₀; μ, σ²) − Σₜ Σᵢ ln gₜᵢ
//	L = E[−ln p(x|z)] + Beta·E[ln q(z|x) − ln p(z)],   ε ~ N(0, I)
//
// in nats per example, with one draw. The encoder gives μ, ln σ² and a context h. mₜ and sₜ of a value
// depend on the values before it alone: see [networks.MADE]. Between two maps the values are put into the
// reverse order.
//
// The code of an example is what ε = 0 becomes. Parameters are in the scopes "encoder", "flow1",
// "flow2" …, "decoder", "loss" and "prior".
//
// Kingma, Salimans, Jozefowicz, Chen, Sutskever and Welling, Improved Variational Inference with
// Inverse Autoregressive Flow, NIPS 2016, algorithm 1.
type IAFVAE struct {
	Latent     int                    `yaml:"latent"`      // dimension of z
	Encoder    networks.Network       `yaml:"encoder"`     // network to μ, ln σ² and h
	Decoder    networks.Network       `yaml:"decoder"`     // network from z; the mirror of the encoder if absent
	Likelihood likelihoods.Likelihood `yaml:"likelihood"`  // p(x|z)
	CodePrior  priors.Prior           `yaml:"prior"`       // p(z), any but vamp
	Beta       float64                `yaml:"beta"`        // weight of the KL term, at least 0
	Flows      int                    `yaml:"flows"`       // maps after the Gaussian, 1 to 100
	FlowHidden []int                  `yaml:"flow_hidden"` // widths of the hidden layers of each map
	Context    int                    `yaml:"context"`     // width of h, at least 1
}

var (
	_ models.Encoder    = IAFVAE{}
	_ models.Decoder    = IAFVAE{}
	_ models.Prior      = IAFVAE{}
	_ models.Weigher    = IAFVAE{}
	_ models.Likely     = IAFVAE{}
	_ models.Ranged     = IAFVAE{}
	_ models.KLWeighted = IAFVAE{}
)

// DefaultIAFVAE has the defaults of the kind.
var DefaultIAFVAE = IAFVAE{
	Latent: 20, Encoder: networks.Default(), Likelihood: likelihoods.Auto{}, CodePrior: priors.Normal{}, Beta: 1,
	Flows: 2, FlowHidden: []int{160}, Context: 64,
}

// Check reports the fields that are out of range.
func (m IAFVAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	parts.CheckWeight(report, "beta", m.Beta)
	parts.CheckBetween(report, "flows", m.Flows, 1, 100)
	parts.CheckBetween(report, "context", m.Context, 1, networks.MaxWidth)
	priors.CheckHidden(report, "flow_hidden", m.FlowHidden)
	if _, encoded := m.CodePrior.(priors.Encoded); encoded {
		report("prior", "made of the encoder's own distributions, want one that is not: those of an encoder with a flow have no density at other codes")
	}
}

// Phases implements [models.Model].
func (m IAFVAE) Phases() []models.Phase { return []models.Phase{{Name: "elbo", Loss: m.loss}} }

func (m IAFVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	like, ratio := m.Weigh(g, b)
	rec, kl := like.Mean().Neg(), ratio.Mean().Neg()
	return models.Loss{
		Total: rec.Add(kl.Scale(m.Beta)),
		Terms: []models.Term{{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)}},
	}
}

// flow is a code z (batch, latent) that noise ε becomes, which draw makes for a shape, and ln q(z|x),
// (batch).
func (m IAFVAE) flow(g *nn.Graph, b models.Batch, draw func(shape ...int) nn.Node) (z, logq nn.Node) {
	d := m.Latent
	h := networks.Vector(g.In("encoder"), m.Encoder, b.Seen(), 2*d+m.Context)
	mean, logvar, context := h.Slice(1, 0, d), h.Slice(1, d, 2*d), h.Slice(1, 2*d, 2*d+m.Context)
	eps := draw(b.N, d)
	z = nn.Reparameterise(mean, logvar, eps)
	logq = nn.StandardNormalNLL(eps).Neg().Sub(logvar.Scale(0.5).SumCols())
	for t := range m.Flows {
		if t > 0 {
			z = priors.Reversed(g, z)
		}
		in := g.In(fmt.Sprintf("flow%d", t+1))
		y := networks.MADE{Outputs: 2, Hidden: m.FlowHidden, Activation: "elu"}.Forward(in, z, context)
		target, s := y.Slice(1, 0, d), y.Slice(1, d, 2*d).AddScalar(2)
		z = target.Add(s.Sigmoid().Mul(z.Sub(target)))
		logq = logq.Add(s.Neg().Softplus().SumCols())
	}
	return z, logq
}

// Encode implements [models.Encoder]: the code of no noise.
func (m IAFVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	z, _ := m.flow(g, b, func(shape ...int) nn.Node { return g.Scalar(0).Broadcast(shape...) })
	return models.Point(z)
}

// Weigh implements [models.Weigher].
func (m IAFVAE) Weigh(g *nn.Graph, b models.Batch) (logLikelihood, logRatio nn.Node) {
	z, logq := m.flow(g, b, func(shape ...int) nn.Node { return g.Noise("eps", shape...) })
	return m.Decode(g, z, b).NLL(b.X).Neg(), priors.Or(m.CodePrior).LogDensity(g.In("prior"), z).Sub(logq)
}

// Decode implements [models.Decoder]: p(x|z).
func (m IAFVAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Decoded(g, networks.Or(m.Decoder, m.Encoder), z, given, m.Likelihood)
}

// Prior implements [models.Prior].
func (m IAFVAE) Prior(p *nn.Params) (latent.Prior, error) {
	return priors.Or(m.CodePrior).Distribution(p, "prior", m.Latent)
}

// LikelihoodOf implements [models.Likely].
func (m IAFVAE) LikelihoodOf(models.Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [models.Ranged]: the support of the likelihood.
func (m IAFVAE) Range(d models.Data) models.Range { return models.SupportOf(m.Likelihood, d) }

// KLWeight implements [models.KLWeighted].
func (m IAFVAE) KLWeight() (beta float64, key string) { return m.Beta, "model.beta" }
