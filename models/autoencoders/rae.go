package autoencoders

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/settings"
)

// RAE is the regularised autoencoder: a decoder that is smooth takes the place of a VAE's noise, and a
// density is fitted to the codes when it is trained,
//
//	z = f(x),   L = reconstruction loss of [AE] + Shrink·½|z|² + Weight·R, per example
//	R = |θ|²            l2: of all parameters of the decoder
//	R = |∂g(z)/∂z|²     gradient: the squared Frobenius norm of the decoder's Jacobian
//
// R of gradient is estimated without bias in training, by |∂(εᵀ·g(z))/∂z|² for ε ~ N(0, I), and is
// "regulariser" as well as the other. It is an error with batch norm in the decoder, which ties an
// example to others. Codes are drawn from the Gaussian with their moments, as those of [AE];
// train.prior: {fit: gmm} is what the paper does.
//
// Ghosh, Sajjadi, Vergari, Black and Schölkopf, From Variational to Deterministic Autoencoders, ICLR
// 2020, equations 4 to 8.
type RAE struct {
	Latent      int              `yaml:"latent"`      // dimension of the code
	Encoder     networks.Network `yaml:"encoder"`     // network to z
	Decoder     networks.Network `yaml:"decoder"`     // network from z; the mirror of the encoder if absent
	Loss        string           `yaml:"loss"`        // squared_error or cross_entropy
	Shrink      float64          `yaml:"shrink"`      // weight of ½|z|², at least 0
	Regulariser string           `yaml:"regulariser"` // R: l2 or gradient
	Weight      float64          `yaml:"weight"`      // of R, at least 0
}

var (
	_ models.Encoder = RAE{}
	_ models.Decoder = RAE{}
	_ models.Prior   = RAE{}
	_ models.Ranged  = RAE{}
)

// DefaultRAE has the defaults of the kind.
var DefaultRAE = RAE{Latent: 16, Encoder: networks.Default(), Loss: "squared_error", Shrink: 0.01, Regulariser: "l2", Weight: 0.001}

// regularisers are what can keep a decoder smooth, by codes z and what it makes of them, y.
var regularisers = map[string]func(g *nn.Graph, z, y nn.Node) nn.Node{
	"l2": func(g *nn.Graph, _, _ nn.Node) nn.Node {
		total := g.Scalar(0).Reshape()
		for _, w := range g.In("decoder").Trained() {
			total = total.Add(w.Square().Sum())
		}
		return total
	},
	"gradient": func(g *nn.Graph, z, y nn.Node) nn.Node {
		eps := g.Noise("direction", y.Shape()...)
		return g.Grad(y.Mul(eps).Sum(), z)[0].Square().SumCols().Mean()
	},
}

// Check reports the fields that are out of range.
func (m RAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	settings.OneOf(report, "loss", m.Loss, aeLosses)
	parts.CheckWeight(report, "shrink", m.Shrink)
	settings.OneOf(report, "regulariser", m.Regulariser, regularisers)
	parts.CheckWeight(report, "weight", m.Weight)
	switch {
	case m.Regulariser != "gradient":
	case m.Decoder != nil:
		parts.CheckUncoupled(report, "decoder", m.Decoder)
	default:
		parts.CheckUncoupled(report, "encoder", m.Encoder)
	}
}

// Range implements [models.Ranged].
func (m RAE) Range(models.Data) models.Range { return parts.RangeOfLoss(m.Loss) }

// Phases implements [models.Model].
func (m RAE) Phases() []models.Phase { return []models.Phase{{Name: "reconstruction", Loss: m.loss}} }

func (m RAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	z := m.Encode(g, b).Mean
	parts.ObserveCodes(g.In("code"), z)
	y := m.decoder(g, z, b)
	l := parts.ReconstructionLoss(g, m.Loss, y, b.X)
	norm := z.Square().SumCols().Mean().Scale(0.5)
	r := regularisers[m.Regulariser](g, z, parts.Reconstruction(m.Loss, y))
	l.Total = l.Total.Add(norm.Scale(m.Shrink)).Add(r.Scale(m.Weight))
	l.Terms = append(l.Terms, models.Term{Name: "code_norm", Value: norm}, models.Term{Name: "regulariser", Value: r})
	return l
}

// decoder returns the reconstruction, or its logits.
func (m RAE) decoder(g *nn.Graph, z nn.Node, given models.Batch) nn.Node {
	return networks.Or(m.Decoder, m.Encoder).Map(g.In("decoder"), z, given.Shape())
}

// Encode implements [models.Encoder].
func (m RAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	return models.Point(networks.Vector(g.In("encoder"), m.Encoder, b.X, m.Latent))
}

// Decode implements [models.Decoder].
func (m RAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Exactly(g, parts.Reconstruction(m.Loss, m.decoder(g, z, given)))
}

// Prior implements [models.Prior].
func (m RAE) Prior(p *nn.Params) (latent.Prior, error) { return parts.ObservedPrior(p, "code") }
