package linalg

import "math"

// Cholesky returns the lower triangular L (n, n) with positive diagonal for which
// L·Lᵀ is a symmetric matrix (n, n), of which the lower triangle is read. It is not ok
// where the matrix is not positive definite within rounding.
//
// Golub and Van Loan, Matrix Computations, 4th edition 2013, section 4.2.
func Cholesky(a []float64, n int) (l []float64, ok bool) {
	l = make([]float64, n*n)
	for i := range n {
		row := l[i*n : (i+1)*n]
		for j := range i + 1 {
			v := a[i*n+j] - Dot(row[:j], l[j*n:j*n+j])
			if j < i {
				row[j] = v / l[j*n+j]
				continue
			}
			if !(v > 0) || math.IsInf(v, 1) {
				return nil, false
			}
			row[i] = math.Sqrt(v)
		}
	}
	return l, true
}

// SolveCholesky returns the x with L·Lᵀ·x = b, for L of [Cholesky].
func SolveCholesky(l, b []float64) []float64 {
	n := len(b)
	x := make([]float64, n)
	for i := range n {
		x[i] = (b[i] - Dot(l[i*n:i*n+i], x[:i])) / l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		x[i] /= l[i*n+i]
		AddScaled(x[:i], -x[i], l[i*n:i*n+i])
	}
	return x
}
