package nn

import "latentspace/nn/ops"

// Node is a tensor-valued expression of a graph. Its methods add operations to
// the graph, so that an equation is one expression: x.MatMul(w).AddRow(b).Tanh().
// An operation that fails is recorded in the graph; see [Graph.Err].
type Node struct {
	g *root
	n ops.Node
}

// Shape returns the dimensions, none for a scalar. Do not change it.
func (x Node) Shape() []int { return x.n.Shape() }

func (x Node) adopt(n ops.Node) Node {
	if x.g == nil {
		return Node{n: n}
	}
	return x.g.adopt(n)
}

// Matrix products: X·W, X·Wᵀ and Xᵀ·W.

// MatMul is the product of the matrices x (m, k) and w (k, n).
func (x Node) MatMul(w Node) Node { return x.adopt(ops.MatMul(x.n, w.n, false, false)) }

// MatMulT is the product of x (m, k) and the transpose of w (n, k).
func (x Node) MatMulT(w Node) Node { return x.adopt(ops.MatMul(x.n, w.n, false, true)) }

// TMatMul is the product of the transpose of x (k, m) and w (k, n).
func (x Node) TMatMul(w Node) Node { return x.adopt(ops.MatMul(x.n, w.n, true, false)) }

// MatMulEach is the product of each pair of matrices of x (batch, m, k) and w (batch, k, n).
func (x Node) MatMulEach(w Node) Node { return x.adopt(ops.MatMulEach(x.n, w.n, false, false)) }

// MatMulEachT is the product of each matrix of x (batch, m, k) and the transpose of one of w
// (batch, n, k).
func (x Node) MatMulEachT(w Node) Node { return x.adopt(ops.MatMulEach(x.n, w.n, false, true)) }

// Arithmetic, element by element, on tensors of one shape.

// Add is x + y.
func (x Node) Add(y Node) Node { return x.adopt(ops.Add(x.n, y.n)) }

// Sub is x − y.
func (x Node) Sub(y Node) Node { return x.adopt(ops.Sub(x.n, y.n)) }

// Mul is x·y.
func (x Node) Mul(y Node) Node { return x.adopt(ops.Mul(x.n, y.n)) }

// Div is x/y.
func (x Node) Div(y Node) Node { return x.adopt(ops.Div(x.n, y.n)) }

// Scale is c·x.
func (x Node) Scale(c float64) Node { return x.adopt(ops.Scale(x.n, float32(c))) }

// AddScalar is x + c.
func (x Node) AddScalar(c float64) Node { return x.adopt(ops.AddScalar(x.n, float32(c))) }

// Neg is −x.
func (x Node) Neg() Node { return x.Scale(-1) }

// Max is the larger of x and y. Where they are equal the gradient goes to x.
func (x Node) Max(y Node) Node { return x.adopt(ops.Max(x.n, y.n)) }

// Min is the smaller of x and y. Where they are equal the gradient goes to x.
func (x Node) Min(y Node) Node { return x.adopt(ops.Min(x.n, y.n)) }

// ScaleBy is s·x for a scalar node s.
func (x Node) ScaleBy(s Node) Node { return x.Mul(s.Broadcast(x.Shape()...)) }

// ShiftBy is x + s for a scalar node s.
func (x Node) ShiftBy(s Node) Node { return x.Add(s.Broadcast(x.Shape()...)) }

// Like is a constant c in the shape of x.
func (x Node) Like(c float64) Node { return x.adopt(ops.ConstLike(x.n, float32(c))) }

// Stop is x, which gradients take for a constant: x.Add(f(x).Sub(x).Stop()) is f(x) with
// the gradient of x, a straight-through estimator.
func (x Node) Stop() Node { return x.adopt(ops.Stop(x.n)) }

// With a vector along the last axis (row) or the first axis (col).

// AddRow is x + row, for x (…, n) and row (n).
func (x Node) AddRow(row Node) Node { return x.adopt(ops.AddRow(x.n, row.n)) }

// MulRow is x·row, for x (…, n) and row (n).
func (x Node) MulRow(row Node) Node { return x.adopt(ops.MulRow(x.n, row.n)) }

// AddCol is x + col, for x (n, …) and col (n).
func (x Node) AddCol(col Node) Node { return x.adopt(ops.AddCol(x.n, col.n)) }

// MulCol is x·col, for x (n, …) and col (n).
func (x Node) MulCol(col Node) Node { return x.adopt(ops.MulCol(x.n, col.n)) }

// Normalise is (x − mean)·factor + bias, for x (…, n) and vectors (n).
func (x Node) Normalise(mean, factor, bias Node) Node {
	return x.adopt(ops.Normalise(x.n, mean.n, factor.n, bias.n))
}

// With a vector along the last axis of each example: vectors (batch, n) for x (batch, …, n).

// MulEach is x·factor.
func (x Node) MulEach(factor Node) Node { return x.adopt(ops.MulEach(x.n, factor.n)) }

// NormaliseEach is (x − mean)·factor + bias.
func (x Node) NormaliseEach(mean, factor, bias Node) Node {
	return x.adopt(ops.NormaliseEach(x.n, mean.n, factor.n, bias.n))
}

// BroadcastRow repeats a vector (n) to a shape (…, n).
func (x Node) BroadcastRow(shape ...int) Node { return x.adopt(ops.BroadcastRow(x.n, shape...)) }

// BroadcastCol repeats each value of a vector (n) over a shape (n, …).
func (x Node) BroadcastCol(shape ...int) Node { return x.adopt(ops.BroadcastCol(x.n, shape...)) }

// Broadcast copies a scalar to every element of a shape.
func (x Node) Broadcast(shape ...int) Node { return x.adopt(ops.Broadcast(x.n, shape...)) }

// Functions, element by element.

// Exp is eˣ.
func (x Node) Exp() Node { return x.adopt(ops.Exp(x.n)) }

// ExpBounded is eˣ, continued as a straight line above bound.
func (x Node) ExpBounded(bound float64) Node { return x.adopt(ops.ExpBounded(x.n, float32(bound))) }

// Log is the natural logarithm.
func (x Node) Log() Node { return x.adopt(ops.Log(x.n)) }

// Sqrt is √x.
func (x Node) Sqrt() Node { return x.adopt(ops.Sqrt(x.n)) }

// Square is x².
func (x Node) Square() Node { return x.adopt(ops.Square(x.n)) }

// Reciprocal is 1/x.
func (x Node) Reciprocal() Node { return x.adopt(ops.Reciprocal(x.n)) }

// Erf is the error function.
func (x Node) Erf() Node { return x.adopt(ops.Erf(x.n)) }

// Sin is the sine of an angle in radians.
func (x Node) Sin() Node { return x.adopt(ops.Sin(x.n)) }

// Cos is the cosine of an angle in radians.
func (x Node) Cos() Node { return x.adopt(ops.Cos(x.n)) }

// ReLU is max(x, 0).
func (x Node) ReLU() Node { return x.adopt(ops.ReLU(x.n)) }

// LeakyReLU is x where x > 0 and slope·x elsewhere.
func (x Node) LeakyReLU(slope float64) Node { return x.adopt(ops.LeakyReLU(x.n, float32(slope))) }

// ELU is x where x > 0 and alpha·(eˣ − 1) elsewhere.
func (x Node) ELU(alpha float64) Node { return x.adopt(ops.ELU(x.n, float32(alpha))) }

// Tanh is the hyperbolic tangent.
func (x Node) Tanh() Node { return x.adopt(ops.Tanh(x.n)) }

// Sigmoid is 1/(1 + e⁻ˣ).
func (x Node) Sigmoid() Node { return x.adopt(ops.Sigmoid(x.n)) }

// Softplus is ln(1 + eˣ).
func (x Node) Softplus() Node { return x.adopt(ops.Softplus(x.n)) }

// Abs is |x|. Its derivative at 0 is 0.
func (x Node) Abs() Node { return x.adopt(ops.Abs(x.n)) }

// Clamp is x where it is in [lo, hi], and the nearer of the two elsewhere, where its
// derivative is 0. Either may be infinite.
func (x Node) Clamp(lo, hi float64) Node { return x.adopt(ops.Clamp(x.n, float32(lo), float32(hi))) }

// Sign is −1, 0 or 1 as x is below, at or above zero. It has no gradient.
func (x Node) Sign() Node { return x.adopt(ops.Sign(x.n)) }

// Round is the nearest integer, the even one of two. It has no gradient.
func (x Node) Round() Node { return x.adopt(ops.Round(x.n)) }

// Along the last axis.

// Softmax is eˣ/Σ eˣ along the last axis.
func (x Node) Softmax() Node { return x.adopt(ops.Softmax(x.n)) }

// LogSoftmax is x − ln Σ eˣ along the last axis.
func (x Node) LogSoftmax() Node { return x.adopt(ops.LogSoftmax(x.n)) }

// LogSumExp is ln Σ eˣ along the last axis: (…, n) to (…).
func (x Node) LogSumExp() Node { return x.adopt(ops.LogSumExp(x.n)) }

// ArgMax is the index of the largest value along the last axis, the first of several:
// (…, n) to (…). It has no gradient.
func (x Node) ArgMax() Node { return x.adopt(ops.ArgMax(x.n)) }

// ArgMin is the index of the smallest value along the last axis, the first of several:
// (…, n) to (…). It has no gradient.
func (x Node) ArgMin() Node { return x.adopt(ops.ArgMin(x.n)) }

// TopK is 1 in the places of the k largest values along the last axis, the first of several, and 0
// in the others. It has no gradient.
func (x Node) TopK(k int) Node { return x.adopt(ops.TopK(x.n, k)) }

// Indices are integers as float32, up to 2²⁴; −1 stands for none. One that is out of range
// is an error of [Program.RunAll].

// OneHot is 1 in the place of each index of x and else 0: (n…) to (n…, classes). The index
// −1 gives zeros. It has no gradient.
func (x Node) OneHot(classes int) Node { return x.adopt(ops.OneHot(x.n, classes)) }

// Gather takes the rows of x (rows, …) that an index (n…) says: (n…, …). The index −1 gives
// a row of zeros.
func (x Node) Gather(index Node) Node { return x.adopt(ops.Gather(x.n, index.n)) }

// ScatterAdd adds each row of x (n…, …) to the one of rows that an index (n…) says, and to
// none for −1: (rows, …).
func (x Node) ScatterAdd(index Node, rows int) Node {
	return x.adopt(ops.ScatterAdd(x.n, index.n, rows))
}

// Sums. They are accumulated in double precision.

// SumRows sums over all axes but the last.
func (x Node) SumRows() Node { return x.adopt(ops.SumRows(x.n)) }

// SumCols sums over all axes but the first: one value per example.
func (x Node) SumCols() Node { return x.adopt(ops.SumCols(x.n)) }

// Sum sums all elements to a scalar.
func (x Node) Sum() Node { return x.adopt(ops.Sum(x.n)) }

// SumAxis sums one axis, which is no more in the result.
func (x Node) SumAxis(axis int) Node { return x.adopt(ops.SumAxis(x.n, axis)) }

// MeanAxis is the mean over one axis, which is no more in the result.
func (x Node) MeanAxis(axis int) Node { return x.adopt(ops.MeanAxis(x.n, axis)) }

// Mean is the mean of all elements, a scalar.
func (x Node) Mean() Node { return x.adopt(ops.Mean(x.n)) }

// Moments are the mean and the variance, with division by the count, over all axes
// but the last: (…, n) to (n) and (n).
func (x Node) Moments() (mean, variance Node) {
	m, v := ops.Moments(x.n)
	return x.adopt(m), x.adopt(v)
}

// MomentsEach are the mean and the variance, with division by the count, over all axes but the
// first and the last: (batch, …, n) to (batch, n) and (batch, n).
func (x Node) MomentsEach() (mean, variance Node) {
	m, v := ops.MomentsEach(x.n)
	return x.adopt(m), x.adopt(v)
}

// Shapes.

// Reshape is x in another shape with as many elements.
func (x Node) Reshape(shape ...int) Node { return x.adopt(ops.Reshape(x.n, shape...)) }

// Slice takes the range [lo, hi) of one axis.
func (x Node) Slice(axis, lo, hi int) Node { return x.adopt(ops.Slice(x.n, axis, lo, hi)) }

// Pad puts x at lo of an axis that is size long; the rest is zero.
func (x Node) Pad(axis, lo, size int) Node { return x.adopt(ops.Pad(x.n, axis, lo, size)) }

// Concat puts tensors one behind the other along an axis. Their other axes must be equal.
func Concat(axis int, xs ...Node) Node {
	first := Node{}
	nodes := make([]ops.Node, len(xs))
	for i, x := range xs {
		nodes[i] = x.n
		if first.g == nil {
			first = x
		}
	}
	return first.adopt(ops.Concat(axis, nodes...))
}

// Repeat repeats each row n times in a row: (b, …) to (b·n, …). Row i of x is the rows
// from i·n on.
func (x Node) Repeat(n int) Node { return x.adopt(ops.Repeat(x.n, n)) }

// RepeatAxis repeats x n times along a new axis.
func (x Node) RepeatAxis(axis, n int) Node { return x.adopt(ops.RepeatAxis(x.n, axis, n)) }

// T is the transpose of a matrix.
func (x Node) T() Node { return x.adopt(ops.Transpose(x.n)) }

// Pictures (batch, height, width, channels).

// AvgPool is the mean over size×size windows, stride apart.
func (x Node) AvgPool(size, stride int) Node { return x.adopt(ops.AvgPool(x.n, size, stride)) }

// MaxPool is the maximum over size×size windows, stride apart.
func (x Node) MaxPool(size, stride int) Node { return x.adopt(ops.MaxPool(x.n, size, stride)) }

// Upsample repeats every pixel factor×factor times.
func (x Node) Upsample(factor int) Node { return x.adopt(ops.Upsample(x.n, factor)) }

// BernoulliNLL is the negative log-likelihood of targets under logits x, in nats
// per example: (n, …) to (n).
func (x Node) BernoulliNLL(targets Node) Node { return x.adopt(ops.BernoulliNLL(x.n, targets.n)) }

// TokenNLL is the negative log-likelihood of words (n) under the softmax of the logits x (n, words),
// in nats, each by its index, and 0 for an index of −1: (n).
func (x Node) TokenNLL(index Node) Node { return x.adopt(ops.TokenNLL(x.n, index.n)) }

// VonMises is the cosine and the sine of the angle from the mean direction of a draw from the von
// Mises–Fisher distribution on the unit sphere in dim dimensions, for concentrations x (n) and shares u
// (n), uniform in (0, 1), that are below the angle: (n, 2). It has no gradient by u.
func (x Node) VonMises(u Node, dim int) Node { return x.adopt(ops.VonMises(x.n, u.n, dim)) }

// VonMisesCumulant is a cumulant of that cosine for concentrations x (n): of order 1 its mean, 2 its
// variance and 3 its third central moment; of order 0 ln E[e^(x·cos θ)] over the uniform distribution on
// the sphere, whose derivative is the mean.
func (x Node) VonMisesCumulant(dim, order int) Node {
	return x.adopt(ops.VonMisesCumulant(x.n, dim, order))
}

// failf is an error at the place that was used last.
func (x Node) failf(format string, args ...any) Node { return x.adopt(ops.Errorf(format, args...)) }
