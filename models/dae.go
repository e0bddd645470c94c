package models

import (
	"latentspace/latent"
	"latentspace/models/networks"
	"latentspace/nn"
)

// DAE is the denoising autoencoder: it is given x with normal noise and must return x,
//
//	L = Σ (x − g(f(x + Sigma·ε)))²,   ε ~ N(0, I), per example
//
// In evaluation there is no noise. Codes are drawn as those of [AE].
//
// Vincent, Larochelle, Bengio and Manzagol, Extracting and Composing Robust Features with
// Denoising Autoencoders, ICML 2008.
type DAE struct {
	Latent  int              `yaml:"latent"`  // dimension of the code
	Encoder networks.Network `yaml:"encoder"` // network to z; its mirror decodes
	Sigma   float64          `yaml:"sigma"`   // deviation of the noise, at least 0
}

var (
	_ Encoder = DAE{}
	_ Decoder = DAE{}
	_ Prior   = DAE{}
)

// Check reports the fields that are out of range.
func (m DAE) Check(report func(key, format string, args ...any)) {
	checkLatent(report, m.Latent)
	checkWeight(report, "sigma", m.Sigma)
}

// Phases implements [Model].
func (m DAE) Phases() []Phase { return []Phase{{Name: "denoising", Loss: m.loss}} }

func (m DAE) loss(g *nn.Graph, b Batch) Loss {
	noisy := b
	if g.Training {
		noisy = b.Of(b.X.Add(g.Noise("noise", b.X.Shape()...).Scale(m.Sigma)))
	}
	z := m.Encode(g, noisy).Mean
	observeCodes(g.In("code"), z)
	return reconstructionLoss(g, "squared_error", m.Decode(g, z, b).Mean(), b.X)
}

// Encode implements [Encoder].
func (m DAE) Encode(g *nn.Graph, b Batch) Code {
	return Point(networks.Vector(g.In("encoder"), m.Encoder, b.X, m.Latent))
}

// Decode implements [Decoder].
func (m DAE) Decode(g *nn.Graph, z nn.Node, given Batch) Output {
	return Exactly(g, m.Encoder.Mirror().Map(g.In("decoder"), z, given.Shape()))
}

// Prior implements [Prior].
func (m DAE) Prior(p *nn.Params) (latent.Prior, error) { return observedPrior(p, "code") }
