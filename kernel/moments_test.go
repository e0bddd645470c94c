package kernel

import (
	"fmt"
	"testing"
)

func TestMomentsAndCentredSums(t *testing.T) {
	for _, shape := range [][2]int{{1, 1}, {3, 5}, {7, 64}, {2, 131}, {1023, 33}, {1025, 3}, {5000, 40}, {40_000, 1}, {128, 400}, {2100, 70}} {
		rows, cols := shape[0], shape[1]
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			everyPath(t, func(t *testing.T) {
				// Their spread is a thousandth of the mean: Σx² − n·mean² would have no digit left.
				x, g := noise(rows*cols, "x"), noise(rows*cols, "g")
				AddScalar(x, x, 1000)
				moments, sums := make([]float32, 2*cols), make([]float32, 2*cols)
				Moments(moments, x)
				CentredSums(sums, g, x, moments[:cols])
				for j := range cols {
					mean, variance, sum, products := 0.0, 0.0, 0.0, 0.0
					for i := j; i < len(x); i += cols {
						mean += float64(x[i]) / float64(rows)
					}
					for i := j; i < len(x); i += cols {
						d := float64(x[i]) - mean
						variance += d * d / float64(rows)
						sum += float64(g[i])
						products += float64(g[i]) * (float64(x[i]) - float64(moments[j]))
					}
					near(t, "mean", float64(moments[j]), mean, 1e-7)
					near(t, "variance", float64(moments[cols+j]), variance, 1e-7)
					near(t, "sum", float64(sums[j]), sum, 1e-7)
					near(t, "products", float64(sums[cols+j]), products, 1e-7)
				}
				plainMoments, plainSums := make([]float32, 2*cols), make([]float32, 2*cols)
				onPath(portable, func() {
					Moments(plainMoments, x)
					CentredSums(plainSums, g, x, moments[:cols])
				})
				if !equal(moments, plainMoments) || !equal(sums, plainSums) {
					t.Errorf("got %v and %v, want the portable %v and %v", moments, sums, plainMoments, plainSums)
				}
			})
		})
	}
}
