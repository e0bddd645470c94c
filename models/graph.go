package models

import (
	"fmt"

	"latentspace/nn"
)

// InputName is the name of the only input of the graphs of this program: examples, or
// codes.
const InputName = "x"

// Graph builds the graph of a phase's loss for a batch of n examples of a shape, over
// parameters that it makes where there are none yet.
func (p Phase) Graph(params *nn.Params, o nn.Options, n int, shape []int) (*nn.Graph, Loss, error) {
	g := nn.NewGraph(params, o)
	x := g.Input(InputName, append([]int{n}, shape...)...)
	loss := p.Loss(g, Batch{X: x})
	if err := g.Err(); err != nil {
		return nil, Loss{}, fmt.Errorf("models: phase %s: %w", p.Name, err)
	}
	return g, loss, nil
}
