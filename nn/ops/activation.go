package ops

import "latentspace/kernel"

// Each activation is a pair of operations: the function, and its gradient from
// its own output, which is bilinear in (derivative, g) and so closes the pair.

// gradient is d(y, g) = f′·g, where f′ is known from the output y of f.
type gradient struct {
	name string
	run  func(dst, y, g []float32)
	tail kernel.Epilogue // that computes it, if there is one
	// attrs are the constants of run and diffY.
	attrs []Attr
	// diffY returns the gradient with respect to y, given h, that of the output;
	// nil where f′ is constant between kinks.
	diffY func(y, g, h Node) Node
}

func (d gradient) Name() string          { return d.name }
func (gradient) elementwise()            {}
func (d gradient) constantIn(i int) bool { return i == 0 && d.diffY == nil }
func (d gradient) Run(out []float32, in [][]float32, _ []float32) {
	d.run(out, in[0], in[1])
}

func (d gradient) Diff(in []Node, _, h Node) []Node {
	y, g := in[0], in[1]
	dg := apply(d, y.Shape(), y, h)
	if d.diffY == nil {
		return []Node{{}, dg}
	}
	return []Node{d.diffY(y, g, h), dg}
}

// ReLU is max(x, 0).
func ReLU(x Node) Node {
	d := gradient{name: "relu gradient", run: kernel.ReLUGrad, tail: kernel.Epilogue{Act: kernel.ActReLUGrad}}
	return apply(unary{name: "relu", run: kernel.ReLU,
		diff: func(_, y, g Node) Node { return apply(d, y.Shape(), y, g) },
		tail: kernel.Epilogue{Act: kernel.ActReLU}}, x.Shape(), x)
}

// LeakyReLU is x where x > 0 and slope·x elsewhere, with slope ≥ 0.
func LeakyReLU(x Node, slope float32) Node {
	attrs := []Attr{{"slope", slope}}
	d := gradient{name: "leaky relu gradient", attrs: attrs,
		run:  func(dst, y, g []float32) { kernel.LeakyReLUGrad(dst, y, g, slope) },
		tail: kernel.Epilogue{Act: kernel.ActLeakyReLUGrad, Slope: slope}}
	return apply(unary{name: "leaky relu", attrs: attrs,
		run:  func(dst, x []float32) { kernel.LeakyReLU(dst, x, slope) },
		diff: func(_, y, g Node) Node { return apply(d, y.Shape(), y, g) },
		tail: kernel.Epilogue{Act: kernel.ActLeakyReLU, Slope: slope}}, x.Shape(), x)
}

// Tanh is the hyperbolic tangent.
func Tanh(x Node) Node {
	d := gradient{name: "tanh gradient", run: kernel.TanhGrad,
		diffY: func(y, g, h Node) Node { return Scale(Mul(Mul(y, g), h), -2) }}
	return applyUnary(x, "tanh", kernel.Tanh,
		func(_, y, g Node) Node { return apply(d, y.Shape(), y, g) })
}

// Sigmoid is 1/(1 + e⁻ˣ).
func Sigmoid(x Node) Node {
	return applyUnary(x, "sigmoid", kernel.Sigmoid, func(_, y, g Node) Node { return sigmoidGrad(y, g) })
}

// sigmoidGrad is g·y·(1 − y).
func sigmoidGrad(y, g Node) Node {
	return apply(gradient{name: "sigmoid gradient", run: kernel.SigmoidGrad,
		diffY: func(y, g, h Node) Node { return Mul(Mul(g, h), AddScalar(Scale(y, -2), 1)) }}, y.Shape(), y, g)
}

// ELU is x where x > 0 and α(eˣ − 1) elsewhere, with α > 0.
//
// Clevert, Unterthiner and Hochreiter, Fast and Accurate Deep Network Learning by
// Exponential Linear Units, ICLR 2016.
func ELU(x Node, alpha float32) Node {
	attrs := []Attr{{"alpha", alpha}}
	d := gradient{name: "elu gradient", attrs: attrs,
		run: func(dst, y, g []float32) { kernel.ELUGrad(dst, y, g, alpha) },
		// f′ is y + α below zero and 1 above, so its derivative by y is a step.
		diffY: func(y, g, h Node) Node { return Mul(Mul(g, h), negative(y)) }}
	return apply(unary{name: "elu", attrs: attrs,
		run:  func(dst, x []float32) { kernel.ELU(dst, x, alpha) },
		diff: func(_, y, g Node) Node { return apply(d, y.Shape(), y, g) }}, x.Shape(), x)
}

// negative is 1 where x ≤ 0 and 0 elsewhere; its derivative is zero.
func negative(x Node) Node {
	return apply(step{}, x.Shape(), x)
}

type step struct{}

func (step) Name() string        { return "step" }
func (step) elementwise()        {}
func (step) constantIn(int) bool { return true }
func (step) Run(out []float32, in [][]float32, _ []float32) {
	for i, x := range in[0] {
		out[i] = 0
		if x <= 0 {
			out[i] = 1
		}
	}
}
func (step) Diff([]Node, Node, Node) []Node { return []Node{{}} }

// ExpBounded is eˣ up to x = bound and continues as a straight line above, value
// and slope equal there. Losses use it for variances, so that they stay finite
// and their gradient still points home.
func ExpBounded(x Node, bound float32) Node {
	top := []float32{bound}
	kernel.Exp(top, top)
	d := gradient{name: "bounded exp gradient", attrs: []Attr{{"top", top[0]}},
		run: func(dst, y, g []float32) { kernel.ExpBoundedGrad(dst, y, g, top[0]) },
		// f′ is y below the bound and constant above.
		diffY: func(y, g, h Node) Node { return Mul(Mul(g, h), negative(AddScalar(y, -top[0]))) }}
	return apply(unary{name: "bounded exp", attrs: []Attr{{"bound", bound}},
		run:  func(dst, x []float32) { kernel.ExpBounded(dst, x, bound) },
		diff: func(_, y, g Node) Node { return apply(d, y.Shape(), y, g) }}, x.Shape(), x)
}
