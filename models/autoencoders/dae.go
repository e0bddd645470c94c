package autoencoders

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
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
	_ models.Encoder = DAE{}
	_ models.Decoder = DAE{}
	_ models.Prior   = DAE{}
)

// DefaultDAE has the defaults of the kind.
var DefaultDAE = DAE{Latent: 32, Encoder: networks.Default(), Sigma: 0.3}

// Check reports the fields that are out of range.
func (m DAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	parts.CheckWeight(report, "sigma", m.Sigma)
}

// Phases implements [models.Model].
func (m DAE) Phases() []models.Phase { return []models.Phase{{Name: "denoising", Loss: m.loss}} }

func (m DAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	noisy := b
	if g.Training {
		noisy = b.Of(b.X.Add(g.Noise("noise", b.X.Shape()...).Scale(m.Sigma)))
	}
	z := m.Encode(g, noisy).Mean
	parts.ObserveCodes(g.In("code"), z)
	return parts.ReconstructionLoss(g, "squared_error", m.Decode(g, z, b).Mean(), b.X)
}

// Encode implements [models.Encoder].
func (m DAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(networks.Vector(g.In("encoder"), m.Encoder, b.X, m.Latent))
}

// Decode implements [models.Decoder].
func (m DAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Exactly(g, m.Encoder.Mirror().Map(g.In("decoder"), z, given.Shape()))
}

// Prior implements [models.Prior].
func (m DAE) Prior(p *nn.Params) (latent.Prior, error) { return parts.ObservedPrior(p, "code") }
