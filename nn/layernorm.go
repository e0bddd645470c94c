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

// GroupNorm normalises each example, a group of its channels at a time:
//
//	y = γ (x − μ)/√(σ² + ε) + β
//
//	x (batch, …, n)   γ "scale" (n)   β "bias" (n)   y like x
//
// with the mean μ and the variance σ² (with division by the count) of the example's pixels in
// the channels of the group. Groups are successive channels, as many in each; Groups must divide
// n. If it is zero, it is the most that do, up to 32, with 4 channels in each at least where
// there are as many. Scale and bias are per channel; they start as one and zero. ε is Epsilon,
// 1e-5 if zero. No example depends on another. With one group it is [LayerNorm].
//
// Wu and He, Group Normalization, ECCV 2018, equation 7.
type GroupNorm struct {
	Groups  int
	Epsilon float64
}

// Forward implements [Layer].
func (l GroupNorm) Forward(g *Graph, x Node) Node {
	shape := x.Shape()
	if len(shape) < 2 {
		return g.Failf("group norm: input shape %v, want (batch, …, n)", shape)
	}
	batch, n := shape[0], shape[len(shape)-1]
	groups := l.groups(n)
	if groups < 1 || n%groups != 0 {
		return g.Failf("group norm: %d groups of %d channels, want a number that divides them", groups, n)
	}
	scale, bias := g.Param("scale", Ones, n), g.Param("bias", Zeros, n)
	width := n / groups
	mean, variance := x.MomentsEach() // of each channel
	mean, variance = mean.Reshape(batch*groups, width), variance.Reshape(batch*groups, width)
	centre := mean.SumCols().Scale(1 / float64(width))
	apart := mean.AddCol(centre.Neg()).Square()
	deviation := variance.Add(apart).SumCols().Scale(1 / float64(width)).AddScalar(orDefault(l.Epsilon, 1e-5)).Sqrt()
	each := func(v Node) Node { return v.BroadcastCol(batch*groups, width).Reshape(batch, n) }
	return x.NormaliseEach(each(centre), each(deviation.Reciprocal()).MulRow(scale), bias.BroadcastRow(batch, n))
}

func (l GroupNorm) groups(n int) int {
	if l.Groups != 0 {
		return l.Groups
	}
	groups := max(1, min(32, n/4))
	for n%groups != 0 {
		groups--
	}
	return groups
}
