package ops

import (
	"fmt"
	"slices"

	"latentspace/kernel"
)

// Attention is that between the steps of sequences, in heads that divide the width. In each, of
// d = width/heads features,
//
//	y[t] = Σₛ p[t,s]·v[s]    p[t] = softmax of q[t]·k[s]/√d over s
//
//	x (steps, batch, 3·width), q, k and v one behind the other   known (steps, batch)
//	y (steps, batch, width)
//
// over the steps s of which known is not 0, and if causal no later than t; where there is none, y
// is 0. q and k are turned by their positions; see [kernel.Turns]. A zero Node for known is 1
// everywhere. It has no gradient.
func Attention(x, known Node, heads int, causal bool) Node {
	in := []Node{x}
	if !known.IsZero() {
		in = append(in, known)
	}
	if bad, ok := firstErr(in...); ok {
		return bad
	}
	s := x.Shape()
	if len(s) != 3 {
		return Errorf("attention: shape %v, want (steps, batch, 3·width)", s)
	}
	a, bad := attend("attention", s[2], s[0], s[1], heads)
	if bad.err != nil {
		return bad
	}
	if len(in) > 1 && !slices.Equal(known.Shape(), s[:2]) {
		return Errorf("attention: known of shape %v, want %v", known.Shape(), s[:2])
	}
	a.Causal = causal
	return apply(attention{a}, []int{s[0], s[1], a.Width}, in...)
}

// attend checks that heads divide a width, of which x has three, into even parts.
func attend(name string, three, steps, batch, heads int) (kernel.Attention, Node) {
	if heads < 1 || three%(6*heads) != 0 {
		return kernel.Attention{}, Errorf("%s: %d heads of 3·width %d, want a number that divides the width into even parts", name, heads, three)
	}
	width := three / 3
	return kernel.Attention{Steps: steps, Batch: batch, Width: width, Heads: heads, Turns: kernel.Turns(steps, width/heads)}, Node{}
}

// at is input i, nil if there are fewer.
func at(in [][]float32, i int) []float32 {
	if i < len(in) {
		return in[i]
	}
	return nil
}

type attention struct{ kernel.Attention }

func (attention) Name() string          { return "attention" }
func (d attention) Attrs() []Attr       { return []Attr{{"heads", d.Heads}, {"causal", d.Causal}} }
func (attention) constantIn(i int) bool { return i == 1 }
func (d attention) flops() float64      { return d.Flops() }
func (d attention) Run(out []float32, in [][]float32, _ []float32) {
	d.Forward(out, in[0], at(in, 1))
}
func (d attention) Diff(in []Node, _, g Node) []Node {
	return []Node{apply(attentionGrad(d), in[0].Shape(), append([]Node{in[0], g}, in[1:]...)...), {}}[:len(in)]
}

// attentionGrad reads x, the gradient by y, and what is known.
type attentionGrad struct{ kernel.Attention }

func (attentionGrad) Name() string     { return "attention gradient" }
func (d attentionGrad) Attrs() []Attr  { return attention(d).Attrs() }
func (d attentionGrad) flops() float64 { return 2.5 * d.Flops() }
func (d attentionGrad) Run(out []float32, in [][]float32, _ []float32) {
	d.Backward(out, in[0], in[1], at(in, 2))
}

// Diff is an error: nobody needs the second derivative yet.
func (attentionGrad) Diff(in []Node, _, _ Node) []Node {
	return failing(len(in), "attention has no second derivative")
}

// failing are errors in the place of gradients.
func failing(n int, message string) []Node {
	return slices.Repeat([]Node{Errorf("%s", message)}, n)
}

// AttentionStep is causal [Attention] of one more step, given the keys and the values of those
// before. It returns them with the step's own at its position.
//
//	x (batch, 3·width)   keys, values (batch, steps, width)   position (), from 0 to steps − 1
//	y (batch, width)
//
// It has no derivative. A position that is out of range is an error when the program runs.
func AttentionStep(x, keys, values, position Node, heads int) (y, nextKeys, nextValues Node) {
	fail := func(bad Node) (Node, Node, Node) { return bad, bad, bad }
	if bad, ok := firstErr(x, keys, values, position); ok {
		return fail(bad)
	}
	s, k := x.Shape(), keys.Shape()
	if len(s) != 2 || len(k) != 3 || k[0] != s[0] || 3*k[2] != s[1] || !slices.Equal(k, values.Shape()) || position.size() != 1 {
		return fail(Errorf("attention step: shapes %v, %v, %v and %v, want (batch, 3·width), twice (batch, steps, width) and ()", s, k, values.Shape(), position.Shape()))
	}
	a, bad := attend("attention step", s[1], k[1], s[0], heads)
	if bad.err != nil {
		return fail(bad)
	}
	n, m := a.Batch*a.Width, a.Batch*a.Steps*a.Width
	all := apply(attentionStep{a}, []int{n + 2*m}, x, keys, values, position)
	return part(all, kernel.Range{Lo: 0, Hi: n}, a.Batch, a.Width), part(all, kernel.Range{Lo: n, Hi: n + m}, k...), part(all, kernel.Range{Lo: n + m, Hi: n + 2*m}, k...)
}

type attentionStep struct{ kernel.Attention }

func (attentionStep) Name() string    { return "attention step" }
func (d attentionStep) Attrs() []Attr { return []Attr{{"heads", d.Heads}} }
func (d attentionStep) Check(in [][]float32) error {
	if p := in[3][0]; !(p >= 0 && p < float32(d.Steps)) || p != float32(int(p)) {
		return fmt.Errorf("position %v, want an integer from 0 to %d", p, d.Steps-1)
	}
	return nil
}
func (d attentionStep) Run(out []float32, in [][]float32, _ []float32) {
	n, m := d.Batch*d.Width, d.Batch*d.Steps*d.Width
	d.Step(out[:n], out[n:n+m], out[n+m:], in[0], in[1], in[2], int(in[3][0]))
}

// Diff is an error: steps are for drawing.
func (attentionStep) Diff(in []Node, _, _ Node) []Node {
	return failing(len(in), "attention step has no derivative")
}

// Windows are the values of successive steps side by side, for a convolution along them:
//
//	y[t] = x[t + first], x[t + first + apart], … , x[t + first + (count − 1)·apart]
//
//	x (steps, …, n)   y (steps, …, count·n)
//
// with zeros where there is no step.
func Windows(x Node, count, first, apart int) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	s := x.Shape()
	if len(s) < 2 || count < 1 || apart < 1 {
		return Errorf("windows: %d of shape %v, %d apart, want 1 at least of (steps, …, n), 1 apart at least", count, s, apart)
	}
	shape := slices.Clone(s)
	shape[len(s)-1] *= count
	return apply(windows{kernel.Windows{Steps: s[0], Width: x.last(), Count: count, First: first, Apart: apart}}, shape, x)
}

type windows struct{ kernel.Windows }

func (windows) Name() string { return "windows" }
func (d windows) Attrs() []Attr {
	return []Attr{{"count", d.Count}, {"first", d.First}, {"apart", d.Apart}}
}
func (d windows) Run(out []float32, in [][]float32, _ []float32) { d.Take(out, in[0]) }
func (d windows) Diff(in []Node, _, g Node) []Node {
	return []Node{apply(windowsAdjoint(d), in[0].Shape(), g)}
}

// windowsAdjoint adds windows to the steps that they are of.
type windowsAdjoint struct{ kernel.Windows }

func (windowsAdjoint) Name() string                                     { return "windows gradient" }
func (d windowsAdjoint) Attrs() []Attr                                  { return windows(d).Attrs() }
func (d windowsAdjoint) Run(out []float32, in [][]float32, _ []float32) { d.Add(out, in[0]) }
func (d windowsAdjoint) Diff(_ []Node, _, g Node) []Node {
	return []Node{Windows(g, d.Count, d.First, d.Apart)}
}
