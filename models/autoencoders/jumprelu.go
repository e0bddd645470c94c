package autoencoders

import (
	"math"

	"latentspace/models/parts"
	"latentspace/nn"
)

// JumpReLU keeps the features that are above a threshold θ of their own, and pays for how many they
// are, L0:
//
//	f = π·[π > θ],   π = h + b
//	Penalty·(L0/target − 1)² for a target, Penalty·L0 without one
//
//	θ = θ₀·eᵗ   b "bias" (latent)   t "threshold" (latent)   θ₀ "start" (1)
//
// Thresholds start as what the first batch has as many features above as the target says, a fiftieth
// of all without one: from the paper's 0.001, where half of the features are, they take the hundred
// thousands of steps of the paper to rise.
//
// A step has no gradient by θ. That of its expectation over examples is estimated by the examples
// within half of Bandwidth of the step: −θ/Bandwidth for f and −1/Bandwidth for the count.
//
// Rajamanoharan et al., Jumping Ahead: Improving Reconstruction Fidelity with JumpReLU Sparse
// Autoencoders, 2024, equations 9 to 12 and appendix on a target of L0.
type JumpReLU struct {
	L0        int     `yaml:"l0"`        // target of features of an example that are not zero; 0 for none
	Penalty   float64 `yaml:"penalty"`   // of being off the target, or of each feature, at least 0
	Bandwidth float64 `yaml:"bandwidth"` // of the estimate of the gradient by the thresholds, above 0
}

// Check reports the fields that are out of range.
func (a JumpReLU) Check(report func(key, format string, args ...any)) {
	if a.L0 < 0 {
		report("l0", "%d, want at least 0", a.L0)
	}
	parts.CheckWeight(report, "penalty", a.Penalty)
	if !(a.Bandwidth > 0) || math.IsInf(a.Bandwidth, 0) {
		report("bandwidth", "%v, want a number above 0", a.Bandwidth)
	}
}

// CheckOf implements [Activation].
func (a JumpReLU) CheckOf(report func(key, format string, args ...any), latent int) {
	if a.L0 > latent {
		report("activation.l0", "%d, want at most the %d features of model.latent", a.L0, latent)
	}
}

// Activate implements [Activation].
func (a JumpReLU) Activate(g *nn.Graph, h nn.Node) Active {
	h, bias := biased(g, h)
	n, m := h.Shape()[0], h.Shape()[1]
	start, begun := g.State("start", nn.Ones, 1), g.State("begun", nn.Zeros, 1)
	if g.Training {
		count := a.L0
		if count == 0 {
			count = max(1, m/50)
		}
		_, least := largest(h, count*n)
		start = choose(begun, start, least)
		g.SetState("start", start)
		g.SetState("begun", begun.Like(1))
	}
	theta := g.Param("threshold", nn.Zeros, m).Exp().ScaleBy(start.Stop().Reshape())
	over := h.AddRow(theta.Neg())
	step := positive(over)
	// 1/Bandwidth within half of it, which multiplies θ − sg(θ), a zero with the gradient of θ.
	near := positive(over.Abs().Neg().AddScalar(a.Bandwidth / 2)).Scale(1 / a.Bandwidth)
	slope := near.MulRow(theta.Sub(theta.Stop())).Neg()
	count := step.Add(slope).SumCols().Mean()
	penalty := count.Scale(a.Penalty)
	if a.L0 > 0 {
		penalty = count.Scale(1 / float64(a.L0)).AddScalar(-1).Square().Scale(a.Penalty)
	}
	return Active{Features: h.Mul(step).Add(slope.MulRow(theta.Stop())), Before: h, Bias: bias, Penalty: penalty}
}
