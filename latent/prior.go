package latent

import (
	"fmt"
	"math/rand/v2"

	"latentspace/internal/random"
	"latentspace/kernel"
	"latentspace/tensor"
)

// Prior is a distribution of codes to draw from.
type Prior interface {
	// Dim is the number of values of a code.
	Dim() int
	// Draw fills the rows of z (n, Dim) with the draws first, first+1, … first+n−1. A draw
	// depends on the seed, its index and the distribution alone: not on the other draws, nor
	// on how many a call makes. Another shape of z and a distribution whose fields do not fit
	// together are errors.
	Draw(seed uint64, first int, z *tensor.Tensor) error
}

// Every distribution is a Prior, and the first four have a density.
var (
	_ Density = Gaussian{}
	_ Density = (*Mixture)(nil)
	_ Density = (*KDE)(nil)
	_ Density = Aggregate{}
	_ Prior   = Empirical{}
	_ Prior   = Sphere(2)
	_ Prior   = Product{}
)

// Draws returns the draws 0 … n−1 (n, dim) of a distribution. A number below zero is an error.
func Draws(p Prior, n int, seed uint64) (*tensor.Tensor, error) {
	if n < 0 {
		return nil, fmt.Errorf("latent: %d draws, want at least 0", n)
	}
	z := tensor.New(n, p.Dim())
	return z, p.Draw(seed, 0, z)
}

// drawGrain is the number of draws in a chunk: about 20 µs of the cheapest ones.
const drawGrain = 64

// drawRows calls draw for each row of z (n, dim), with the random numbers of a purpose for
// the index of its draw, and scratch of dim values.
func drawRows(purpose string, seed uint64, first int, z *tensor.Tensor, draw func(src *rand.Rand, scratch []float64, dst []float32)) {
	n, d := z.Shape[0], z.Shape[1]
	kernel.For(n, drawGrain, func(lo, hi int) {
		keys, scratch := random.NewCodes(purpose, seed), make([]float64, d)
		for i := lo; i < hi; i++ {
			draw(keys.At(first+i), scratch, row(z, i))
		}
	})
}

// checkRows reports a z whose shape is not (n, d).
func checkRows(z *tensor.Tensor, d int) error {
	if len(z.Shape) != 2 || z.Shape[1] != d || z.Shape[0] < 0 || len(z.Data) != z.Shape[0]*d {
		return fmt.Errorf("codes of shape %v with %d values, want (n, %d)", z.Shape, len(z.Data), d)
	}
	return nil
}

// row returns code i of codes (n, d).
func row(z *tensor.Tensor, i int) []float32 {
	d := z.Shape[1]
	return z.Data[i*d : (i+1)*d]
}

// Product is a distribution of codes whose parts, one behind the other, are independent.
type Product []Prior

// Dim implements [Prior].
func (p Product) Dim() (dim int) {
	for _, part := range p {
		dim += part.Dim()
	}
	return dim
}

// Draw implements [Prior].
func (p Product) Draw(seed uint64, first int, z *tensor.Tensor) error {
	if err := checkRows(z, p.Dim()); err != nil {
		return fmt.Errorf("latent: product: %w", err)
	}
	at, key := 0, kernel.Seed(seed, "latent.Product.Draw")
	for k, part := range p {
		d := part.Dim()
		own := tensor.New(z.Shape[0], d)
		if err := part.Draw(key.Mix(uint64(k))[0], first, own); err != nil {
			return err
		}
		for i := range z.Shape[0] {
			copy(row(z, i)[at:at+d], row(own, i))
		}
		at += d
	}
	return nil
}
