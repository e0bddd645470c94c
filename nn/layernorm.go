package nn

import "latentspace/tensor"

// LayerNorm normalises each example over all its features:
//
//	y = γ (x − μ)/√(σ² + ε) + β
//
//	x (batch, …, n)   γ "scale" (n)   β "bias" (n)   y like x
//
// with the mean μ and the variance σ² (with division by the count) of the
// example. Scale and bias are per feature, or per channel of a picture; they start
// as one and zero. ε is Epsilon, 1e-5 if zero. No example depends on another,
// which a gradient penalty needs.
//
// Ba, Kiros and Hinton, Layer Normalization, 2016.
type LayerNorm struct{ Epsilon float64 }

// Forward implements [Layer].
func (l LayerNorm) Forward(g *Graph, x Node) Node {
	shape := x.Shape()
	if len(shape) < 2 {
		return g.Failf("layer norm: input shape %v, want (batch, …, n)", shape)
	}
	n := shape[len(shape)-1]
	scale, bias := g.Param("scale", Ones, n), g.Param("bias", Zeros, n)
	features := float64(tensor.Size(shape[1:]))
	centred := x.AddCol(x.SumCols().Scale(-1 / features))
	variance := centred.Square().SumCols().Scale(1 / features)
	deviation := variance.AddScalar(orDefault(l.Epsilon, 1e-5)).Sqrt()
	return centred.MulCol(deviation.Reciprocal()).MulRow(scale).AddRow(bias)
}
