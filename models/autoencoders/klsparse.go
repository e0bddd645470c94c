package autoencoders

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/nn/elementary"
	"latentspace/settings"
)

// KLSparse is the autoencoder whose codes are probabilities, and small on average: a unit that is on
// for every example costs as much as a coin of that bias differs from one with the bias Rate,
//
//	z = σ(f(x)),   L = reconstruction loss of [AE] + Weight·Σⱼ KL(Rate ‖ ρⱼ)
//	KL(r ‖ ρ) = r·ln(r/ρ) + (1 − r)·ln((1 − r)/(1 − ρ)),   ρ = mean of z over the batch
//
// in nats, "kl"; "activity" is the mean of z. Codes are drawn as those of [AE].
//
// Lee, Ekanadham and Ng, Sparse Deep Belief Net Model for Visual Area V2, NIPS 2007, has the idea; Ng,
// Sparse Autoencoder, lecture notes of CS294A, 2011, this form.
type KLSparse struct {
	Latent  int              `yaml:"latent"`  // dimension of the code
	Encoder networks.Network `yaml:"encoder"` // network to the logits of z
	Decoder networks.Network `yaml:"decoder"` // network from z; the mirror of the encoder if absent
	Loss    string           `yaml:"loss"`    // squared_error or cross_entropy
	Rate    float64          `yaml:"rate"`    // what the mean of a unit is to be, between 0 and 1
	Weight  float64          `yaml:"weight"`  // of the KL, at least 0
}

var (
	_ models.Encoder = KLSparse{}
	_ models.Decoder = KLSparse{}
	_ models.Prior   = KLSparse{}
	_ models.Ranged  = KLSparse{}
)

// DefaultKLSparse has the defaults of the kind.
var DefaultKLSparse = KLSparse{Latent: 200, Encoder: networks.MLP{Activation: "relu", Norm: "none", Init: "glorot"}, Loss: "squared_error", Rate: 0.05, Weight: 1}

// Check reports the fields that are out of range.
func (m KLSparse) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	settings.OneOf(report, "loss", m.Loss, aeLosses)
	if !(m.Rate > 0 && m.Rate < 1) {
		report("rate", "%v, want it between 0 and 1", m.Rate)
	}
	parts.CheckWeight(report, "weight", m.Weight)
}

// Range implements [models.Ranged].
func (m KLSparse) Range(models.Data) models.Range { return parts.RangeOfLoss(m.Loss) }

// Phases implements [models.Model].
func (m KLSparse) Phases() []models.Phase {
	return []models.Phase{{Name: "reconstruction", Loss: m.loss}}
}

func (m KLSparse) loss(g *nn.Graph, b models.Batch) models.Loss {
	z := m.Encode(g, b).Mean
	parts.ObserveCodes(g.In("code"), z)
	l := parts.ReconstructionLoss(g, m.Loss, m.decoder(g, z, b), b.X)
	kl := bernoulliKL(m.Rate, z.MeanAxis(0)).Sum()
	l.Total = l.Total.Add(kl.Scale(m.Weight))
	l.Terms = append(l.Terms, models.Term{Name: "kl", Value: kl}, models.Term{Name: "activity", Value: z.Mean()})
	return l
}

// bernoulliKL is KL(r ‖ ρ) of each mean ρ. A mean that is 0 or 1 in single precision costs as much
// as one that is almost.
func bernoulliKL(r float64, rho nn.Node) nn.Node {
	const least = 1e-7
	rho = rho.Clamp(least, 1-least)
	cross := rho.Log().Scale(-r).Add(rho.Neg().AddScalar(1).Log().Scale(r - 1))
	return cross.AddScalar(float64(r*elementary.Log(r)) + float64((1-r)*elementary.Log(1-r)))
}

// decoder returns the reconstruction, or its logits.
func (m KLSparse) decoder(g *nn.Graph, z nn.Node, given models.Batch) nn.Node {
	return networks.Or(m.Decoder, m.Encoder).Map(g.In("decoder"), z, given.Shape())
}

// Encode implements [models.Encoder].
func (m KLSparse) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(networks.Vector(g.In("encoder"), m.Encoder, b.X, m.Latent).Sigmoid())
}

// Decode implements [models.Decoder].
func (m KLSparse) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Exactly(g, parts.Reconstruction(m.Loss, m.decoder(g, z, given)))
}

// Prior implements [models.Prior].
func (m KLSparse) Prior(p *nn.Params) (latent.Prior, error) { return parts.ObservedPrior(p, "code") }
