package autoencoders

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/settings"
)

// WAE is the Wasserstein autoencoder with the maximum mean discrepancy, WAE-MMD: an autoencoder whose
// codes in all are like draws from N(0, I), from which it is sampled,
//
//	z = f(x),   L = Σ (x − g(z))² + Lambda·MMD(q(z), N(0, I))   per example
//
// with the discrepancy of [parts.MMD], over the codes of the batch and as many draws from N(0, I).
// Unlike a VAE it does not push the code of each example to the prior, so that codes do not overlap.
//
// Parameters are in the scopes "encoder" and "decoder".
//
// Tolstikhin, Bousquet, Gelly and Schölkopf, Wasserstein Auto-Encoders, ICLR 2018, algorithm 2.
type WAE struct {
	Latent  int              `yaml:"latent"`  // dimension of the code
	Encoder networks.Network `yaml:"encoder"` // network to z
	Decoder networks.Network `yaml:"decoder"` // network from z; the mirror of the encoder if absent
	Lambda  float64          `yaml:"lambda"`  // weight of the discrepancy, at least 0
	Kernel  string           `yaml:"kernel"`  // of the discrepancy: imq or rbf
}

var (
	_ models.Encoder = WAE{}
	_ models.Decoder = WAE{}
	_ models.Prior   = WAE{}
)

// DefaultWAE has the defaults of the kind.
var DefaultWAE = WAE{Latent: 8, Encoder: networks.Default(), Lambda: 10, Kernel: "imq"}

// Check reports the fields that are out of range.
func (m WAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	parts.CheckWeight(report, "lambda", m.Lambda)
	settings.OneOf(report, "kernel", m.Kernel, parts.Kernels)
}

// Phases implements [models.Model].
func (m WAE) Phases() []models.Phase {
	return []models.Phase{{Name: "reconstruction", Least: 2, Loss: m.loss}}
}

func (m WAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	z := m.Encode(g, b).Mean
	e := nn.SquaredError(b.X, m.Decode(g, z, b).Mean()).Mean()
	mmd := parts.MMD(g, m.Kernel, z, g.Noise("prior", b.N, m.Latent))
	return models.Loss{
		Total: e.Add(mmd.Scale(m.Lambda)),
		Terms: []models.Term{{Name: "squared_error", Value: e}, {Name: "mmd", Value: mmd}},
	}
}

// Encode implements [models.Encoder].
func (m WAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(networks.Vector(g.In("encoder"), m.Encoder, b.X, m.Latent))
}

// Decode implements [models.Decoder].
func (m WAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Exactly(g, networks.Or(m.Decoder, m.Encoder).Map(g.In("decoder"), z, given.Shape()))
}

// Prior implements [models.Prior]: N(0, I).
func (m WAE) Prior(*nn.Params) (latent.Prior, error) { return latent.Standard(m.Latent), nil }
