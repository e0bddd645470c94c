package ops

import (
	"slices"

	"latentspace/kernel"
)

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

// TokenNLL is the negative log-likelihood of words, each by its index among the words, under the
// softmax of logits l:
//
//	y = ln Σⱼ e^lⱼ − l[index],   0 for an index of −1
//
//	l (n, words)   index (n)   y (n)
//
// In nats. An index has no gradient. One that is neither −1 nor a word is an error when the program
// runs.
func TokenNLL(logits, index Node) Node {
	if bad, ok := firstErr(logits, index); ok {
		return bad
	}
	s, n := logits.Shape(), index.Shape()
	if len(s) != 2 || !slices.Equal(s[:1], n) || s[1] > MaxIndex {
		return Errorf("token nll: shapes %v and %v, want (n, words) and (n) of at most %d words", s, n, MaxIndex)
	}
	return apply(tokenNLL{s[1]}, []int{s[0]}, logits, index)
}

type tokenNLL struct{ words int }

func (tokenNLL) Name() string                 { return "token nll" }
func (tokenNLL) Attrs() []Attr                { return nil }
func (tokenNLL) constantIn(i int) bool        { return i == 1 }
func (d tokenNLL) Check(in [][]float32) error { return inRange(in[1], d.words) }
func (tokenNLL) Run(out []float32, in [][]float32, _ []float32) {
	kernel.TokenNLL(out, in[0], in[1])
}
func (d tokenNLL) Diff(in []Node, out, g Node) []Node {
	return []Node{apply(tokenNLLGrad(d), in[0].Shape(), in[0], in[1], out, g), {}}
}

// tokenNLLGrad is g·(softmax(l) − one-hot(index)), given y of [TokenNLL], and 0 for an index of −1.
type tokenNLLGrad struct{ words int }

func (tokenNLLGrad) Name() string          { return "token nll gradient" }
func (tokenNLLGrad) Attrs() []Attr         { return nil }
func (tokenNLLGrad) constantIn(i int) bool { return i == 1 || i == 2 }
func (tokenNLLGrad) Run(out []float32, in [][]float32, _ []float32) {
	kernel.TokenNLLGrad(out, in[0], in[1], in[2], in[3])
}

// Diff takes y for the function of the logits that it is, and is zero by it.
func (d tokenNLLGrad) Diff(in []Node, _, h Node) []Node {
	logits, index, g := in[0], in[1], in[3]
	told := OneHot(index, d.words)
	known := SumCols(told)
	mean := Softmax(logits)
	of := MulCol(Mul(h, mean), Mul(g, known))
	return []Node{
		Sub(of, MulCol(mean, SumCols(of))), {}, {},
		Mul(SumCols(Mul(h, Sub(mean, told))), known),
	}
}
