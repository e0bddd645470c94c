package ops

import "latentspace/kernel"

// Softmax is, along the last axis,
//
//	yᵢ = e^xᵢ / Σⱼ e^xⱼ
//
//	x (…, classes)   y (…, classes)
func Softmax(x Node) Node {
	rows := matrix("softmax", x)
	return Reshape(apply(softmax{rows.last()}, rows.Shape(), rows), x.Shape()...)
}

// LogSumExp is ln Σⱼ e^xⱼ along the last axis.
//
//	x (…, classes)   y (…)
func LogSumExp(x Node) Node {
	rows := matrix("log-sum-exp", x)
	y := apply(perRow{reduction{"log-sum-exp", kernel.LogSumExp,
		func(x, g Node) Node { return MulCol(Softmax(x), g) }}}, []int{rows.first()}, rows)
	s := x.Shape()
	return Reshape(y, s[:max(0, len(s)-1)]...)
}

// LogSoftmax is the logarithm of the softmax along the last axis, which is finite where
// the softmax is too small for a float32:
//
//	yᵢ = xᵢ − ln Σⱼ e^xⱼ
//
//	x (…, classes)   y (…, classes)
func LogSoftmax(x Node) Node {
	rows := matrix("log-softmax", x)
	return Reshape(AddCol(rows, Scale(LogSumExp(rows), -1)), x.Shape()...)
}

// matrix is x, whatever its rank, as rows along its last axis.
func matrix(name string, x Node) Node {
	if bad, ok := firstErr(x); ok {
		return bad
	}
	if len(x.Shape()) == 0 {
		return Errorf("%s: a scalar, want (…, classes)", name)
	}
	return Reshape(x, x.size()/x.last(), x.last())
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
