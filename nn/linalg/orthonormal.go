package linalg

import "math"

// Orthonormal replaces the rows of a (k, n), k ≤ n, by orthonormal ones of which the first
// j span what the first j of a do, for every j: the factor Q of aᵀ = Q·R. Where rows
// depend on those before, others take their place.
//
// By reflections; Golub and Van Loan, Matrix Computations, 4th edition 2013, section 5.2.
func Orthonormal(a []float64, k, n int) {
	// Row j becomes the vector u of the reflection I − u·uᵀ/h, in elements j and after.
	h := make([]float64, k)
	for j := range k {
		u := a[j*n+j : (j+1)*n]
		h[j] = reflection(u, 0)
		if h[j] == 0 {
			continue
		}
		for i := j + 1; i < k; i++ {
			reflect(a[i*n+j:(i+1)*n], u, h[j])
		}
	}
	// Q is the product of the reflections, of which the last are made first.
	for j := k - 1; j >= 0; j-- {
		u := append([]float64(nil), a[j*n+j:(j+1)*n]...)
		clear(a[j*n : (j+1)*n])
		a[j*n+j] = 1
		if h[j] == 0 {
			continue
		}
		for i := j; i < k; i++ {
			reflect(a[i*n+j:(i+1)*n], u, h[j])
		}
	}
}

// reflection turns x into the vector u of the reflection I − u·uᵀ/h that takes x to a
// multiple of the axis at, and returns h: zero where x is zero and nothing is to be done.
func reflection(x []float64, at int) (h float64) {
	squares := Dot(x, x)
	if squares == 0 {
		return 0
	}
	length := math.Copysign(math.Sqrt(squares), x[at])
	h = squares + float64(x[at]*length)
	x[at] += length
	return h
}

// reflect subtracts u·(uᵀx)/h from x.
func reflect(x, u []float64, h float64) { AddScaled(x, -Dot(u, x)/h, u) }
