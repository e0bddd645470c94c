package autoencoders

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/settings"
	"latentspace/tensor"
)

// CAE is the contractive autoencoder: a layer h whose derivative by the example is small, but for the
// directions that are needed to reproduce it,
//
//	h = s(x·W + b),   L = reconstruction loss of [AE] + Weight·|∂h/∂x|²
//	|∂h/∂x|² = Σⱼ s′(h)ⱼ²·Σᵢ Wᵢⱼ²,   s′ = h(1 − h) of the sigmoid, 1 − h² of tanh
//
// per example: the Frobenius norm of the Jacobian, "contraction", is exact. Without a decoder the
// reconstruction is h·Wᵀ + c. Codes are drawn as those of [AE].
//
//	W "encoder.weight" (d, latent)   b "encoder.bias" (latent)   c "decoder.bias" (d)
//
// Rifai, Vincent, Muller, Glorot and Bengio, Contractive Auto-Encoders: Explicit Invariance During
// Feature Extraction, ICML 2011, equations 1 and 5.
type CAE struct {
	Latent     int              `yaml:"latent"`     // dimension of the code
	Activation string           `yaml:"activation"` // s: sigmoid or tanh
	Decoder    networks.Network `yaml:"decoder"`    // network from h; the transpose of the encoder if absent
	Loss       string           `yaml:"loss"`       // squared_error or cross_entropy
	Weight     float64          `yaml:"weight"`     // of the contraction, at least 0
}

var (
	_ models.Encoder = CAE{}
	_ models.Decoder = CAE{}
	_ models.Prior   = CAE{}
	_ models.Ranged  = CAE{}
)

// DefaultCAE has the defaults of the kind.
var DefaultCAE = CAE{Latent: 200, Activation: "sigmoid", Loss: "squared_error", Weight: 0.1}

// slopes are the derivatives of the activations that a code can have, by the code.
var slopes = map[string]func(h nn.Node) nn.Node{
	"sigmoid": func(h nn.Node) nn.Node { return h.Sub(h.Square()) },
	"tanh":    func(h nn.Node) nn.Node { return h.Square().Neg().AddScalar(1) },
}

// Check reports the fields that are out of range.
func (m CAE) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	settings.OneOf(report, "activation", m.Activation, slopes)
	settings.OneOf(report, "loss", m.Loss, aeLosses)
	parts.CheckWeight(report, "weight", m.Weight)
}

// Range implements [models.Ranged].
func (m CAE) Range(models.Data) models.Range { return parts.RangeOfLoss(m.Loss) }

// Phases implements [models.Model].
func (m CAE) Phases() []models.Phase { return []models.Phase{{Name: "reconstruction", Loss: m.loss}} }

func (m CAE) loss(g *nn.Graph, b models.Batch) models.Loss {
	h := m.Encode(g, b).Mean
	parts.ObserveCodes(g.In("code"), h)
	l := parts.ReconstructionLoss(g, m.Loss, m.decoder(g, h, b), b.X)
	lengths := m.weight(g, b).Square().SumRows()
	contraction := slopes[m.Activation](h).Square().MulRow(lengths).SumCols().Mean()
	l.Total = l.Total.Add(contraction.Scale(m.Weight))
	l.Terms = append(l.Terms, models.Term{Name: "contraction", Value: contraction})
	return l
}

func (m CAE) weight(g *nn.Graph, b models.Batch) nn.Node {
	return g.In("encoder").Param("weight", nn.Glorot, tensor.Size(b.Shape()), m.Latent)
}

// decoder returns the reconstruction, or its logits.
func (m CAE) decoder(g *nn.Graph, h nn.Node, given models.Batch) nn.Node {
	if m.Decoder != nil {
		return m.Decoder.Map(g.In("decoder"), h, given.Shape())
	}
	w := m.weight(g, given)
	in := g.In("decoder")
	y := h.MatMulT(w).AddRow(in.Param("bias", nn.Zeros, tensor.Size(given.Shape())))
	return nn.Reshape{Shape: given.Shape()}.Forward(in, y)
}

// Encode implements [models.Encoder].
func (m CAE) Encode(g *nn.Graph, b models.Batch) models.Code {
	w, in := m.weight(g, b), g.In("encoder")
	h := nn.Flatten{}.Forward(in, b.X).MatMul(w).AddRow(in.Param("bias", nn.Zeros, m.Latent))
	return models.Point(nn.Activation(m.Activation).Forward(in, h))
}

// Decode implements [models.Decoder].
func (m CAE) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return models.Exactly(g, parts.Reconstruction(m.Loss, m.decoder(g, z, given)))
}

// Prior implements [models.Prior].
func (m CAE) Prior(p *nn.Params) (latent.Prior, error) { return parts.ObservedPrior(p, "code") }
