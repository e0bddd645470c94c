package likelihoods

import (
	"latentspace/example"
	"latentspace/nn"
)

// Categorical is the likelihood of the index of a word, by the logits y (batch, words) of all:
//
//	−ln p(x|y) = ln Σⱼ e^yⱼ − y_x
type Categorical struct{}

// Params implements [Likelihood].
func (Categorical) Params(f example.Field) []int { return append(clone(f.Shape), len(f.Words)) }

// NLL implements [Likelihood].
func (Categorical) NLL(_ *nn.Graph, y, x nn.Node, f example.Field) nn.Node { return wordNLL(y, x, f) }

// Mean implements [Likelihood]: the most probable word.
func (Categorical) Mean(_ *nn.Graph, y nn.Node, f example.Field) nn.Node { return likeliest(y, f) }

// Draw implements [Likelihood].
func (Categorical) Draw(g *nn.Graph, y nn.Node, f example.Field) nn.Node {
	return likeliest(y.Add(g.Gumbel("categorical", y.Shape()...)), f)
}

// Support implements [Likelihood].
func (Categorical) Support(f example.Field) (lo, hi float64) { return indices(f) }

// Fits implements [Likelihood].
func (Categorical) Fits() []example.Kind { return []example.Kind{example.Category, example.Ordinal} }

// Tokens is the likelihood of a sequence of words, by the logits y (batch, steps, words) of each
// step, of the words in turn. An index of −1 is padding after the end, and costs nothing.
type Tokens struct{}

// Params implements [Likelihood].
func (Tokens) Params(f example.Field) []int { return append(clone(f.Shape), len(f.Words)) }

// NLL implements [Likelihood].
func (Tokens) NLL(_ *nn.Graph, y, x nn.Node, f example.Field) nn.Node { return wordNLL(y, x, f) }

// Mean implements [Likelihood]: the most probable word of each step.
func (Tokens) Mean(_ *nn.Graph, y nn.Node, f example.Field) nn.Node { return likeliest(y, f) }

// Draw implements [Likelihood].
func (Tokens) Draw(g *nn.Graph, y nn.Node, f example.Field) nn.Node {
	return likeliest(y.Add(g.Gumbel("tokens", y.Shape()...)), f)
}

// Support implements [Likelihood]: −1 is padding.
func (Tokens) Support(f example.Field) (lo, hi float64) {
	_, hi = indices(f)
	return -1, hi
}

// Fits implements [Likelihood].
func (Tokens) Fits() []example.Kind { return []example.Kind{example.Tokens} }

// wordNLL is −ln p of indices x (batch, shape…) under the softmax of y (batch, shape…, words),
// summed over the shape. The index −1 counts for nothing.
func wordNLL(y, x nn.Node, f example.Field) nn.Node {
	n, size, words := x.Shape()[0], f.Size(), len(f.Words)
	flat := y.Reshape(n*size, words)
	told := x.Reshape(n * size).OneHot(words)
	return nn.CategoricalNLL(flat, told).Mul(told.SumCols()).Reshape(n, size).SumCols()
}

// likeliest is the index of the largest of y (batch, shape…, words).
func likeliest(y nn.Node, f example.Field) nn.Node {
	n := y.Shape()[0]
	return y.Reshape(n*f.Size(), len(f.Words)).ArgMax().Reshape(append([]int{n}, f.Shape...)...)
}
