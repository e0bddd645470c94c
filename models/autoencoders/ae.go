package autoencoders

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/settings"
)

// AE is the autoencoder: an encoder f to codes and a decoder g back, trained to
// reproduce the examples,
//
//	z = f(x),   L = Σ (x − g(z))²          squared_error, per example
//	            L = BernoulliNLL(g(z), x)  cross_entropy, in nats; g gives logits
//
// An autoencoder has no prior. While it trains, it keeps the mean and the second
// moments of its codes as state, "code.mean" and "code.second", each moved a
// hundredth of the way to the batch's at every step, and it is drawn from through
// the Gaussian with these moments, corrected for their start: see [nn.Moving].
//
// Parameters are in the scopes "encoder" and "decoder".
//
// Hinton and Salakhutdinov, Reducing the Dimensionality of Data with Neural
// Networks, Science 2006.
type AE struct {
	Latent  int              `yaml:"latent"`  // dimension of the code
	Encoder networks.Network `yaml:"encoder"` // network to z
	Decoder networks.Network `yaml:"decoder"` // network from z; the mirror of the encoder if absent
	Loss    string           `yaml:"loss"`    // squared_error or cross_entropy
}

var (
	_ models.Encoder = AE{}
	_ models.Decoder = AE{}
	_ models.Prior   = AE{}
	_ models.Ranged  = AE{}
)

// DefaultAE has the defaults of the kind.
var DefaultAE = AE{Latent: 32, Encoder: networks.Default(), Loss: "squared_error"}

var aeLosses = map[string]bool{"squared_error": true, "cross_entropy": true}

// Check reports the fields that are out of range.
func (m AE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	settings.OneOf(report, "loss", m.Loss, aeLosses)
}

// Range implements [models.Ranged].
func (m AE) Range(models.Data) models.Range { return parts.RangeOfLoss(m.Loss) }

// Phases implements [models.Model].
func (m AE) Phases() []models.Phase { return []models.Phase{{Name: "reconstruction", Loss: m.loss}} }

func (m AE) loss(g *nn.Graph, b models.Batch) models.Loss {
	z := m.Encode(g, b).Mean
	parts.ObserveCodes(g.In("code"), z)
	return parts.ReconstructionLoss(g, m.Loss, m.decoder(g, z, b), b.X)
}

// decoder returns the reconstruction, or its logits.
func (m AE) decoder(g *nn.Graph, z nn.Node, given models.Batch) nn.Node {
	return networks.Or(m.Decoder, m.Encoder).Map(g.In("decoder"), z, given.Shape())
}

// Encode implements [models.Encoder].
func (m AE) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(networks.Vector(g.In("encoder"), m.Encoder, b.X, m.Latent))
}

// Prior implements [models.Prior]: the Gaussian with the moments of the codes.
func (m AE) Prior(p *nn.Params) (latent.Prior, error) { return parts.ObservedPrior(p, "code") }

// Decode implements [models.Decoder].
func (m AE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Exactly(g, parts.Reconstruction(m.Loss, m.decoder(g, z, given)))
}
