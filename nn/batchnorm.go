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
