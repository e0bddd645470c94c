package mesh

import (
	"math"

	"latentspace/kernel"
)

// spectrum returns the transform of the potential f of a unit charge on a grid of
// points with distances spacing, over the squares of the splines' transforms:
//
//	Σ_x Σ_y cos(2π(kx + ly)/period)·f(spacing²(x² + y²)) / (b(k)·b(l))²
//
// where x and y go from −period/2 to period/2 − 1, in float64: cosine transforms, first of
// rows and then of columns, two at a time.
func spectrum(period int, f func(square float64) float64, spacing float64) func(k, l int) float64 {
	n := period/2 + 1
	rows, columns := make([]float64, n*n), make([]float64, n*n)
	transformAll := func(a []float64) {
		kernel.For(n, rowGrain, func(lo, hi int) {
			t, spare := newCosines(period), make([]float64, n)
			for y := lo; y < hi; y += 2 {
				second := spare
				if y+1 < hi {
					second = a[(y+1)*n : (y+2)*n]
				}
				t.transform(a[y*n:(y+1)*n], second)
			}
		})
	}
	kernel.For(n, rowGrain, func(lo, hi int) {
		for y := lo; y < hi; y++ {
			for x := range n {
				rows[y*n+x] = f(spacing * spacing * float64(x*x+y*y))
			}
		}
	})
	transformAll(rows)
	for y := range n {
		for k := range n {
			columns[k*n+y] = rows[y*n+k]
		}
	}
	transformAll(columns)
	over := make([]float64, n)
	for k := range over {
		b := kernel.SplineTransform(2 * math.Pi * float64(k) / float64(period))
		over[k] = 1 / (b * b)
	}
	return func(k, l int) float64 { return columns[k*n+l] * (over[k] * over[l]) }
}

const rowGrain = 32 // of the transforms
