package likelihoods

import (
	"latentspace/example"
	"latentspace/nn"
)

// Bernoulli is the likelihood of independent values that are 0 or 1, by their logits y:
//
//	−ln p(x|y) = Σ ln(1 + e^y) − x·y
//
// Of grey values in [0, 1] it is the cross-entropy, no density. The mean is σ(y).
//
// Kingma and Welling, Auto-Encoding Variational Bayes, ICLR 2014, appendix C.1.
type Bernoulli struct{}

// Params implements [Likelihood].
func (Bernoulli) Params(f example.Field) []int { return f.Shape }

// NLL implements [Likelihood].
func (Bernoulli) NLL(_ *nn.Graph, y, x nn.Node, _ example.Field) nn.Node {
	return nn.BernoulliNLL(y, x)
}

// Mean implements [Likelihood].
func (Bernoulli) Mean(_ *nn.Graph, y nn.Node, _ example.Field) nn.Node { return y.Sigmoid() }

// Draw implements [Likelihood]: 1 where a uniform number u is below σ(y), which is where the
// logit of u is below y.
func (Bernoulli) Draw(g *nn.Graph, y nn.Node, _ example.Field) nn.Node {
	u := g.Uniform("bernoulli", y.Shape()...)
	return step(y.Sigmoid().Sub(u))
}

// Support implements [Likelihood].
func (Bernoulli) Support(example.Field) (lo, hi float64) { return 0, 1 }

// Fits implements [Likelihood].
func (Bernoulli) Fits() []example.Kind { return []example.Kind{example.Unit, example.Binary} }
