package nn

import (
	"latentspace/kernel"
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
