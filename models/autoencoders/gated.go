package autoencoders

import (
	"latentspace/models/parts"
	"latentspace/nn"
)

// Gated has a gate that says whether a feature is zero, and a magnitude of those that are not. The
// gate alone pays for sparsity, so that the magnitudes do not shrink:
//
//	π = h + b,   f = [π > 0]·ReLU(eʳ·h + c)
//	Penalty·Σ ReLU(π), and ReLU(π) has to reproduce the examples through a decoder that stands still
//
//	b "bias" (latent)   r "scale" (latent)   c "magnitude" (latent)
//
// The penalty closes gates again that the auxiliary loss of [SAE] opens: more features stay dead than
// of the other activations.
//
// Rajamanoharan et al., Improving Dictionary Learning with Gated Sparse Autoencoders, NeurIPS 2024,
// equations 6 to 8.
type Gated struct {
	Penalty float64 `yaml:"penalty"` // of each unit of the gate, at least 0: more makes fewer features
}

// Check reports the fields that are out of range.
func (a Gated) Check(report func(key, format string, args ...any)) {
	parts.CheckWeight(report, "penalty", a.Penalty)
}

// CheckOf implements [Activation].
func (Gated) CheckOf(func(key, format string, args ...any), int) {}

// Activate implements [Activation].
func (a Gated) Activate(g *nn.Graph, h nn.Node) Active {
	m := h.Shape()[1]
	magnitude := h.MulRow(g.Param("scale", nn.Zeros, m).Exp()).AddRow(g.Param("magnitude", nn.Zeros, m))
	h, bias := biased(g, h)
	gate := h.ReLU()
	return Active{Features: magnitude.ReLU().Mul(positive(h)), Before: h, Bias: bias, Gate: gate, Penalty: gate.SumCols().Mean().Scale(a.Penalty)}
}
