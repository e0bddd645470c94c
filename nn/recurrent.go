package nn

import (
	"latentspace/kernel"
	"latentspace/nn/ops"
	"latentspace/tensor"
)

// GRU is a gated recurrent unit:
//
//	r, z = σ(x·Wᵣ + bᵣ + h·Uᵣ), σ(x·W_z + b_z + h·U_z)
//	n = tanh(x·Wₙ + bₙ + r·(h·Uₙ + c))
//	h ← n + z·(h − n)
//
//	x (steps, batch, in)   h (batch, Units)   y (steps, batch, Units), h after each step
//	W "input" (in, 3·Units) and U "state" (Units, 3·Units), of r, z and n
//	b "bias" (3·Units)   c "statebias" (Units)
//
// Reverse goes from the last step to the first. Each of the three matrices of W starts as [Glorot],
// each of U as [Orthogonal], and the biases as zero. It has no second derivative.
//
// Cho et al., Learning Phrase Representations using RNN Encoder–Decoder, EMNLP 2014. There r
// multiplies the state before the product; here the product, as in cuDNN and PyTorch.
type GRU struct {
	Units   int
	Reverse bool
}

// Forward gives the states after all steps, in the order of x. The first step begins with the state
// start (batch, Units), or with zeros if that is the zero Node. known (steps, batch) is 1 for the
// steps that there are and 0 for padding, where the state stays as it is; if known is the zero
// Node, all steps are there. So the state of an example after its last step is that after the last
// of all steps, with Reverse that after step 0.
func (l GRU) Forward(g *Graph, x, start, known Node) Node {
	w, b, ok := weightsOfInput(g, "gru", x, l.Units, 3, Zeros)
	if !ok {
		return w
	}
	u := g.Param("state", abreast(Orthogonal, 3), l.Units, 3*l.Units)
	c := g.Param("statebias", Zeros, l.Units)
	start = orZeros(g, start, x.Shape()[1], l.Units)
	return g.adopt(ops.GRU(x.n, w.n, b.n, u.n, c.n, start.n, known.n, l.Reverse))
}

// Step gives the state after one more step x (batch, in) from a state h (batch, Units), with the
// bits of [GRU.Forward].
func (l GRU) Step(g *Graph, x, h Node) Node {
	x, ok := oneStep(g, "gru", x)
	if !ok {
		return x
	}
	return l.Forward(g, x, h, Node{}).Reshape(x.Shape()[1], l.Units)
}

// LSTM is a long short-term memory:
//
//	i, f, o = σ(x·Wᵢ + bᵢ + h·Uᵢ), σ(x·W_f + b_f + h·U_f), σ(x·Wₒ + bₒ + h·Uₒ)
//	g = tanh(x·W_g + b_g + h·U_g)
//	c ← f·c + i·g    h ← o·tanh c
//
//	x (steps, batch, in)   h, c (batch, Units)   y (steps, batch, Units), h after each step
//	W "input" (in, 4·Units), U "state" (Units, 4·Units) and b "bias" (4·Units), of i, f, o and g
//
// Reverse goes from the last step to the first. Each of the four matrices of W starts as [Glorot],
// each of U as [Orthogonal], b_f as one and the other biases as zero. It has no second derivative.
//
// Hochreiter and Schmidhuber, Long Short-Term Memory, Neural Computation 1997, with the forget gate
// of Gers, Schmidhuber and Cummins, 2000.
type LSTM struct {
	Units   int
	Reverse bool
}

// Forward gives the states h after all steps, in the order of x, and the last h and c. The first
// step begins with h and c (batch, Units), each zeros if it is the zero Node. known (steps, batch)
// is 1 for the steps that there are and 0 for padding, where h and c stay as they are; if known is
// the zero Node, all steps are there.
func (l LSTM) Forward(g *Graph, x, h, c, known Node) (states, last, cell Node) {
	w, b, ok := weightsOfInput(g, "lstm", x, l.Units, 4, func(b *tensor.Tensor, _ kernel.Key) {
		kernel.Fill(b.Data[l.Units:2*l.Units], 1)
	})
	if !ok {
		return w, w, w
	}
	u := g.Param("state", abreast(Orthogonal, 4), l.Units, 4*l.Units)
	batch := x.Shape()[1]
	h, c = orZeros(g, h, batch, l.Units), orZeros(g, c, batch, l.Units)
	y, hn, cn := ops.LSTM(x.n, w.n, b.n, u.n, h.n, c.n, known.n, l.Reverse)
	return g.adopt(y), g.adopt(hn), g.adopt(cn)
}

// Step gives h and c (batch, Units) after one more step x (batch, in), with the bits of
// [LSTM.Forward].
func (l LSTM) Step(g *Graph, x, h, c Node) (Node, Node) {
	x, ok := oneStep(g, "lstm", x)
	if !ok {
		return x, x
	}
	_, h, c = l.Forward(g, x, h, c, Node{})
	return h, c
}

// weightsOfInput are W, with so many matrices, and b. It reports whether x is a sequence.
func weightsOfInput(g *Graph, name string, x Node, units, matrices int, bias Init) (w, b Node, ok bool) {
	s := x.Shape()
	if len(s) != 3 || units < 1 {
		return g.Failf("%s: input shape %v to %d units, want (steps, batch, in) to 1 at least", name, s, units), Node{}, false
	}
	n := matrices * units
	return g.Param("input", abreast(Glorot, matrices), s[2], n), g.Param("bias", bias, n), true
}

// orZeros is x, or zeros for the zero Node.
func orZeros(g *Graph, x Node, shape ...int) Node {
	if x.n.IsZero() {
		return g.Constant(make([]float32, tensor.Size(shape)), shape...)
	}
	return x
}

// oneStep is a sequence of one step, and whether x is a step.
func oneStep(g *Graph, name string, x Node) (Node, bool) {
	s := x.Shape()
	if len(s) != 2 {
		return g.Failf("%s: step of shape %v, want (batch, in)", name, s), false
	}
	return x.Reshape(1, s[0], s[1]), true
}
