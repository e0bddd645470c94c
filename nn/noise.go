package nn

import (
	"fmt"

	"latentspace/kernel"
	"latentspace/nn/ops"
)

// noise is an input that a program fills by itself, as a function of the graph's
// seed and name, its own name, and the number of the draw.
type noise struct {
	node ops.Node
	name string
	fill func(dst []float32, key kernel.Key)
}

// Noise adds an input of standard normal values, new at every draw; see
// [Program.Draw].
func (g *Graph) Noise(name string, shape ...int) Node {
	return g.noise(name, kernel.Normal, shape)
}

// Uniform adds an input of values that are uniform in [0, 1).
func (g *Graph) Uniform(name string, shape ...int) Node {
	return g.noise(name, kernel.Uniform, shape)
}

// Bernoulli adds an input of values that are 1 with probability p and else 0.
func (g *Graph) Bernoulli(name string, p float32, shape ...int) Node {
	return g.noise(name, func(dst []float32, key kernel.Key) { kernel.Bernoulli(dst, key, p) }, shape)
}

// noise gives a name that is used again, as when a network is applied twice, a
// number, so that each use draws its own values.
func (g *Graph) noise(name string, fill func([]float32, kernel.Key), shape []int) Node {
	g.place = g.scope
	full := g.name(name)
	g.names[full]++
	if n := g.names[full]; n > 1 {
		full = fmt.Sprintf("%s#%d", full, n)
	}
	n := ops.NewInput(g.expr, "noise "+full, shape...)
	g.noises = append(g.noises, noise{n, full, fill})
	return g.adopt(n)
}
