package latent

import (
	"latentspace/tensor"
)

// Prior is a distribution of codes to draw from.
type Prior interface {
	// Draw writes draw number index to dst, of the length of a code. The draw is a
	// function of (seed, index) and the distribution alone: not of the draws before
	// it, nor of how many are made.
	Draw(seed uint64, index int, dst []float32)
}

// Draws returns draws 0 … n−1 (n, dim) of a distribution of codes of dim values.
func Draws(p Prior, n, dim int, seed uint64) *tensor.Tensor {
	z := tensor.New(n, dim)
	for i := range n {
		p.Draw(seed, i, z.Data[i*dim:(i+1)*dim])
	}
	return z
}
