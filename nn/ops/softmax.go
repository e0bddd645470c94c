package ops

import "latentspace/kernel"

// Softmax is, along the last axis,
//
//	yᵢ = e^xᵢ / Σⱼ e^xⱼ
//
//	x (n, classes)   y (n, classes)
func Softmax(x Node) Node {
	if bad, ok := matrix("softmax", x); ok {
		return bad
	}
	return apply(softmax{x.last()}, x.Shape(), x)
}

// LogSumExp is ln Σⱼ e^xⱼ along the last axis.
//
//	x (n, classes)   y (n)
func LogSumExp(x Node) Node {
	if bad, ok := matrix("log-sum-exp", x); ok {
		return bad
	}
	return apply(perRow{reduction{"log-sum-exp", kernel.LogSumExp,
		func(x, g Node) Node { return MulCol(Softmax(x), g) }}}, []int{x.first()}, x)
}

func matrix(name string, x Node) (Node, bool) {
	if bad, ok := firstErr(x); ok {
		return bad, true
	}
	if len(x.Shape()) != 2 {
		return Errorf("%s: shape %v, want (n, classes)", name, x.Shape()), true
	}
	return Node{}, false
}

type softmax struct{ classes int }

func (softmax) Name() string { return "softmax" }
func (d softmax) Run(out []float32, in [][]float32, _ []float32) {
	kernel.Softmax(out, in[0], d.classes)
}

// Diff is y·(g − Σⱼ gⱼ yⱼ).
func (softmax) Diff(_ []Node, y, g Node) []Node {
	gy := Mul(g, y)
	return []Node{Sub(gy, MulCol(y, SumCols(gy)))}
}
