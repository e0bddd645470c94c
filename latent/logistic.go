package latent

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Logistic is the direction that separates two classes, a [FitDirection] for values
// of 0 and 1: that of [Regression], with the coefficients w of a logistic
// regression in place of those of least squares, which minimise
//
//	L(w, b) = Σ ln(1 + exp(−(2y−1)(w·x + b))) / n + λ/2 |w|²,   λ = 10⁻³
//
// over codes x in units of each dimension's deviation. The weight keeps w finite where the
// classes can be separated. Newton's method, each step halved until L falls, goes on
// until no derivative of L exceeds 10⁻⁷ in magnitude; one that has not got there
// after 100 steps is an error.
//
// Others are removed by their least squares, as by Regression. A value other than 0
// and 1 is an error.
func Logistic(ctx context.Context, z *tensor.Tensor, y []float64, others [][]float64) (Direction, error) {
	if err := checkDirection(ctx, z, y, others); err != nil {
		return Direction{}, fmt.Errorf("latent: logistic: %w", err)
	}
	for i, v := range y {
		if v != 0 && v != 1 {
			return Direction{}, fmt.Errorf("latent: logistic: the attribute is %v for example %d, want two classes, of values 0 and 1", v, i)
		}
	}
	s := standardise(z.Data, z.Shape[1])
	w, err := logistic(ctx, s, y)
	if err != nil {
		return Direction{}, fmt.Errorf("latent: logistic: %w", err)
	}
	v, err := along(s, w, y, others)
	if err != nil {
		return Direction{}, fmt.Errorf("latent: logistic: %w", err)
	}
	return v, nil
}

const (
	logisticRidge     = 1e-3 // λ
	logisticTolerance = 1e-7 // of every derivative
	logisticSteps     = 100
)

// logistic returns the coefficients (d) of standardised codes.
func logistic(ctx context.Context, s standard, y []float64) ([]float64, error) {
	// The last coefficient is b, that of a column of ones.
	m := s.d + 1
	x := make([]float32, s.n*m)
	for i := range s.n {
		copy(x[i*m:], s.x[i*s.d:(i+1)*s.d])
		x[i*m+s.d] = 1
	}
	w := make([]float64, m)
	loss, grad, rows := logisticLoss(x, y, w)
	for range logisticSteps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if largest(grad) <= logisticTolerance {
			return w[:s.d], nil
		}
		hessian := gram(rows, m)
		for j := range s.d {
			hessian[j*m+j] += logisticRidge
		}
		step, err := solve(hessian, [][]float64{grad}, 1e-9)
		if err != nil {
			return nil, err
		}
		for length := 1.0; ; length /= 2 {
			next := append([]float64(nil), w...)
			subtract(next, step[0], length)
			l, g, r := logisticLoss(x, y, next)
			if l <= loss || length < 1e-6 {
				w, loss, grad, rows = next, l, g, r
				break
			}
		}
	}
	return nil, fmt.Errorf("a derivative of %.3g after %d Newton steps, want at most %g", largest(grad), logisticSteps, logisticTolerance)
}

// logisticLoss returns L, its gradient, and the rows √(p(1−p))·x of which the Gram
// matrix is its Hessian but for λ.
func logisticLoss(x []float32, y, w []float64) (loss float64, grad []float64, rows []float32) {
	n, m := len(y), len(w)
	grad, rows = make([]float64, m), make([]float32, len(x))
	type part struct {
		loss float64
		grad []float64
	}
	parts := make([]part, (n+block-1)/block)
	kernel.For(n, block, func(lo, hi int) {
		p := part{grad: make([]float64, m)}
		for i := lo; i < hi; i++ {
			row := x[i*m : (i+1)*m]
			score := 0.0
			for j, v := range row {
				score += float64(w[j] * float64(v))
			}
			// ln(1 + exp(a)) without overflow, a the score against the class.
			a := score
			if y[i] == 1 {
				a = -score
			}
			p.loss += max(a, 0) + elementary.Log1p(elementary.Exp(-math.Abs(a)))
			chance := 1 / (1 + elementary.Exp(-score))
			weight := math.Sqrt(chance * (1 - chance))
			for j, v := range row {
				p.grad[j] += float64((chance - y[i]) * float64(v))
				rows[i*m+j] = float32(weight * float64(v))
			}
		}
		parts[lo/block] = p
	})
	for _, p := range parts {
		loss += p.loss
		for j, v := range p.grad {
			grad[j] += v
		}
	}
	loss /= float64(n)
	for j := range grad {
		grad[j] /= float64(n)
	}
	for j, v := range w[:m-1] {
		loss += float64(logisticRidge / 2 * v * v)
		grad[j] += float64(logisticRidge * v)
	}
	return loss, grad, rows
}
