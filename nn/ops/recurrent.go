package ops

import (
	"slices"

	"latentspace/kernel"
)

// A recurrent layer is one operation over all steps. It keeps, in one vector, the states and what
// its derivative needs, of which the states that others read are a view. Its derivative is one
// operation too, and has none itself.

// LSTM is a long short-term memory:
//
//	s = b + x·W
//	i, f, o = σ(sᵢ + h·Uᵢ), σ(s_f + h·U_f), σ(sₒ + h·Uₒ)    g = tanh(s_g + h·U_g)
//	c ← f·c + i·g    h ← o·tanh c
//
//	x (steps, batch, inputs)   W w (inputs, 4·units), i to g one behind the other   b (4·units)
//	U u (units, 4·units)   h, c (batch, units), before the first step   known (steps, batch)
//	states (steps, batch, units), h after each step   last, cell (batch, units), h and c after the last
//
// reverse begins with the last step. In a step that known says 0 of, h and c stay as they are; a
// zero Node for known is 1 everywhere. It has no gradient.
func LSTM(x, w, b, u, h, c, known Node, reverse bool) (states, last, cell Node) {
	d, kept := recur(kernel.LSTM, x, w, b, u, h, c, known, reverse)
	return part(kept, d.After(), d.Steps, d.Batch, d.Units), part(kept, d.Last(), d.Batch, d.Units), part(kept, d.LastCell(), d.Batch, d.Units)
}

// GRU is a gated recurrent unit:
//
//	s = b + x·W
//	r, z = σ(sᵣ + h·Uᵣ), σ(s_z + h·U_z)    n = tanh(sₙ + r·(h·Uₙ + c))
//	h ← n + z·(h − n)
//
//	x (steps, batch, inputs)   W w (inputs, 3·units), r, z and n one behind the other
//	b (3·units)   U u (units, 3·units)   c (units)   h (batch, units)   known (steps, batch)
//	states (steps, batch, units)
//
// The rest is as in [LSTM].
func GRU(x, w, b, u, c, h, known Node, reverse bool) (states Node) {
	d, kept := recur(kernel.GRU, x, w, b, u, h, c, known, reverse)
	return part(kept, d.After(), d.Steps, d.Batch, d.Units)
}

// recur checks the shapes; other is what the cells differ in.
func recur(cell kernel.Cell, x, w, b, u, h, other, known Node, reverse bool) (recurrent, Node) {
	d := recurrent{kernel.Recurrent{Cell: cell, Reverse: reverse}, !known.IsZero()}
	in := []Node{x, w, b, u, h, other}
	if d.masked {
		in = append(in, known)
	}
	if bad, ok := firstErr(in...); ok {
		return d, bad
	}
	sx, sw, su := x.Shape(), w.Shape(), u.Shape()
	sums := 4
	if cell == kernel.GRU {
		sums = 3
	}
	if len(sx) != 3 || len(sw) != 2 || len(su) != 2 || sx[2] != sw[0] || sw[1] != su[1] || su[1] != sums*su[0] {
		return d, Errorf("%s: shapes %v, %v and %v, want (steps, batch, inputs), (inputs, %d·units) and (units, %d·units)", d.Name(), sx, sw, su, sums, sums)
	}
	d.Steps, d.Batch, d.Inputs, d.Units = sx[0], sx[1], sx[2], su[0]
	state := []int{d.Batch, d.Units}
	want := []struct {
		name  string
		of    Node
		shape []int
	}{{"bias", b, su[1:]}, {"first state", h, state}, {"first cell", other, state}}
	if cell == kernel.GRU {
		want[2].name, want[2].shape = "bias of the state", []int{d.Units}
	}
	if d.masked {
		want = append(want, want[0])
		want[3].name, want[3].of, want[3].shape = "known", known, []int{d.Steps, d.Batch}
	}
	for _, w := range want {
		if !slices.Equal(w.of.Shape(), w.shape) {
			return d, Errorf("%s: %s of shape %v, want %v", d.Name(), w.name, w.of.Shape(), w.shape)
		}
	}
	return d, apply(d, []int{d.Kept()}, in...)
}

type recurrent struct {
	kernel.Recurrent
	masked bool
}

func (d recurrent) Name() string        { return d.Cell.String() }
func (d recurrent) Attrs() []Attr       { return []Attr{{"reverse", d.Reverse}} }
func (recurrent) constantIn(i int) bool { return i == 6 }
func (d recurrent) flops() float64      { return d.Flops(d.Inputs + d.Units) }
func (d recurrent) known(in []Node) []Node {
	if d.masked {
		return in[6:]
	}
	return nil
}

func (d recurrent) Run(out []float32, in [][]float32, _ []float32) {
	d.Forward(out, in[0], in[1], in[2], in[3], in[4], in[5], at(in, 6))
}

// Diff is by the gradients by the sums of each step, which those by x, the weights and the biases
// are products and sums of.
func (d recurrent) Diff(in []Node, out, g Node) []Node {
	from := d.parts(g)
	back := recurrentGrad{recurrent: d}
	read := []Node{out, in[3]}
	for i, f := range from {
		if !f.IsZero() {
			back.from[i] = true
			read = append(read, f)
		}
	}
	grads := apply(back, []int{d.Gradients()}, append(read, d.known(in)...)...)

	rows := d.Steps * d.Batch
	width := in[1].last()
	bySums := part(grads, d.BySums(), rows, width)
	byProducts := part(grads, d.ByProducts(), rows, width)
	other := Node{}
	if d.Cell == kernel.GRU {
		other = Slice(SumRows(byProducts), 0, 2*d.Units, width)
	} else {
		other = part(grads, d.ByCell(), d.Batch, d.Units)
	}
	return []Node{
		Reshape(MatMul(bySums, in[1], false, true), in[0].Shape()...),
		MatMul(Reshape(in[0], rows, d.Inputs), bySums, true, false),
		SumRows(bySums),
		MatMul(part(out, d.Before(), rows, d.Units), byProducts, true, false),
		part(grads, d.ByState(), d.Batch, d.Units),
		other,
		{},
	}[:len(in)]
}

// parts divides the gradient by what the operation keeps into those by all states, by the last one
// and by the last cell, which are zero Nodes where nothing depends on them. It looks through the
// sum of zeros around such parts that the gradient is made as, so that this is not computed.
func (d recurrent) parts(g Node) (from [3]Node) {
	ranges := [3]kernel.Range{d.After(), d.Last()}
	if d.Cell == kernel.LSTM {
		ranges[2] = d.LastCell()
	}
	add := func(i int, g Node) {
		if !from[i].IsZero() {
			g = Add(from[i], g)
		}
		from[i] = g
	}
	var visit func(g Node, at int)
	visit = func(g Node, at int) {
		if op := g.Op(); op != nil {
			switch def := op.Def.(type) {
			case elementPair:
				if def.name == "add" {
					visit(Node{n: op.inputs[0]}, at)
					visit(Node{n: op.inputs[1]}, at)
					return
				}
			case reshape:
				visit(Node{n: op.inputs[0]}, at)
				return
			case pad:
				if def.outer == 1 {
					visit(Node{n: op.inputs[0]}, at+def.lo*def.inner)
					return
				}
			}
		}
		size := g.size()
		g = Reshape(g, size)
		if i := slices.Index(ranges[:], kernel.Range{Lo: at, Hi: at + size}); i >= 0 {
			add(i, g)
			return
		}
		// Some of the states, or everything.
		if lo, hi := max(at, ranges[0].Lo), min(at+size, ranges[0].Hi); lo < hi {
			add(0, Pad(Slice(g, 0, lo-at, hi-at), 0, lo-ranges[0].Lo, ranges[0].Hi-ranges[0].Lo))
		}
		if c := ranges[2]; c.Hi > c.Lo && at <= c.Lo && c.Hi <= at+size {
			add(2, Slice(g, 0, c.Lo-at, c.Hi-at))
		}
	}
	visit(g, 0)
	return from
}

// recurrentGrad has the gradients of a recurrent layer. It reads what that kept, the weights of the
// state, and the gradients that there are by the states, by the last one and by the last cell.
type recurrentGrad struct {
	recurrent
	from [3]bool
}

func (d recurrentGrad) Name() string { return d.recurrent.Name() + " gradient" }
func (d recurrentGrad) Attrs() []Attr {
	return append(d.recurrent.Attrs(), Attr{"steps", d.Steps}, Attr{"batch", d.Batch}, Attr{"states", d.from[0]}, Attr{"last", d.from[1]}, Attr{"cell", d.from[2]})
}
func (recurrentGrad) constantIn(int) bool { return false }
func (d recurrentGrad) flops() float64    { return d.Flops(d.Units) }

func (d recurrentGrad) Run(out []float32, in [][]float32, _ []float32) {
	kept, u, rest := in[0], in[1], in[2:]
	var from [3][]float32
	for i := range from {
		if d.from[i] {
			from[i], rest = rest[0], rest[1:]
		}
	}
	d.Backward(out, kept, u, from[0], from[1], from[2], at(rest, 0))
}

// Diff is an error: nobody needs the second derivative yet.
func (d recurrentGrad) Diff(in []Node, _, _ Node) []Node {
	return failing(len(in), d.recurrent.Name()+" has no second derivative")
}

// part is a range of the vector x in some shape. It copies nothing: x must be made by an operation
// that is not rowwise.
func part(x Node, r kernel.Range, shape ...int) Node {
	return apply(partOf{r.Lo, r.Hi}, shape, x)
}

type partOf struct{ lo, hi int }

func (partOf) Name() string    { return "part" }
func (d partOf) Attrs() []Attr { return []Attr{{"lo", d.lo}} }
func (d partOf) view() int     { return d.lo }
func (d partOf) Run(out []float32, in [][]float32, _ []float32) {
	copy(out, in[0][d.lo:d.hi])
}
func (d partOf) Diff(in []Node, _, g Node) []Node {
	return []Node{Pad(Reshape(g, d.hi-d.lo), 0, d.lo, in[0].size())}
}
