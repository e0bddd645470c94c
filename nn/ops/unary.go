package ops

import "latentspace/kernel"

// unary is y = f(x), element by element.
type unary struct {
	name string
	run  func(dst, x []float32)
	diff func(x, y, g Node) Node
	tail kernel.Epilogue // that computes it, if there is one
	// attrs are the constants of run and diff.
	attrs []Attr
}

func (d unary) Name() string { return d.name }
func (unary) elementwise()   {}
func (d unary) Run(out []float32, in [][]float32, _ []float32) {
	d.run(out, in[0])
}
func (d unary) Diff(in []Node, y, g Node) []Node { return []Node{d.diff(in[0], y, g)} }

func applyUnary(x Node, name string, run func(dst, x []float32), diff func(x, y, g Node) Node) Node {
	return apply(unary{name: name, run: run, diff: diff}, x.Shape(), x)
}

// Exp is eˣ.
func Exp(x Node) Node {
	return applyUnary(x, "exp", kernel.Exp, func(_, y, g Node) Node { return Mul(g, y) })
}

// Log is the natural logarithm.
func Log(x Node) Node {
	return applyUnary(x, "log", kernel.Log, func(x, _, g Node) Node { return Div(g, x) })
}

// Sqrt is √x. Its derivative at zero is infinite: add a small number first where
// zero can occur.
func Sqrt(x Node) Node {
	return applyUnary(x, "sqrt", kernel.Sqrt, func(_, y, g Node) Node { return Scale(Div(g, y), 0.5) })
}

// Square is x².
func Square(x Node) Node {
	return applyUnary(x, "square", kernel.Square, func(x, _, g Node) Node { return Scale(Mul(g, x), 2) })
}

// Reciprocal is 1/x.
func Reciprocal(x Node) Node {
	return applyUnary(x, "reciprocal", kernel.Reciprocal, func(_, y, g Node) Node {
		return Scale(Mul(g, Square(y)), -1)
	})
}

// Softplus is ln(1 + eˣ), whose derivative is the sigmoid.
func Softplus(x Node) Node {
	return applyUnary(x, "softplus", kernel.Softplus, func(x, _, g Node) Node { return Mul(g, Sigmoid(x)) })
}

// Erf is the error function 2/√π ∫₀ˣ e^(−t²) dt.
func Erf(x Node) Node {
	return applyUnary(x, "erf", kernel.Erf, func(x, _, g Node) Node {
		const twoOverRootPi = 1.1283791670955126
		return Mul(g, Scale(Exp(Scale(Square(x), -1)), twoOverRootPi))
	})
}

// Sin is the sine of an angle in radians.
func Sin(x Node) Node {
	return applyUnary(x, "sin", kernel.Sin, func(x, _, g Node) Node { return Mul(g, Cos(x)) })
}

// Cos is the cosine of an angle in radians.
func Cos(x Node) Node {
	return applyUnary(x, "cos", kernel.Cos, func(x, _, g Node) Node { return Scale(Mul(g, Sin(x)), -1) })
}

// Scale is c·x for a constant c.
func Scale(x Node, c float32) Node {
	return apply(unary{name: "scale", attrs: []Attr{{"c", c}},
		run:  func(dst, x []float32) { kernel.Scale(dst, x, c) },
		diff: func(_, _, g Node) Node { return Scale(g, c) }}, x.Shape(), x)
}

// AddScalar is x + c for a constant c.
func AddScalar(x Node, c float32) Node {
	return apply(unary{name: "add scalar", attrs: []Attr{{"c", c}},
		run:  func(dst, x []float32) { kernel.AddScalar(dst, x, c) },
		diff: func(_, _, g Node) Node { return g }}, x.Shape(), x)
}
