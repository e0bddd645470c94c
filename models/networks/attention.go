package networks

import (
	"math"

	"latentspace/nn"
	"latentspace/tensor"
)

// attention is self-attention with one head between the places of a map, added to the map:
//
//	y = x + softmax(q·kᵀ/√n)·v·W + b,   q, k, v linear in the normalised x
//
//	x (batch, height, width, n)   y like x
//
// A share of attention is of each place over all places of its example. W starts at zero, so that
// y is x at first.
//
// Vaswani et al., Attention Is All You Need, NIPS 2017, equation 1; Ho, Jain and Abbeel,
// Denoising Diffusion Probabilistic Models, NeurIPS 2020, appendix B.
func (r ResNet) attention(g *nn.Graph, x nn.Node) nn.Node {
	shape := x.Shape()
	if len(shape) != 4 {
		return x // of a layer that failed
	}
	n, places := shape[3], shape[1]*shape[2]
	h := x
	if norm := norms[r.Norm]; norm != nil {
		h = norm.Forward(g.In("norm"), x)
	}
	of := func(name string) nn.Node {
		return pointwise(g.In(name), h, nn.Linear{Out: n, Init: inits[r.Init], Spectral: r.spectral()}).Reshape(shape[0], places, n)
	}
	q, k, v := of("query"), of("key"), of("value")
	g.In("share")
	share := q.MatMulEachT(k).Scale(1 / math.Sqrt(float64(n))).Softmax()
	return x.Add(pointwise(g.In("out"), share.MatMulEach(v).Reshape(shape...), nn.Linear{Out: n, Init: r.lastInit(), Spectral: r.spectral()}))
}

// pointwise applies a linear layer to every pixel.
func pointwise(g *nn.Graph, x nn.Node, l nn.Linear) nn.Node {
	shape := x.Shape()
	last := len(shape) - 1
	rows := x.Reshape(tensor.Size(shape[:last]), shape[last])
	return l.Forward(g, rows).Reshape(append(append([]int{}, shape[:last]...), l.Out)...)
}
