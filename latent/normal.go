package latent

import (
	"math"
	"math/rand/v2"
	"sync"

	"latentspace/nn/elementary"
)

// ziggurat is the area below exp(−x²/2), x ≥ 0, cut into strips of equal area, the
// lowest of which has the tail beyond the rest:
//
//	width[i]  of strip i, over 2³¹        height[i]  of the curve at its right end
//	inside[i] below which, of 2³¹, a point of strip i is left of strip i−1's right end
//
// Marsaglia and Tsang, The Ziggurat Method for Generating Random Variables, Journal of
// Statistical Software 2000.
type ziggurat struct {
	inside        [strips]uint32
	width, height [strips]float32
}

const (
	strips     = 128
	zigguratAt = 3.442619855899      // where the tail begins
	stripArea  = 9.91256303526217e-3 // times √(2/π)
)

var zigguratOf = sync.OnceValue(func() *ziggurat {
	const unit = 1 << 31
	bell := func(x float64) float64 { return elementary.Exp(-float64(x*x) / 2) }
	z := new(ziggurat)
	x, last := zigguratAt, zigguratAt
	q := stripArea / bell(x)
	z.inside[0], z.width[0], z.height[0] = uint32(x/q*unit), float32(q/unit), 1
	z.width[strips-1], z.height[strips-1] = float32(x/unit), float32(bell(x))
	for i := strips - 2; i >= 1; i-- {
		x = math.Sqrt(-2 * elementary.Log(stripArea/x+bell(x)))
		z.inside[i+1], last = uint32(x/last*unit), x
		z.width[i], z.height[i] = float32(x/unit), float32(bell(x))
	}
	return z
})

// normal draws from the standard normal distribution: what [rand.Rand.NormFloat64] draws,
// with the same bits on every architecture.
func normal(src *rand.Rand) float64 {
	z := zigguratOf()
	for {
		u := src.Uint64()
		j, i := int32(u), u>>32&(strips-1)
		x := float64(float64(j) * float64(z.width[i]))
		if uint32(max(j, -j)) < z.inside[i] {
			return x
		}
		if i == 0 {
			return math.Copysign(tail(src), float64(j))
		}
		y := z.height[i] + float32(float32(src.Float64())*(z.height[i-1]-z.height[i]))
		if y < float32(elementary.Exp(-float64(x*x)/2)) {
			return x
		}
	}
}

// tail draws from the tail.
//
// Marsaglia, Generating a Variable from the Tail of the Normal Distribution,
// Technometrics 1964.
func tail(src *rand.Rand) float64 {
	for {
		x := float64(-elementary.Log(src.Float64()) * (1 / zigguratAt))
		y := -elementary.Log(src.Float64())
		if y+y >= float64(x*x) {
			return zigguratAt + x
		}
	}
}
