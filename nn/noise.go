package nn

import (
	"fmt"
	"math"

	"latentspace/nn/ops"
)

// noise is an input that a program fills by itself, as a function of the graph's
// seed and name, its own name, and the number of the draw.
type noise struct {
	node ops.Node
	name string
	law  Law
}

// Noise adds an input of standard normal values, new at every draw; see
// [Program.Draw].
func (g *Graph) Noise(name string, shape ...int) Node {
	return g.Draw(name, standardNormal, shape...)
}

// Uniform adds an input of values that are uniform in the open interval (0, 1).
func (g *Graph) Uniform(name string, shape ...int) Node {
	return g.Draw(name, openUniform, shape...)
}

// Gumbel adds an input of values of the standard Gumbel distribution, whose largest
// among logits plus noise is a draw of the softmax of the logits:
//
//	−ln(−ln u)    u ~ Uniform(0, 1)
//
// Maddison, Tarlow and Minka, A* Sampling, NIPS 2014, section 2.
func (g *Graph) Gumbel(name string, shape ...int) Node {
	return g.Draw(name, gumbel, shape...)
}

// Permutation adds a vector (n) of the indices 0 to n − 1 in an order that is new at every
// draw, all equally likely. [Node.Gather] puts the rows of a batch into it.
func (g *Graph) Permutation(name string, n int) Node {
	if n > ops.MaxIndex {
		return g.Failf("permutation %s: of %d, want at most %d", name, n, ops.MaxIndex)
	}
	return g.Draw(name, permutation, n)
}

// Bernoulli adds an input of values that are 1 with probability p and else 0.
func (g *Graph) Bernoulli(name string, p float32, shape ...int) Node {
	return g.Draw(name, bernoulli(p), shape...)
}

// Beta adds an input of values of the Beta distribution on [0, 1], such as the shares of
// two examples that are mixed, with density
//
//	p(x) ∝ x^(a−1)·(1 − x)^(b−1)
//
// A shape that is not above zero, or is infinite, is an error.
func (g *Graph) Beta(name string, a, b float64, shape ...int) Node {
	if !(a > 0 && b > 0) || math.IsInf(a+b, 0) {
		return g.Failf("beta %s: shapes %v and %v, want numbers above 0", name, a, b)
	}
	return g.Draw(name, beta(a, b), shape...)
}

// Draw adds an input of noise of any law. A name that is used again, as when a network is
// applied twice, gets a number, so that each use draws its own values.
func (g *Graph) Draw(name string, law Law, shape ...int) Node {
	g.place = g.scope
	full := g.name(name)
	g.names[full]++
	if n := g.names[full]; n > 1 {
		full = fmt.Sprintf("%s#%d", full, n)
	}
	n := ops.NewInput(g.expr, "noise "+full, shape...)
	g.noises = append(g.noises, noise{n, full, law})
	return g.adopt(n)
}
