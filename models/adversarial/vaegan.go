package adversarial

import (
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

// VAEGAN is the variational autoencoder with a critic D of its reconstructions x̂, the mean of
// p(x|z), which tells them from the data patch by patch, so that they become sharp:
//
//	elbo    L = E[−ln p(x|z)] + Beta·KL(q(z|x) ‖ p(z)) − Weight·λ·E[D(x̂)]
//	critic  L = E[max(0, 1 − D(x))] + E[max(0, 1 + D(x̂))]
//
// for z ~ q(z|x) = N(μ, σ²) and p(z) = N(0, I). λ = |∇y E[−ln p(x|z)]|/|∇y E[D(x̂)]| makes both
// gradients by the decoder's output y equally long; in the paper they are by the weights of its
// last layer. A conv or resnet critic gives a map of scores, one for each patch that it sees; of
// other critics one score. Up to epoch From the model is a VAE, and the critic rests. Unlike in
// the paper there is no perceptual loss, which needs a network trained on other pictures.
//
// Parameters are in the scopes "critic" and "autoencoder", where "encoder", "decoder" and "loss" are.
// Fields of words are an error: what is most probable of them has no gradient.
//
// Esser, Rombach and Ommer, Taming Transformers for High-Resolution Image Synthesis, CVPR 2021,
// equations 5 to 7; Larsen et al., Autoencoding beyond Pixels, ICML 2016.
type VAEGAN struct {
	parts.Coder `yaml:",inline"`
	Beta        float64          `yaml:"beta"`   // weight of the KL term, at least 0
	Critic      networks.Network `yaml:"critic"` // network to scores
	Weight      float64          `yaml:"weight"` // of the critic's gradient beside that of the likelihood, at least 0
	From        float64          `yaml:"from"`   // epochs before the critic begins, at least 0
}

var (
	_ models.Encoder    = VAEGAN{}
	_ models.Decoder    = VAEGAN{}
	_ models.Prior      = VAEGAN{}
	_ models.Likely     = VAEGAN{}
	_ models.Ranged     = VAEGAN{}
	_ models.KLWeighted = VAEGAN{}
	_ models.Judged     = VAEGAN{}
)

// DefaultVAEGAN has the defaults of the kind.
var DefaultVAEGAN = VAEGAN{Coder: parts.DefaultCoder, Beta: 1, Critic: networks.Default(), Weight: 0.5, From: 1}

// Check reports the fields that are out of range.
func (m VAEGAN) Check(report func(key, format string, args ...any)) {
	m.Coder.Check(report)
	parts.CheckWeight(report, "beta", m.Beta)
	parts.CheckWeight(report, "weight", m.Weight)
	parts.CheckWeight(report, "from", m.From)
}

// Phases implements [models.Model].
func (m VAEGAN) Phases() []models.Phase {
	return []models.Phase{
		{Name: "elbo", Train: []string{"autoencoder"}, Rival: true, Loss: m.loss},
		{Name: "critic", Train: []string{"critic"}, From: m.From, FromKey: "from", Rival: true, Loss: m.criticLoss},
	}
}

func (m VAEGAN) loss(g *nn.Graph, b models.Batch) models.Loss {
	q := m.Encode(g, b)
	y := m.Decode(g, q.Draw(g, "eps"), b)
	rec, kl := y.NLL(b.X).Mean(), nn.GaussianKL(q.Mean, q.LogVar).Mean()
	score := m.score(g, b, y.Mean()).Mean()
	sharp := parts.Balanced(g, b, rec, score, y.Params, m.From)
	return models.Loss{
		Total: rec.Add(kl.Scale(m.Beta)).Sub(sharp.Scale(m.Weight)),
		Terms: []models.Term{{Name: "reconstruction", Value: rec}, {Name: "kl", Value: kl}, {Name: "neg_elbo", Value: rec.Add(kl)}},
	}
}

func (m VAEGAN) criticLoss(g *nn.Graph, b models.Batch) models.Loss {
	y := m.Decode(g, m.Encode(g, b).Draw(g, "eps"), b)
	real, fake := m.score(g, b, b.X), m.score(g, b, y.Mean())
	o := objectives["hinge"]
	return models.Loss{Total: o.critic(real, fake), Terms: o.terms(real, fake)}
}

// Encode implements [models.Encoder]: q(z|x).
func (m VAEGAN) Encode(g *nn.Graph, b models.Batch) models.Code {
	return m.Coder.Encode(g.In("autoencoder"), b)
}

// Decode implements [models.Decoder]: p(x|z).
func (m VAEGAN) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return m.Coder.Decode(g.In("autoencoder"), z, given)
}

// score returns D(x) of each patch.
func (m VAEGAN) score(g *nn.Graph, b models.Batch, x nn.Node) nn.Node {
	for _, f := range b.Schema.Fields {
		if f.Indexed() {
			return g.Failf("critic: field %q is %s, want numbers", f.Name, f.Kind)
		}
	}
	return m.Critic.Map(g.In("critic"), x, networks.Codes(m.Critic, b.Shape(), 1, 1))
}

// KLWeight implements [models.KLWeighted].
func (m VAEGAN) KLWeight() (beta float64, key string) { return m.Beta, "model.beta" }

// Best implements [models.Judged].
func (m VAEGAN) Best() string { return "neg_elbo" }
