package models

import (
	"latentspace/latent"
	"latentspace/models/networks"
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
	_ Encoder = AE{}
	_ Decoder = AE{}
	_ Prior   = AE{}
	_ Ranged  = AE{}
)

var defaultAE = AE{Latent: 32, Encoder: networks.Default(), Loss: "squared_error"}

var aeLosses = map[string]bool{"squared_error": true, "cross_entropy": true}

// Check reports the fields that are out of range.
func (m AE) Check(report func(key, format string, args ...any)) {
	checkLatent(report, m.Latent)
	settings.OneOf(report, "loss", m.Loss, aeLosses)
}

// Range implements [Ranged].
func (m AE) Range(Data) Range { return rangeOfLoss(m.Loss) }

// Phases implements [Model].
func (m AE) Phases() []Phase { return []Phase{{Name: "reconstruction", Loss: m.loss}} }

func (m AE) loss(g *nn.Graph, b Batch) Loss {
	z := m.Encode(g, b).Mean
	observeCodes(g.In("code"), z)
	return reconstructionLoss(g, m.Loss, m.decoder(g, z, b), b.X)
}

// decoder returns the reconstruction, or its logits.
func (m AE) decoder(g *nn.Graph, z nn.Node, given Batch) nn.Node {
	return networks.Or(m.Decoder, m.Encoder).Map(g.In("decoder"), z, given.Shape())
}

// Encode implements [Encoder].
func (m AE) Encode(g *nn.Graph, b Batch) Code {
	return Point(networks.Vector(g.In("encoder"), m.Encoder, b.X, m.Latent))
}

// Prior implements [Prior]: the Gaussian with the moments of the codes.
func (m AE) Prior(p *nn.Params) (latent.Prior, error) { return observedPrior(p, "code") }

// Decode implements [Decoder].
func (m AE) Decode(g *nn.Graph, z nn.Node, given Batch) Output {
	return Exactly(g, reconstruction(m.Loss, m.decoder(g, z, given)))
}
