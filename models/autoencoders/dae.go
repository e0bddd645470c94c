package autoencoders

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/settings"
)

// DAE is the denoising autoencoder: it is given x with noise and must return x,
//
//	L = Σ (x − g(f(x̃)))², per example
//	x̃ = x + Sigma·ε,   ε ~ N(0, I)                              gaussian
//	x̃ = x, of each value with the probability Share 0            masking
//	x̃ = x, of each value with the probability Share 0 or 1       salt_and_pepper
//
// In evaluation there is no noise. Codes are drawn as those of [AE]. Values that are not in [0, 1]
// are an error of salt_and_pepper.
//
// Vincent, Larochelle, Bengio and Manzagol, Extracting and Composing Robust Features with
// Denoising Autoencoders, ICML 2008; the three noises: Vincent et al., Stacked Denoising Autoencoders,
// JMLR 2010, section 3.3.
type DAE struct {
	Latent  int              `yaml:"latent"`  // dimension of the code
	Encoder networks.Network `yaml:"encoder"` // network to z; its mirror decodes
	Noise   string           `yaml:"noise"`   // gaussian, masking or salt_and_pepper
	Sigma   float64          `yaml:"sigma"`   // deviation of gaussian noise, at least 0
	Share   float64          `yaml:"share"`   // of the values that other noise destroys, from 0 to 1
}

var (
	_ models.Encoder = DAE{}
	_ models.Decoder = DAE{}
	_ models.Prior   = DAE{}
)

// DefaultDAE has the defaults of the kind.
var DefaultDAE = DAE{Latent: 32, Encoder: networks.Default(), Noise: "gaussian", Sigma: 0.3, Share: 0.25}

// Check reports the fields that are out of range.
func (m DAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	settings.OneOf(report, "noise", m.Noise, noises)
	parts.CheckWeight(report, "sigma", m.Sigma)
	if !(m.Share >= 0 && m.Share <= 1) {
		report("share", "%v, want it in [0, 1]", m.Share)
	}
}

// noises are what examples can be given with.
var noises = map[string]func(m DAE, g *nn.Graph, b models.Batch) nn.Node{
	"gaussian": func(m DAE, g *nn.Graph, b models.Batch) nn.Node {
		return b.X.Add(g.Noise("noise", b.X.Shape()...).Scale(m.Sigma))
	},
	"masking": func(m DAE, g *nn.Graph, b models.Batch) nn.Node {
		return b.X.Mul(g.Bernoulli("noise", float32(1-m.Share), b.X.Shape()...))
	},
	"salt_and_pepper": func(m DAE, g *nn.Graph, b models.Batch) nn.Node {
		for _, f := range b.Schema.Fields {
			if !f.Bounded() {
				return g.Failf("noise: salt_and_pepper: field %q has values of kind %s, want values in [0, 1]", f.Name, f.Kind)
			}
		}
		u := g.Uniform("noise", b.X.Shape()...)
		salt := positive(u.Neg().AddScalar(m.Share / 2))
		return b.X.Mul(positive(u.AddScalar(-m.Share))).Add(salt)
	},
}

// Phases implements [models.Model].
func (m DAE) Phases() []models.Phase { return []models.Phase{{Name: "denoising", Loss: m.loss}} }

func (m DAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	noisy := b
	if g.Training {
		noisy = b.Of(noises[m.Noise](m, g, b))
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
