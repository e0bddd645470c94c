package diffusion

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/nn"
)

// FlowVAE is the variational autoencoder whose prior is a flow that learns from its codes. It has two
// phases, one after the other:
//
//	elbo  up to the epoch From   L = E[−ln p(x|z)] + Beta·KL(q(z|x) ‖ N(0, I))
//	flow  from then on           L = E|v(zₜ, t) − (z − z₀)|²,   zₜ = (1 − t)·z₀ + t·z
//
// for z ~ q(z|x) = N(μ, σ²), in units in which its values have the mean 0 and the variance 1, and z₀ ~
// N(0, I): see [parts.Flow]. The autoencoder rests in the second phase, which leaves its codes and
// reconstructions as they are. Codes are drawn from the flow, which goes to the mixture of all q(z|x)
// where N(0, I) does not. Up to From the flow is at rest, and the prior is N(0, I).
//
// Parameters are in the scopes "autoencoder", where "encoder", "decoder" and "loss" are, and "flow".
//
// Lipman et al., Flow Matching for Generative Modeling, ICLR 2023; Vahdat, Kreis and Kautz, Score-based
// Generative Modeling in Latent Space, NeurIPS 2021, has a diffusion as the prior of a VAE.
type FlowVAE struct {
	parts.Coder `yaml:",inline"`
	Beta        float64    `yaml:"beta"` // weight of the KL term, at least 0
	From        float64    `yaml:"from"` // epochs of the autoencoder, after which the flow learns, above 0
	Flow        parts.Flow `yaml:"flow"` // from noise to codes
}

var (
	_ models.Encoder    = FlowVAE{}
	_ models.Decoder    = FlowVAE{}
	_ models.Prior      = FlowVAE{}
	_ models.Likely     = FlowVAE{}
	_ models.Ranged     = FlowVAE{}
	_ models.KLWeighted = FlowVAE{}
)

// DefaultFlowVAE has the defaults of the kind.
var DefaultFlowVAE = FlowVAE{Coder: parts.DefaultCoder, Beta: 1, From: 10, Flow: parts.DefaultFlow}

// Check reports the fields that are out of range.
func (m FlowVAE) Check(report func(key, format string, args ...any)) {
	m.Coder.Check(report)
	parts.CheckWeight(report, "beta", m.Beta)
	checkFrom(report, m.From)
}

// checkFrom reports an epoch at which a second phase cannot begin.
func checkFrom(report func(key, format string, args ...any), from float64) {
	if parts.CheckWeight(report, "from", from); from == 0 {
		report("from", "0, want epochs in which the autoencoder learns, above 0")
	}
}

// Phases implements [models.Model].
func (m FlowVAE) Phases() []models.Phase {
	return []models.Phase{
		{Name: "elbo", Train: []string{"autoencoder"}, Until: m.From, Loss: m.loss},
		{Name: "flow", Train: []string{"flow"}, From: m.From, FromKey: "from", Least: parts.UnitsLeast, Loss: m.flowLoss},
	}
}

func (m FlowVAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b)
	rec := m.Decode(g, q.Draw(g, "eps"), b).NLL(b.X).Mean()
	kl := nn.GaussianKL(q.Mean, q.LogVar).Mean()
	return models.Loss{
		Total: rec.Add(kl.Scale(m.Beta)),
		Terms: []models.Term{{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)}},
	}
}

func (m FlowVAE) flowLoss(g *nn.Graph, b models.Batch) models.Loss {
	z := g.Evaluated(func() nn.Node { return m.Encode(g, b).Draw(g, "eps").Stop() })
	in := g.In("flow")
	return models.Loss{Total: m.Flow.Loss(in, parts.InUnits(in, z), nn.Node{})}
}

// Encode implements [models.Encoder]: q(z|x).
func (m FlowVAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	return m.Coder.Encode(g.In("autoencoder"), b)
}

// Decode implements [models.Decoder]: p(x|z).
func (m FlowVAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return m.Coder.Decode(g.In("autoencoder"), z, given)
}

// Prior implements [models.Prior]: what the flow makes of noise.
func (m FlowVAE) Prior(p *nn.Params) (latent.Prior, error) {
	return m.Flow.Prior(p, "flow", m.Latent), nil
}

// KLWeight implements [models.KLWeighted].
func (m FlowVAE) KLWeight() (beta float64, key string) { return m.Beta, "model.beta" }
