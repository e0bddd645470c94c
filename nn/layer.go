package nn

import "latentspace/tensor"

// Layer is a map of a tensor that makes its parameters in the graph's scope. A
// layer is a plain struct of hyperparameters; it may be applied any number of
// times, and in one scope it has the same parameters every time.
type Layer interface {
	Forward(g *Graph, x Node) Node
}

// Flatten makes each example a vector: (batch, …) to (batch, n).
type Flatten struct{}

// Forward implements [Layer].
func (Flatten) Forward(g *Graph, x Node) Node {
	shape := x.Shape()
	if len(shape) == 0 {
		return g.Failf("flatten: a scalar, want (batch, …)")
	}
	return x.Reshape(shape[0], tensor.Size(shape[1:]))
}

// Reshape gives each example another shape with as many elements: (batch, …) to
// (batch, Shape…).
type Reshape struct{ Shape []int }

// Forward implements [Layer].
func (l Reshape) Forward(g *Graph, x Node) Node {
	shape := x.Shape()
	if len(shape) == 0 {
		return g.Failf("reshape: a scalar, want (batch, …)")
	}
	g.place = g.scope
	return x.Reshape(append([]int{shape[0]}, l.Shape...)...)
}
