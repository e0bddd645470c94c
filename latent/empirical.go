package latent

import (
	"fmt"
	"math/rand/v2"

	"latentspace/tensor"
)

// Empirical is the distribution of given codes (n, d), each as likely as the others: the aggregate
// posterior of an autoencoder, whose posteriors are points. It has no density.
type Empirical struct {
	Codes *tensor.Tensor
}

// NewEmpirical returns the distribution of codes (n, d). It keeps the tensor. No codes and values that
// are not finite are errors.
func NewEmpirical(z *tensor.Tensor) (Empirical, error) {
	if err := checkCodes(z, 1); err != nil {
		return Empirical{}, fmt.Errorf("latent: empirical: %w", err)
	}
	return Empirical{z}, nil
}

// Dim implements [Prior].
func (e Empirical) Dim() int { return columns(e.Codes) }

// Draw implements [Prior].
func (e Empirical) Draw(seed uint64, first int, z *tensor.Tensor) error {
	err := checkTable(e.Codes, e.Dim())
	if err == nil {
		err = checkRows(z, e.Dim())
	}
	if err != nil {
		return fmt.Errorf("latent: empirical: draw: %w", err)
	}
	drawRows("latent.Empirical.Draw", seed, first, z, func(src *rand.Rand, _ []float64, dst []float32) {
		copy(dst, row(e.Codes, src.IntN(e.Codes.Shape[0])))
	})
	return nil
}

// columns returns the number of values of a code in a table, 0 for a nil table.
func columns(z *tensor.Tensor) int {
	if z == nil || len(z.Shape) != 2 {
		return 0
	}
	return z.Shape[1]
}

// checkTable reports codes that are not (n, d) with at least one row and one column.
func checkTable(z *tensor.Tensor, d int) error {
	if z == nil {
		return fmt.Errorf("no codes, want at least 1")
	}
	if d < 1 || len(z.Shape) != 2 || z.Shape[0] < 1 || z.Shape[1] != d || len(z.Data) != z.Shape[0]*d {
		return fmt.Errorf("codes of shape %v with %d values, want at least 1 of %d values", z.Shape, len(z.Data), max(d, 1))
	}
	return nil
}
