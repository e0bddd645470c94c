package nn

import "latentspace/tensor"

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
