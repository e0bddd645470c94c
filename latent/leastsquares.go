package latent

import (
	"fmt"
	"slices"

	"latentspace/nn/linalg"
)

// leastSquares returns, for each of the centred targets, the coefficients that
// minimise
//
//	|y − X·w|² / n + ridge·|w|²
//
//	X (n, d) of standardised columns   y (n)   w (d)
//
// so that the ridge is in units of a column's variance and only settles what
// columns that repeat each other leave open.
func leastSquares(s standard, targets [][]float64, ridge float64) ([][]float64, error) {
	d := s.d
	sides := make([][]float64, len(targets))
	for t, y := range targets {
		sides[t] = make([]float64, d)
		for i, v := range y {
			for j, x := range s.x[i*d : (i+1)*d] {
				sides[t][j] += float64(v * float64(x))
			}
		}
		for j := range sides[t] {
			sides[t][j] /= float64(s.n)
		}
	}
	return solve(gram(s.x, d), sides, ridge)
}

// solve returns (A + ridge·I)⁻¹ b for each b, A (d, d) symmetric and positive
// semidefinite up to rounding. Sums of many columns in single precision have eigenvalues
// further below zero than the ridge lifts them: then ten times the ridge is taken, up to a
// thousand times.
func solve(a []float64, sides [][]float64, ridge float64) ([][]float64, error) {
	d := len(sides[0])
	var l []float64
	ok := false
	for factor := 1.0; !ok && factor <= 1000; factor *= 10 {
		ridged := slices.Clone(a)
		for i := range d {
			ridged[i*d+i] += float64(ridge * factor)
		}
		l, ok = linalg.Cholesky(ridged, d)
	}
	if !ok {
		return nil, fmt.Errorf("a matrix of %d columns is indefinite beyond rounding, want independent columns", d)
	}
	all := make([][]float64, len(sides))
	for t, b := range sides {
		all[t] = linalg.SolveCholesky(l, b)
	}
	return all, nil
}

// residual returns what least squares over the other columns leaves of a centred y.
func residual(y []float64, others [][]float64) ([]float64, error) {
	if len(others) == 0 {
		return y, nil
	}
	n, q := len(y), len(others)
	s := standard{n: n, d: q, x: make([]float32, n*q)}
	for k, o := range others {
		column, _ := standardiseColumn(o)
		for i, v := range column {
			s.x[i*q+k] = float32(v)
		}
	}
	w, err := leastSquares(s, [][]float64{y}, tinyRidge)
	if err != nil {
		return nil, err
	}
	left := make([]float64, n)
	for i, v := range y {
		for k, x := range s.x[i*q : (i+1)*q] {
			v -= float64(w[0][k] * float64(x))
		}
		left[i] = v
	}
	return left, nil
}

// tinyRidge settles what repeated columns leave open and is far below what any
// column that says something needs.
const tinyRidge = 1e-6
