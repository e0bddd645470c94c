package nn

import (
	"fmt"
	"slices"

	"latentspace/nn/ops"
	"latentspace/tensor"
)

// values is an input whose values are fixed.
type values struct {
	node ops.Node
	data []float32
}

// Constant adds a tensor of fixed values, in row-major order. They are no part of the
// model: checkpoints do not have them, and nothing trains them. A number of values that
// the shape does not have is an error.
func (g *Graph) Constant(data []float32, shape ...int) Node {
	g.place = g.scope
	if n := tensor.Size(shape); n != len(data) {
		return g.Failf("constant: %d values for shape %v, want %d", len(data), shape, n)
	}
	n := ops.NewInput(g.expr, fmt.Sprintf("values %d", len(g.values)), shape...)
	g.values = append(g.values, values{n, slices.Clone(data)})
	return g.adopt(n)
}

// Scalar adds a fixed number.
func (g *Graph) Scalar(c float64) Node { return g.Constant([]float32{float32(c)}) }
