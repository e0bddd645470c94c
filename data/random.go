package data

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"latentspace/internal/random"
	"latentspace/nn/elementary"
)

// draws is a sequence of random numbers that is a function of its key. Its numbers
// have the same bits on every architecture.
type draws struct{ pcg rand.PCG }

// keyed returns the draws for a purpose at a place, such as an epoch and an index.
func keyed(seed uint64, purpose string, at ...uint64) draws {
	return draws{random.Example(seed, purpose, at...)}
}

// uniform draws from [0, 1), a multiple of 2⁻⁵³.
func (d *draws) uniform() float64 { return float64(d.pcg.Uint64()>>11) * 0x1p-53 }

// between draws from [lo, hi).
func (d *draws) between(lo, hi float64) float64 {
	return lo + float64((hi-lo)*d.uniform())
}

// below draws from 0 … n−1. The chances differ by less than n·2⁻⁶⁴.
func (d *draws) below(n int) int {
	hi, _ := bits.Mul64(d.pcg.Uint64(), uint64(n))
	return int(hi)
}

// gaussian draws two independent standard normal numbers:
//
//	(x, y) = √(−2 ln u) · (cos 2πv, sin 2πv)
//
// Box and Muller, A Note on the Generation of Random Normal Deviates, Annals of
// Mathematical Statistics 1958.
func (d *draws) gaussian() (x, y float64) {
	r := math.Sqrt(-2 * elementary.Log(1-d.uniform()))
	sin, cos := elementary.Circle(d.uniform())
	return float64(r * cos), float64(r * sin)
}

// permute fills order with a permutation of 0 … len(order)−1.
//
// Fisher and Yates, as in Durstenfeld, Algorithm 235, CACM 1964.
func (d *draws) permute(order []int) {
	for i := range order {
		j := d.below(i + 1)
		order[i] = order[j]
		order[j] = i
	}
}
