package nn

import (
	"math"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/nn/ops"
)

// Beta adds an input of values of the Beta distribution on [0, 1], such as the shares of
// two examples that are mixed, with density
//
//	p(x) ∝ x^(a−1)·(1 − x)^(b−1)
//
// A shape that is not above zero, or is infinite, is an error.
func (g *Graph) Beta(name string, a, b float64, shape ...int) Node {
	if !(a > 0 && b > 0) || math.IsInf(a+b, 0) {
		return g.Failf("beta %s: shapes %v and %v, want numbers above 0", name, a, b)
	}
	law := Law{Name: "beta", Attrs: []ops.Attr{{Name: "a", Value: float32(a)}, {Name: "b", Value: float32(b)}},
		Fill: func(dst []float32, key kernel.Key) {
			for i := range dst {
				k := key.Mix(uint64(i))
				ratio := logGamma(k.Mix(1), b) - logGamma(k.Mix(0), a)
				dst[i] = float32(1 / (1 + elementary.Exp(ratio)))
			}
		}}
	return g.Draw(name, law, shape...)
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
		logV := 3 * elementary.Log(v)
		v = v * v * v
		if elementary.Log(fine(key, i+1)) < float64(z*z/2)+float64(d*(1-v))+float64(d*logV) {
			return elementary.Log(d) + logV + less
		}
	}
}

// fine is a number in the open interval (0, 1), of 48 bits.
func fine(key kernel.Key, i int) float64 {
	return float64(key.Uniform(2*i)) + float64(float64(key.Uniform(2*i+1))*0x1p-24) + 0x1p-49
}
