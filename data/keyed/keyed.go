// Package keyed provides random numbers that are functions of a key.
package keyed

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"latentspace/internal/random"
	"latentspace/nn/elementary"
)

// Draws is a sequence of random numbers that is a function of its key. Its numbers
// have the same bits on every architecture.
type Draws struct{ pcg rand.PCG }

// New returns the draws for a purpose at a place, such as an epoch and an index.
func New(seed uint64, purpose string, at ...uint64) Draws {
	return Draws{random.Example(seed, purpose, at...)}
}

// Uint64 draws 64 random bits.
func (d *Draws) Uint64() uint64 { return d.pcg.Uint64() }

// Uniform draws from [0, 1), a multiple of 2⁻⁵³.
func (d *Draws) Uniform() float64 { return float64(d.pcg.Uint64()>>11) * 0x1p-53 }

// Between draws from [lo, hi).
func (d *Draws) Between(lo, hi float64) float64 {
	return lo + float64((hi-lo)*d.Uniform())
}

// Below draws from 0 … n−1. The chances differ by less than n·2⁻⁶⁴.
func (d *Draws) Below(n int) int {
	hi, _ := bits.Mul64(d.pcg.Uint64(), uint64(n))
	return int(hi)
}

// Gaussian draws two independent standard normal numbers:
//
//	(x, y) = √(−2 ln u) · (cos 2πv, sin 2πv)
//
// Box and Muller, A Note on the Generation of Random Normal Deviates, Annals of
// Mathematical Statistics 1958.
func (d *Draws) Gaussian() (x, y float64) {
	r := math.Sqrt(-2 * elementary.Log(1-d.Uniform()))
	sin, cos := elementary.Circle(d.Uniform())
	return float64(r * cos), float64(r * sin)
}

// Permute fills order with a permutation of 0 … len(order)−1.
//
// Fisher and Yates, as in Durstenfeld, Algorithm 235, CACM 1964.
func (d *Draws) Permute(order []int) {
	for i := range order {
		j := d.Below(i + 1)
		order[i] = order[j]
		order[j] = i
	}
}
