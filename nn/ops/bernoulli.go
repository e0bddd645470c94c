package ops

import "latentspace/nn/kernel"

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
	return []Node{MulCol(Sub(Sigmoid(l), t), g), Scale(MulCol(l, g), -1)}
}
