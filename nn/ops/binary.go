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
