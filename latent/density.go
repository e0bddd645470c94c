package latent

import (
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Density is a [Prior] with a density.
type Density interface {
	Prior
	// LogDensity writes ln p(z), in nats, of each row of z (n, Dim) to dst (n). Another
	// shape, values that are not finite and a distribution without a density, because it
	// lies in fewer dimensions than Dim, are errors.
	LogDensity(z *tensor.Tensor, dst []float64) error
}

// densityGrain is the number of rows in a chunk. It is small because a row takes long if each code
// has a kernel.
const densityGrain = 16

// logDensities sets dst[i] to f of row i of z (n, d), with scratch of a size.
func logDensities(z *tensor.Tensor, dst []float64, size int, f func(z []float32, scratch []float64) float64) {
	kernel.For(len(dst), densityGrain, func(lo, hi int) {
		scratch := make([]float64, size)
		for i := lo; i < hi; i++ {
			dst[i] = f(row(z, i), scratch)
		}
	})
}

// checkDensity reports codes z that are not (n, d) and finite, and a dst that is not (n).
func checkDensity(z *tensor.Tensor, d int, dst []float64) error {
	if err := checkRows(z, d); err != nil {
		return err
	}
	if len(dst) != z.Shape[0] {
		return fmt.Errorf("room for %d densities, want %d, as there are codes", len(dst), z.Shape[0])
	}
	return checkCodes(z, 0)
}

// logSumExp returns ln Σ exp x, and −∞ for no values.
func logSumExp(x []float64) float64 {
	most := math.Inf(-1)
	for _, v := range x {
		most = max(most, v)
	}
	if math.IsInf(most, 0) {
		return most
	}
	sum := 0.0
	for _, v := range x {
		sum += elementary.Exp(v - most)
	}
	return most + elementary.Log(sum)
}
