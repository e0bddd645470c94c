package linalg

import (
	"fmt"
	"math"
	"slices"

	"latentspace/nn/elementary"
)

// Eigen returns the eigenvalues of a symmetric matrix (n, n), falling, and the
// eigenvectors, the rows of a matrix (n, n), orthonormal and of either sign:
//
//	a = vectorsᵀ · diag(values) · vectors
//
// The lower triangle is read. What the values and the product are off is about n·2⁻⁵³ of
// the largest value; small values have no more digits than that leaves them. A value that is
// not finite is an error.
//
// Martin, Reinsch and Wilkinson, Householder's tridiagonalization of a symmetric matrix,
// Numerische Mathematik 1968; Dubrulle, Martin and Wilkinson, The implicit QL algorithm,
// the same 1968.
func Eigen(a []float64, n int) (values, vectors []float64, err error) {
	return eigen(a, n, true)
}

// Eigenvalues returns the values of [Eigen] alone, in a fraction of the time.
func Eigenvalues(a []float64, n int) ([]float64, error) {
	values, _, err := eigen(a, n, false)
	return values, err
}

func eigen(a []float64, n int, withVectors bool) (values, vectors []float64, err error) {
	largest := 0.0
	for i := range n {
		for j, v := range a[i*n : i*n+i+1] {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, nil, fmt.Errorf("linalg: eigenvalues: entry (%d, %d) of a matrix is %v, want numbers", i, j, v)
			}
			largest = max(largest, math.Abs(v))
		}
	}
	// A power of two as a scale keeps squares from overflow and changes no digit.
	_, exponent := math.Frexp(largest)
	t := make([]float64, n*n)
	for i := range n {
		for j, v := range a[i*n : i*n+i+1] {
			t[i*n+j] = math.Ldexp(v, -exponent)
		}
	}
	diagonal, beside, h := tridiagonal(t, n)
	var q []float64
	if withVectors {
		q = accumulate(t, h, n)
	}
	if err := implicitQL(diagonal, beside, q); err != nil {
		return nil, nil, err
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case diagonal[i] > diagonal[j]:
			return -1
		case diagonal[i] < diagonal[j]:
			return 1
		}
		return 0
	})
	values = make([]float64, n)
	if withVectors {
		vectors = make([]float64, 0, n*n)
	}
	for k, i := range order {
		values[k] = math.Ldexp(diagonal[i], exponent)
		if withVectors {
			vectors = append(vectors, q[i*n:(i+1)*n]...)
		}
	}
	return values, vectors, nil
}

// tridiagonal brings a symmetric matrix to tridiagonal form by reflections, from the last
// row up:
//
//	T = H₁·H₂·…·Hₙ₋₁ · a · Hₙ₋₁·…·H₁,   Hᵢ = I − u·uᵀ/hᵢ
//
// It returns the diagonal of T and what is beside it, element i at rows i and i+1. Row i
// of a becomes the vector u of Hᵢ, in its first i elements; hᵢ is zero for none.
func tridiagonal(a []float64, n int) (diagonal, beside, h []float64) {
	diagonal, beside, h = make([]float64, n), make([]float64, n), make([]float64, n)
	p := make([]float64, n)
	for i := n - 1; i > 0; i-- {
		diagonal[i] = a[i*n+i]
		u := a[i*n : i*n+i]
		if Dot(u[:i-1], u[:i-1]) == 0 {
			beside[i-1] = u[i-1]
			continue
		}
		before := u[i-1]
		h[i] = reflection(u, i-1)
		beside[i-1] = before - u[i-1]
		// a ← a − u·qᵀ − q·uᵀ,  q = p − (uᵀp/2h)·u,  p = a·u/h
		p := p[:i]
		clear(p)
		for j := range i {
			row := a[j*n : j*n+j]
			p[j] += Dot(row, u[:j]) + float64(a[j*n+j]*u[j])
			AddScaled(p[:j], u[j], row)
		}
		for j := range p {
			p[j] /= h[i]
		}
		AddScaled(p, -Dot(u, p)/(2*h[i]), u)
		for j := range i {
			row, uj, qj := a[j*n:j*n+j+1], u[j], p[j]
			for k := range row {
				row[k] -= float64(uj*p[k]) + float64(qj*u[k])
			}
		}
	}
	if n > 0 {
		diagonal[0] = a[0]
	}
	return diagonal, beside, h
}

// accumulate returns H₁·H₂·…·Hₙ₋₁ of [tridiagonal].
func accumulate(a, h []float64, n int) []float64 {
	q := make([]float64, n*n)
	for i := range n {
		q[i*n+i] = 1
		if i == 0 || h[i] == 0 {
			continue
		}
		// The product so far is the identity outside its first i−1 rows and columns.
		u := a[i*n : i*n+i]
		for j := range i {
			reflect(q[j*n:j*n+i], u, h[i])
		}
	}
	return q
}

// implicitQL turns the diagonal of a tridiagonal matrix into its eigenvalues, in no order,
// and multiplies q, if it is not nil, by what does so from the left: the rows of q then
// are the eigenvectors.
func implicitQL(d, e, q []float64) error {
	n := len(d)
	const most = 60 // steps for a value; two are usual
	for l := range n {
		for step := 0; ; step++ {
			// The block that begins at l ends where a neighbour is negligible.
			m := l
			for m < n-1 && !(math.Abs(e[m]) <= 0x1p-53*(math.Abs(d[m])+math.Abs(d[m+1]))) {
				m++
			}
			if m == l {
				break
			}
			if step == most {
				return fmt.Errorf("linalg: eigenvalues: value %d of %d does not converge in %d steps", l, n, most)
			}
			// The shift is the eigenvalue of the leading 2×2 matrix that is nearer to d[l].
			g := (d[l+1] - d[l]) / (2 * e[l])
			g = d[m] - d[l] + e[l]/(g+math.Copysign(elementary.Hypot(g, 1), g))
			sin, cos, p := 1.0, 1.0, 0.0
			i := m - 1
			for ; i >= l; i-- {
				f, b := float64(sin*e[i]), float64(cos*e[i])
				r := elementary.Hypot(f, g)
				e[i+1] = r
				if r == 0 { // the block falls in two
					d[i+1] -= p
					e[m] = 0
					break
				}
				sin, cos = f/r, g/r
				g = d[i+1] - p
				r = float64((d[i]-g)*sin) + float64(2*float64(cos*b))
				p = float64(sin * r)
				d[i+1] = g + p
				g = float64(cos*r) - b
				if q != nil {
					rotate(q[i*n:(i+1)*n], q[(i+1)*n:(i+2)*n], sin, cos)
				}
			}
			if i >= l {
				continue
			}
			d[l] -= p
			e[l], e[m] = g, 0
		}
	}
	return nil
}

// rotate turns two rows: x ← cos·x − sin·y, y ← sin·x + cos·y.
func rotate(x, y []float64, sin, cos float64) {
	y = y[:len(x)]
	for k, v := range x {
		w := y[k]
		y[k] = float64(sin*v) + float64(cos*w)
		x[k] = float64(cos*v) - float64(sin*w)
	}
}
