package nn

import "latentspace/nn/ops"

// Transformer is a block of a transformer, with normalisation before its two parts:
//
//	x ← x + A·attention(Q·norm x)    x ← x + D·gelu(U·norm x)
//
//	x, y (steps, batch, width)
//	Q "query.weight" (width, 3·width), A "attention.weight" (width, width)
//	U "up.weight" (width, Hidden), D "down.weight" (Hidden, width), and a "bias" of each
//	"norm1" and "norm2", each a [LayerNorm] of every step alone
//
// Attention has Heads, which divide the width into even parts, and turns queries and keys by their
// positions. Hidden is 4·width if it is zero. It has no second derivative.
//
// Vaswani et al., Attention Is All You Need, NeurIPS 2017; Xiong et al., On Layer Normalization in
// the Transformer Architecture, ICML 2020; Su et al., RoFormer, 2021, for the positions.
type Transformer struct{ Heads, Hidden int }

// Forward gives each step what the block makes of it and of those that it looks at: all that are
// known, and if causal none later than itself. known (steps, batch) is 1 for the steps that there
// are and 0 for padding; if it is the zero Node, all are there.
func (l Transformer) Forward(g *Graph, x, known Node, causal bool) Node {
	s := x.Shape()
	if len(s) != 3 {
		return g.Failf("transformer: input shape %v, want (steps, batch, width)", s)
	}
	rows := x.Reshape(s[0]*s[1], s[2])
	return l.block(g, rows, func(q Node) Node {
		g.place = g.scope
		y := ops.Attention(q.Reshape(s[0], s[1], 3*s[2]).n, known.n, l.Heads, causal)
		return g.adopt(y).Reshape(rows.Shape()...)
	}).Reshape(s...)
}

// Step gives what [Transformer.Forward] gives, with causal, for one more step x (batch, width) at a
// position, a scalar. keys and values (batch, steps, width), of which only the steps before the
// position count, are those that the steps before gave; it gives those for the next. The values are
// Forward's but for rounding. A position beyond steps is an error when the program runs.
func (l Transformer) Step(g *Graph, x, keys, values, position Node) (y, nextKeys, nextValues Node) {
	if s := x.Shape(); len(s) != 2 {
		bad := g.Failf("transformer: step of shape %v, want (batch, width)", s)
		return bad, bad, bad
	}
	y = l.block(g, x, func(q Node) Node {
		g.place = g.scope
		y, k, v := ops.AttentionStep(q.n, keys.n, values.n, position.n, l.Heads)
		nextKeys, nextValues = g.adopt(k), g.adopt(v)
		return g.adopt(y)
	})
	return y, nextKeys, nextValues
}

// block is the block for rows (n, width), given its attention of queries, keys and values (n, 3·width).
func (l Transformer) block(g *Graph, x Node, attend func(q Node) Node) Node {
	width := x.Shape()[1]
	hidden := l.Hidden
	if hidden == 0 {
		hidden = 4 * width
	}
	linear := func(name string, out int, x Node) Node { return Linear{Out: out}.Forward(g.In(name), x) }
	q := linear("query", 3*width, LayerNorm{}.Forward(g.In("norm1"), x))
	x = x.Add(linear("attention", width, attend(q)))
	h := linear("up", hidden, LayerNorm{}.Forward(g.In("norm2"), x))
	return x.Add(linear("down", width, gelu(h)))
}

// Conv1D is a convolution along steps:
//
//	y[t] = b + Σ x[t + (i − before)·Dilation]·W[i]    over i from 0 to Kernel − 1
//
//	x (steps, batch, in)   W "weight" (Kernel·in, Out)   b "bias" (Out)   y (steps, batch, Out)
//
// with zeros where there is no step. before is half of Kernel − 1, or with Causal all of it, so that
// no step depends on a later one. A Dilation of zero means 1. Weights start as [Glorot], the bias
// as zero.
type Conv1D struct {
	Out, Kernel, Dilation int
	Causal                bool
}

// Before is how many steps before one the layer sees with Causal.
func (l Conv1D) Before() int { return (l.Kernel - 1) * max(1, l.Dilation) }

// Step gives what [Conv1D.Forward] gives, with Causal, for one more step x (batch, in), given the steps
// before it, past (batch, [Conv1D.Before], in), which are zeros where there were none. It also gives
// those before the next.
func (l Conv1D) Step(g *Graph, x, past Node) (y, next Node) {
	s, p := x.Shape(), past.Shape()
	if len(s) != 2 || len(p) != 3 || p[0] != s[0] || p[1] != l.Before() || p[2] != s[1] || p[1] == 0 {
		bad := g.Failf("conv1d: step of shape %v after %v, want (batch, in) after (batch, %d, in), one at least", s, p, l.Before())
		return bad, bad
	}
	w := g.Param("weight", Glorot, l.Kernel*s[1], l.Out)
	b := g.Param("bias", Zeros, l.Out)
	var seen []Node
	for i := range l.Kernel - 1 {
		at := i * max(1, l.Dilation)
		seen = append(seen, past.Slice(1, at, at+1).Reshape(s...))
	}
	y = Concat(1, append(seen, x)...).MatMul(w).AddRow(b)
	return y, Concat(1, past, x.Reshape(s[0], 1, s[1])).Slice(1, 1, p[1]+1)
}

// Forward implements [Layer].
func (l Conv1D) Forward(g *Graph, x Node) Node {
	s := x.Shape()
	if len(s) != 3 || l.Out < 1 || l.Kernel < 1 || l.Dilation < 0 {
		return g.Failf("conv1d: input shape %v to %d with a kernel of %d and a dilation of %d, want (steps, batch, in) to 1 at least with 1 and 0 at least", s, l.Out, l.Kernel, l.Dilation)
	}
	apart := max(1, l.Dilation)
	before := (l.Kernel - 1) / 2
	if l.Causal {
		before = l.Kernel - 1
	}
	w := g.Param("weight", Glorot, l.Kernel*s[2], l.Out)
	b := g.Param("bias", Zeros, l.Out)
	windows := g.adopt(ops.Windows(x.n, l.Kernel, -before*apart, apart))
	return windows.Reshape(s[0]*s[1], l.Kernel*s[2]).MatMul(w).AddRow(b).Reshape(s[0], s[1], l.Out)
}
