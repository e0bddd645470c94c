package tsne

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"

	"latentspace/nn/kernel"
)

// potential returns the transform of the potential of a unit charge on a grid of
// points with distances spacing, over the squares of the splines' transforms:
//
//	Σ_x Σ_y cos(2π(kx + ly)/period)/(1 + spacing²(x² + y²)) / (b(k)·b(l))²
//
// where x and y go from −period/2 to period/2 − 1, in float64: an even sequence's
// transform is a cosine transform of half its length, first of rows and then of
// columns.
func potential(period int) func(k, l int) float64 {
	n := period/2 + 1
	rows, columns := make([]float64, n*n), make([]float64, n*n)
	kernel.For(n, rowGrain, func(lo, hi int) {
		dct := fourier.NewDCT(n)
		for y := lo; y < hi; y++ {
			row := rows[y*n : (y+1)*n]
			for x := range row {
				row[x] = 1 / (1 + float64(spacing*spacing*float64(x*x+y*y)))
			}
			dct.Transform(row, row)
			for k, v := range row {
				columns[k*n+y] = v
			}
		}
	})
	over := make([]float64, n)
	for k := range over {
		b := kernel.SplineTransform(2 * math.Pi * float64(k) / float64(period))
		over[k] = 1 / (b * b)
	}
	kernel.For(n, rowGrain, func(lo, hi int) {
		dct := fourier.NewDCT(n)
		for k := lo; k < hi; k++ {
			column := columns[k*n : (k+1)*n]
			dct.Transform(column, column)
		}
	})
	return func(k, l int) float64 { return columns[k*n+l] * (over[k] * over[l]) }
}

const rowGrain = 32 // of the transforms
