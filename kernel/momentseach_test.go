package kernel

import (
	"fmt"
	"testing"
)

// Of each matrix they are what the kernels of one matrix give, where those have a single part.
func TestMomentsAndCentredSumsOfEachMatrix(t *testing.T) {
	for _, shape := range [][3]int{{1, 1, 1}, {3, 5, 7}, {2, 64, 64}, {4, 100, 131}, {5, 1, 40}} {
		batch, rows, n := shape[0], shape[1], shape[2]
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			everyPath(t, func(t *testing.T) {
				x, g := noise(batch*rows*n, "x"), noise(batch*rows*n, "g")
				mean, factor, bias := noise(batch*n, "mean"), noise(batch*n, "factor"), noise(batch*n, "bias")
				AddScalar(x, x, 1000)
				moments, sums := make([]float32, 2*batch*n), make([]float32, 2*batch*n)
				normalised, scaled := make([]float32, len(x)), make([]float32, len(x))
				MomentsEach(moments, x, batch, n)
				CentredSumsEach(sums, g, x, mean, batch, n)
				NormaliseEach(normalised, x, mean, factor, bias, batch, n)
				MulEach(scaled, x, factor, batch, n)
				for b := range batch {
					matrix, vector := b*rows*n, b*n
					x, g := x[matrix:][:rows*n], g[matrix:][:rows*n]
					mean, factor, bias := mean[vector:][:n], factor[vector:][:n], bias[vector:][:n]
					want := make([]float32, 2*n)
					Moments(want, x)
					if got := [2][]float32{moments[vector:][:n], moments[batch*n+vector:][:n]}; !equal(got[0], want[:n]) || !equal(got[1], want[n:]) {
						t.Fatalf("moments of matrix %d: got %v, want %v", b, got, want)
					}
					CentredSums(want, g, x, mean)
					if got := [2][]float32{sums[vector:][:n], sums[batch*n+vector:][:n]}; !equal(got[0], want[:n]) || !equal(got[1], want[n:]) {
						t.Fatalf("sums of matrix %d: got %v, want %v", b, got, want)
					}
					rowsOf := make([]float32, len(x))
					Normalise(rowsOf, x, mean, factor, bias)
					if !equal(normalised[matrix:][:len(x)], rowsOf) {
						t.Fatalf("normalised matrix %d: other bits than alone", b)
					}
					MulRow(rowsOf, x, factor)
					if !equal(scaled[matrix:][:len(x)], rowsOf) {
						t.Fatalf("scaled matrix %d: other bits than alone", b)
					}
				}
			})
		})
	}
}
