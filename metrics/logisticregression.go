package metrics

import (
	"context"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// LogisticRegression tells classes apart by a linear map of standardised features, the
// multinomial logistic regression:
//
//	p(c|x) = softmax(W·(x − m)/s + b)   L(W, b) = −Σ ln p(yᵢ|xᵢ)/n + |W|²/(2·n)
//
//	x (n, d)   y (n) in 0 … classes−1
//
// with the mean m and the deviation s of each feature; a constant feature counts for nothing. Only
// classes that occur in y take part; no other class is predicted or costs time. L is what
// scikit-learn's LogisticRegression minimises with C = 1. L-BFGS goes on until no derivative
// exceeds 10⁻⁴, or until L falls no more.
type LogisticRegression struct {
	classes []int // that occur, in order
	mean    []float64
	scale   []float64 // 1/s, or 0
	w       []float64 // (d+1, classes), b last
}

const (
	logisticTolerance = 1e-4
	logisticSteps     = 500
)

// FitLogistic fits a logistic regression. Labels out of range and a wrong number of
// labels are errors. It stops soon after ctx ends.
func FitLogistic(ctx context.Context, x *tensor.Tensor, y []int, classes int) (*LogisticRegression, error) {
	n, d := x.Shape[0], x.Shape[1]
	if n == 0 || n != len(y) {
		return nil, unfit("logistic regression: %d examples and %d labels, want as many of both, at least one", n, len(y))
	}
	if i := kernel.FirstNonFinite(x.Data); i >= 0 {
		return nil, unfit("logistic regression: example %d has the value %v, want numbers", i/d, x.Data[i])
	}
	for i, c := range y {
		if c < 0 || c >= classes {
			return nil, unfit("logistic regression: label %d of example %d, want one of %d classes", c, i, classes)
		}
	}
	l := &LogisticRegression{classes: slices.Compact(slices.Sorted(slices.Values(y)))}
	l.mean, l.scale = standards(x)
	l.w = make([]float64, (d+1)*len(l.classes))
	place := make([]int, n)
	for i, c := range y {
		place[i], _ = slices.BinarySearch(l.classes, c)
	}
	p := newSoftmax(l.standardised(x), place, len(l.classes))
	lbfgs(ctx, l.w, p.evaluate, logisticTolerance, logisticSteps)
	return l, ctx.Err()
}

// standards are the mean and one over the deviation of each column.
func standards(x *tensor.Tensor) (mean, scale []float64) {
	n, d := x.Shape[0], x.Shape[1]
	mean, scale = make([]float64, d), make([]float64, d)
	for i := range n {
		for k, v := range row(x, i) {
			mean[k] += float64(v) / float64(n)
		}
	}
	for i := range n {
		for k, v := range row(x, i) {
			e := float64(v) - mean[k]
			scale[k] += float64(e*e) / float64(n)
		}
	}
	for k, v := range scale {
		scale[k] = 0
		if s := math.Sqrt(v); s > 1e-12*(1+math.Abs(mean[k])) {
			scale[k] = 1 / s
		}
	}
	return mean, scale
}

// standardised is the features, and a column of ones behind them.
func (l *LogisticRegression) standardised(x *tensor.Tensor) *tensor.Tensor {
	n, d := x.Shape[0], x.Shape[1]
	s := tensor.New(n, d+1)
	for i := range n {
		to := row(s, i)
		for k, v := range row(x, i) {
			to[k] = float32((float64(v) - l.mean[k]) * l.scale[k])
		}
		to[d] = 1
	}
	return s
}

// Predict returns the likeliest class of each example (n, d).
func (l *LogisticRegression) Predict(x *tensor.Tensor) []int {
	s := l.standardised(x)
	n, d := s.Shape[0], s.Shape[1]
	k := len(l.classes)
	logits := make([]float32, n*k)
	kernel.MatMul(logits, s.Data, single(l.w), n, k, d, false, false, false)
	classes := make([]int, n)
	for i := range classes {
		classes[i] = l.classes[Largest(logits[i*k:(i+1)*k])]
	}
	return classes
}

func single(w []float64) []float32 {
	s := make([]float32, len(w))
	for i, v := range w {
		s[i] = float32(v)
	}
	return s
}

// softmax is the loss and its gradient as functions of the coefficients.
type softmax struct {
	x       *tensor.Tensor // (n, d+1)
	y       []int
	classes int

	p    []float32 // (n, classes)
	grad []float32 // (d+1, classes)
}

func newSoftmax(x *tensor.Tensor, y []int, classes int) *softmax {
	n, d := x.Shape[0], x.Shape[1]
	return &softmax{x: x, y: y, classes: classes, p: make([]float32, n*classes), grad: make([]float32, d*classes)}
}

// evaluate returns the loss at w and writes its gradient.
func (s *softmax) evaluate(w, grad []float64) float64 {
	n, d, c := s.x.Shape[0], s.x.Shape[1], s.classes
	kernel.MatMul(s.p, s.x.Data, single(w), n, c, d, false, false, false)
	loss := 0.0
	for i := range n {
		z := s.p[i*c : (i+1)*c]
		top, sum := float64(slices.Max(z)), 0.0
		label := float64(z[s.y[i]])
		for _, v := range z {
			sum += elementary.Exp(float64(v) - top)
		}
		loss += (elementary.Log(sum) + top - label) / float64(n)
		for k, v := range z {
			z[k] = float32(elementary.Exp(float64(v)-top) / sum / float64(n))
		}
		z[s.y[i]] -= float32(1 / float64(n))
	}
	kernel.MatMul(s.grad, s.x.Data, s.p, d, c, n, true, false, false)
	for k, v := range s.grad {
		grad[k] = float64(v)
		if k < (d-1)*c { // the intercepts are not held down
			loss += float64(w[k]*w[k]) / float64(2*n)
			grad[k] += w[k] / float64(n)
		}
	}
	return loss
}

// Largest returns the index of the largest value, the first of several; it ignores NaN.
func Largest[T float32 | float64](x []T) int {
	best := 0
	for k, v := range x {
		if v > x[best] {
			best = k
		}
	}
	return best
}
