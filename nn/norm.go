package nn

import "latentspace/tensor"

// BatchNorm normalises each feature, or each channel of a picture:
//
//	y = γ (x − μ)/√(σ² + ε) + β
//
//	x (batch, …, n)   γ "scale" (n)   β "bias" (n)   y like x
//
// In training μ and σ² are the mean and the variance (with division by the
// count) over the batch and its pixels; in evaluation they are the state
// "running_mean" and "running_var", which every training step moves a tenth of
// the way to the batch's:
//
//	r ← 0.9 r + 0.1 μ
//
// so that both compute one formula and on a steady input agree. A model that is evaluated
// has them corrected for their start, 0 and 1: see [Moving]. Unlike most
// libraries, the running variance is the one that training divides by, without
// Bessel's correction. In a frozen scope training computes what evaluation does. The scale starts as one, the bias as zero. ε is Epsilon,
// 1e-5 if zero. Training on a single row is an error.
//
// Ioffe and Szegedy, Batch Normalization, ICML 2015, algorithms 1 and 2.
type BatchNorm struct{ Epsilon float64 }

const batchNormRate = 0.1

// Forward implements [Layer].
func (l BatchNorm) Forward(g *Graph, x Node) Node {
	shape := x.Shape()
	if len(shape) < 2 {
		return g.Failf("batch norm: input shape %v, want (batch, …, n)", shape)
	}
	n := shape[len(shape)-1]
	scale, bias := g.Param("scale", Ones, n), g.Param("bias", Zeros, n)
	mean := g.Moving("running_mean", Moving{Rate: batchNormRate}, n)
	variance := g.Moving("running_var", Moving{Rate: batchNormRate, Start: 1, Positive: true}, n)
	if g.Training && !g.frozen(g.scope) {
		if tensor.Size(shape) < 2*n {
			return g.Failf("batch norm: input shape %v, want two rows at least: of one, every feature is its own mean", shape)
		}
		runningMean, runningVar := mean, variance
		mean, variance = x.Moments()
		g.SetState("running_mean", runningMean.Scale(1-batchNormRate).Add(mean.Scale(batchNormRate)))
		g.SetState("running_var", runningVar.Scale(1-batchNormRate).Add(variance.Scale(batchNormRate)))
	}
	factor := scale.Div(variance.AddScalar(orDefault(l.Epsilon, 1e-5)).Sqrt())
	return x.Normalise(mean, factor, bias)
}

func orDefault(x, otherwise float64) float64 {
	if x == 0 {
		return otherwise
	}
	return x
}

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
