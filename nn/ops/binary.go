package ops

import "latentspace/kernel"

// elementPair is z = f(x, y) for two tensors of one shape, element by element.
type elementPair struct {
	name string
	run  func(dst, x, y []float32)
	diff func(x, y, z, g Node) []Node
}

func (d elementPair) Name() string { return d.name }
func (elementPair) elementwise()   {}
func (d elementPair) Run(out []float32, in [][]float32, _ []float32) {
	d.run(out, in[0], in[1])
}
func (d elementPair) Diff(in []Node, z, g Node) []Node { return d.diff(in[0], in[1], z, g) }

func applyBinary(x, y Node, d elementPair) Node {
	if bad, ok := sameShape(d.name, x, y); ok {
		return bad
	}
	return apply(d, x.Shape(), x, y)
}

// Add is x + y.
func Add(x, y Node) Node {
	return applyBinary(x, y, elementPair{"add", kernel.Add,
		func(_, _, _, g Node) []Node { return []Node{g, g} }})
}

// Sub is x − y.
func Sub(x, y Node) Node {
	return applyBinary(x, y, elementPair{"sub", kernel.Sub,
		func(_, _, _, g Node) []Node { return []Node{g, Scale(g, -1)} }})
}

// Mul is x·y, element by element.
func Mul(x, y Node) Node {
	return applyBinary(x, y, elementPair{"mul", kernel.Mul,
		func(x, y, _, g Node) []Node { return []Node{Mul(g, y), Mul(g, x)} }})
}

// Div is x/y.
func Div(x, y Node) Node {
	return applyBinary(x, y, elementPair{"div", kernel.Div,
		func(_, y, z, g Node) []Node {
			dx := Div(g, y)
			return []Node{dx, Scale(Mul(dx, z), -1)}
		}})
}

// Max is the larger of x and y, element by element, NaN if either is. Where they are
// equal the gradient goes to x.
func Max(x, y Node) Node {
	return applyBinary(x, y, elementPair{"max",
		func(dst, x, y []float32) {
			for i := range dst {
				dst[i] = max(x[i], y[i])
			}
		},
		func(x, y, _, g Node) []Node {
			return []Node{where(x, y, g, false), where(x, y, g, true)}
		}})
}

// Min is the smaller of x and y, element by element, NaN if either is. Where they are
// equal the gradient goes to x.
func Min(x, y Node) Node {
	return applyBinary(x, y, elementPair{"min",
		func(dst, x, y []float32) {
			for i := range dst {
				dst[i] = min(x[i], y[i])
			}
		},
		func(x, y, _, g Node) []Node {
			return []Node{where(y, x, g, false), where(y, x, g, true)}
		}})
}

// where is g in the places where x ≥ y, or else, if below, in those where x < y, and zero
// in the others. It does not change with x and y.
func where(x, y, g Node, below bool) Node {
	return apply(chosen{below}, g.Shape(), x, y, g)
}

type chosen struct{ below bool }

func (chosen) Name() string          { return "where" }
func (d chosen) Attrs() []Attr       { return []Attr{{"below", d.below}} }
func (chosen) elementwise()          {}
func (chosen) parts(*Op) Parts       { return elements(3) }
func (chosen) constantIn(i int) bool { return i < 2 }
func (d chosen) Run(out []float32, in [][]float32, _ []float32) {
	x, y, g := in[0], in[1], in[2]
	for i := range out {
		if x[i] < y[i] == d.below {
			out[i] = g[i]
		} else {
			out[i] = 0
		}
	}
}
func (d chosen) Diff(in []Node, _, h Node) []Node {
	return []Node{{}, {}, where(in[0], in[1], h, d.below)}
}
