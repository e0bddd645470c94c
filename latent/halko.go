package latent

import (
	"context"
	"math"

	"latentspace/kernel"
	"latentspace/nn/linalg"
)

const (
	oversampling = 10   // columns of the basis beyond those asked for
	mostPasses   = 20   // over the rows
	settled      = 1e-6 // change of a variance, relative to it, that ends the passes
)

// randomised finds the k largest eigenvalues of the covariance C of the rows of a
// stream, falling, and their eigenvectors (k, d), without the matrix: a random basis
// is multiplied by C, and made orthonormal, again and again,
//
//	Q ← orth(C·Q)   Q (d, k+10)   C = QᵀCQ in the end, on the space of Q
//
// one pass over the rows each time, until no eigenvalue changes by more than 10⁻⁶ of
// itself, or for 20 passes.
//
// Halko, Martinsson and Tropp, Finding Structure with Randomness, SIAM Review 2011,
// algorithms 4.4 and 5.3.
func randomised(ctx context.Context, s *stream, k int) (mean, values, vectors []float64, total float64, err error) {
	d := s.d
	l := min(k+oversampling, s.n, d)
	start := make([]float32, d*l)
	kernel.Normal(start, kernel.Seed(0, "latent.halko"))
	z := make([]float64, d*l)
	addTo(z, start)
	for range mostPasses {
		q := linalg.Transposed(z, d, l) // (l, d)
		linalg.Orthonormal(q, l, d)
		var sum []float64
		if z, sum, total, err = s.timesScatter(ctx, linalg.Transposed(q, l, d), l); err != nil {
			return nil, nil, nil, 0, err
		}
		mean = s.mean(sum)
		theta, w, err := rayleigh(q, z, l, d)
		if err != nil {
			return nil, nil, nil, 0, err
		}
		change := 0.0
		for i := range theta[:k] {
			theta[i] /= float64(s.n - 1)
			if values != nil && theta[i] > negligible*theta[0] {
				change = max(change, math.Abs(theta[i]-values[i])/theta[i])
			}
		}
		first := values == nil
		values = theta[:k]
		vectors = linalg.Product(w[:k*l], q, k, l, d)
		if !first && change <= settled {
			break
		}
	}
	return mean, values, vectors, total / float64(s.n-1), nil
}

// rayleigh has the eigenvalues and the eigenvectors (l, l) of q·z, which is symmetric but for
// rounding:
//
//	q (l, d)   z (d, l)
func rayleigh(q, z []float64, l, d int) (values, vectors []float64, err error) {
	t := linalg.Product(q, z, l, d, l)
	for i := range l {
		for j := range i {
			t[i*l+j] = (t[i*l+j] + t[j*l+i]) / 2
		}
	}
	return linalg.Eigen(t, l)
}

// timesScatter is one pass over the rows: the product of q (d, l) and the scatter
// matrix,
//
//	Z = Σ (x − mean)(x − mean)ᵀ q = Σ x (xᵀ q) − n·m (mᵀ q)
//
// for the rows x that the stream gives and their mean m, with the sum of the rows and
// the trace of the matrix.
func (s *stream) timesScatter(ctx context.Context, q []float64, l int) (z, sum []float64, trace float64, err error) {
	d := s.d
	z, sum = make([]float64, d*l), make([]float64, d)
	q32, z32, sum32 := make([]float32, d*l), make([]float32, d*l), make([]float32, d)
	for i, v := range q {
		q32[i] = float32(v)
	}
	y, ones := make([]float32, s.piece*l), make([]float32, s.piece)
	kernel.Fill(ones, 1)
	err = s.each(ctx, func(x []float32, begins, ends bool) {
		rows := len(x) / d
		kernel.MatMul(sum32, ones, x, 1, d, rows, false, false, !begins)
		kernel.MatMul(y, x, q32, rows, l, d, false, false, false)
		kernel.MatMul(z32, x, y, d, l, rows, true, false, !begins)
		for i := range rows {
			trace += kernel.SumSquares(x[i*d : (i+1)*d])
		}
		if ends {
			addTo(z, z32)
			addTo(sum, sum32)
		}
	})
	if err != nil {
		return nil, nil, 0, err
	}
	n := float64(s.n)
	mq := make([]float64, l) // Σ xᵀ q, of the q that was multiplied
	for i := range d {
		for j := range l {
			mq[j] += float64(sum[i] * float64(q32[i*l+j]))
		}
	}
	for i := range d {
		trace -= float64(sum[i] / n * sum[i])
		for j := range l {
			z[i*l+j] -= float64(sum[i] / n * mq[j])
		}
	}
	if math.IsNaN(trace) || math.IsInf(trace, 0) || !finite64(z) {
		return nil, nil, 0, errOverflow
	}
	return z, sum, trace, nil
}

func finite64(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
