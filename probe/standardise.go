package probe

import (
	"math"

	"latentspace/nn"
	"latentspace/tensor"
)

// standardised is (x + o)·f, with an offset o "offset" and a factor f "factor" for each value
// of the last axis of examples x. They are state, so that they go with the weights.
func standardised(g *nn.Graph, x nn.Node) nn.Node {
	shape := x.Shape()
	n := shape[len(shape)-1]
	return x.AddRow(g.State("offset", nn.Zeros, n)).MulRow(g.State("factor", nn.Ones, n))
}

// standardise sets the offset and the factor by examples x (n, shape…): to less the mean,
// and to one over the deviation, 0 where there is none.
func (p *Network) standardise(x *tensor.Tensor) {
	d := x.Shape[len(x.Shape)-1]
	rows := float64(x.Len() / d)
	mean, squares := make([]float64, d), make([]float64, d)
	for i, v := range x.Data {
		mean[i%d] += float64(v) / rows
	}
	for i, v := range x.Data {
		e := float64(v) - mean[i%d]
		squares[i%d] += float64(e*e) / rows
	}
	state := p.params.All()
	for k, m := range mean {
		factor := 0.0
		if s := math.Sqrt(squares[k]); s > 1e-6*math.Abs(m) {
			factor = 1 / s
		}
		state["input.offset"].Data[k], state["input.factor"].Data[k] = float32(-m), float32(factor)
	}
}
