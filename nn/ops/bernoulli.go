package ops

import "latentspace/kernel"

// BernoulliNLL is the negative log-likelihood of targets t in [0, 1] under
// independent Bernoulli variables with logits l, per example:
//
//	y = Σ max(l, 0) − l·t + ln(1 + e^−|l|)
//
//	l (n, …)   t (n, …)   y (n)
//
// In nats, summed over all axes but the first. Stable for any finite logit.
func BernoulliNLL(logits, targets Node) Node {
	if bad, ok := sameShape("bernoulli nll", logits, targets); ok {
		return bad
	}
	if len(logits.Shape()) == 0 {
		return Errorf("bernoulli nll: a scalar, want (n, …)")
	}
	return apply(bernoulliNLL{}, []int{logits.first()}, logits, targets)
}

type bernoulliNLL struct{}

func (bernoulliNLL) Name() string { return "bernoulli nll" }
func (bernoulliNLL) Run(out []float32, in [][]float32, _ []float32) {
	kernel.BernoulliNLL(out, in[0], in[1])
}

// Diff is g·(σ(l) − t) for the logits and −g·l for the targets.
func (bernoulliNLL) Diff(in []Node, _, g Node) []Node {
	l, t := in[0], in[1]
	return []Node{apply(bernoulliNLLGrad{}, l.Shape(), l, t, g), Scale(MulCol(l, g), -1)}
}

func (bernoulliNLL) runWith(other Def) joint {
	if other != (bernoulliNLLGrad{}) {
		return nil
	}
	return func(out, grad []float32, in [][]float32) { kernel.BernoulliNLLGrad(out, grad, in[0], in[1], in[2]) }
}

// bernoulliNLLGrad is g·(σ(l) − t), with a factor g for each example.
type bernoulliNLLGrad struct{}

func (bernoulliNLLGrad) Name() string { return "bernoulli nll gradient" }
func (bernoulliNLLGrad) elementwise() {}
func (bernoulliNLLGrad) Run(out []float32, in [][]float32, _ []float32) {
	kernel.BernoulliNLLGrad(nil, out, in[0], in[1], in[2])
}

// Diff is h·g·σ(l)(1 − σ(l)) for the logits, −h·g for the targets and
// Σ h·(σ(l) − t) for the factors.
func (bernoulliNLLGrad) Diff(in []Node, _, h Node) []Node {
	l, t, g := in[0], in[1], in[2]
	mean, hg := Sigmoid(l), MulCol(h, g)
	return []Node{sigmoidGrad(mean, hg), Scale(hg, -1), SumCols(Mul(h, Sub(mean, t)))}
}
