package nn

import (
	"maps"
	"slices"
	"strings"
)

// Activation is an elementwise function, by its name:
//
//	identity    x
//	relu        max(x, 0)
//	leaky_relu  x for x > 0, else 0.2 x
//	elu         x for x > 0, else eˣ − 1
//	silu        x·σ(x)
//	gelu        x·Φ(x), Φ the standard normal distribution function
//	softplus    ln(1 + eˣ)
//	tanh        tanh x
//	sigmoid     σ(x) = 1/(1 + e⁻ˣ)
type Activation string

var activations = map[Activation]func(Node) Node{
	"identity":   func(x Node) Node { return x },
	"relu":       Node.ReLU,
	"leaky_relu": func(x Node) Node { return x.LeakyReLU(0.2) },
	"elu":        func(x Node) Node { return x.ELU(1) },
	"silu":       func(x Node) Node { return x.Mul(x.Sigmoid()) },
	"gelu":       gelu,
	"softplus":   Node.Softplus,
	"tanh":       Node.Tanh,
	"sigmoid":    Node.Sigmoid,
}

// gelu is x·Φ(x) with Φ(x) = (1 + erf(x/√2))/2.
//
// Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.
func gelu(x Node) Node {
	const rootHalf = 0.7071067811865476
	return x.Mul(x.Scale(rootHalf).Erf().AddScalar(1).Scale(0.5))
}

// Activations returns the names there are, sorted.
func Activations() []string {
	var names []string
	for name := range maps.Keys(activations) {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}

// Known reports whether there is an activation of this name.
func (a Activation) Known() bool { return activations[a] != nil }

// Forward implements [Layer]. An unknown name is an error that lists the known.
func (a Activation) Forward(g *Graph, x Node) Node {
	f, ok := activations[a]
	if !ok {
		return g.Failf("activation: %q, want one of %s", string(a), strings.Join(Activations(), ", "))
	}
	g.place = g.scope
	return f(x)
}
