package nn

import (
	"math"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/nn/ops"
)

// Law is a distribution that a graph draws noise from, by a function that fills values
// as a function of a key alone. A model may have laws of its own; see [Graph.Draw].
type Law struct {
	Name  string     // in [Operations]
	Attrs []ops.Attr // the law's constants
	Fill  func(dst []float32, key kernel.Key)
}

var (
	standardNormal = Law{Name: "normal", Fill: kernel.Normal}
	openUniform    = Law{Name: "uniform", Fill: fillUniform}
	gumbel         = Law{Name: "gumbel", Fill: fillGumbel}
	permutation    = Law{Name: "permutation", Fill: fillPermutation}
)

func bernoulli(p float32) Law {
	return Law{Name: "bernoulli", Attrs: []ops.Attr{{Name: "p", Value: p}},
		Fill: func(dst []float32, key kernel.Key) { kernel.Bernoulli(dst, key, p) }}
}

// halfStep is half the distance of the 2²⁴ values that a uniform draw has.
const halfStep = 0x1p-25

// fillUniform draws from the open interval (0, 1): what would be 0, once in 2²⁴ draws, is
// half a step above it, so that a logarithm is finite.
func fillUniform(dst []float32, key kernel.Key) {
	kernel.Uniform(dst, key)
	for i, u := range dst {
		if u == 0 {
			dst[i] = halfStep
		}
	}
}

// fillGumbel is −ln(−ln u) for u that is uniform in (0, 1).
func fillGumbel(dst []float32, key kernel.Key) {
	fillUniform(dst, key)
	for range 2 {
		kernel.Log(dst, dst)
		kernel.Scale(dst, dst, -1)
	}
}

// fillPermutation shuffles the indices by Fisher and Yates, with a draw of 24 bits for
// each.
func fillPermutation(dst []float32, key kernel.Key) {
	kernel.Uniform(dst, key)
	for i, u := range dst { // dst[i] is read before it is written
		j := min(int(float64(u)*float64(i+1)), i)
		dst[i] = dst[j]
		dst[j] = float32(i)
	}
}

func beta(a, b float64) Law {
	return Law{Name: "beta", Attrs: []ops.Attr{{Name: "a", Value: float32(a)}, {Name: "b", Value: float32(b)}},
		Fill: func(dst []float32, key kernel.Key) {
			for i := range dst {
				k := key.Mix(uint64(i))
				ratio := logGamma(k.Mix(1), b) - logGamma(k.Mix(0), a)
				dst[i] = float32(1 / (1 + elementary.Exp(ratio)))
			}
		}}
}

// logGamma is the logarithm of a draw of the Gamma distribution of a shape, a function of
// the key. A shape below 1 is made of the one above it, by a power of a uniform value.
//
// Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, ACM TOMS 2000.
func logGamma(key kernel.Key, shape float64) float64 {
	less := 0.0
	if shape < 1 {
		less = elementary.Log(fine(key, 0)) / shape
		shape++
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for i := 1; ; i += 2 {
		z := elementary.NormalQuantile(fine(key, i))
		v := 1 + float64(c*z)
		if v <= 0 {
			continue
		}
		logV := float64(3 * elementary.Log(v))
		v = float64(v * v * v)
		if elementary.Log(fine(key, i+1)) < float64(z*z/2)+float64(d*(1-v))+float64(d*logV) {
			return elementary.Log(d) + logV + less
		}
	}
}

// fine is a number in the open interval (0, 1), of 48 bits.
func fine(key kernel.Key, i int) float64 {
	return float64(key.Uniform(2*i)) + float64(float64(key.Uniform(2*i+1))*0x1p-24) + 0x1p-49
}
