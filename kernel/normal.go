package kernel

import "math"

// golden is the step of the counter of SplitMix64: 2⁶⁴ over the golden ratio.
const golden = 0x9e3779b97f4a7c15

// Normal fills dst with standard normal values: value i is the normal quantile of
// 52 bits of
//
//	mix((k₀ + i·golden) ⊕ k₁)
//
// which is SplitMix64 with a second key. Values do not exceed 8.21 and the quantile
// is within 1e-7 of its value.
func Normal(dst []float32, k Key) {
	j := begin(func(j *job, lo, hi int) { vec().normal(j.part(0, lo, hi), j.key[0]+uint64(lo)*golden, j.key[1]) }, dst)
	j.key = k
	j.do(len(dst), functionGrain)
}

func normalTwin(dst []float32, start, key uint64) {
	for i := range dst {
		dst[i] = float32(quantile(mix((start + uint64(i)*golden) ^ key)))
	}
}

// The quantile is √2·erf⁻¹(v) for v in (−1, 1), as v times a function of
// w = −ln(1 − v²), in the manner of Giles, Approximating the erfinv function, GPU
// Computing Gems 2, 2011, with minimax terms of our own.
var (
	// In w < 6.25: 6e-9.
	centralTerms = [...]float64{
		1.253314144127626, 0.3281165314873491, 0.016336031136684078, -0.0033111259930977683,
		-0.0001670039789950134, 5.285165511625379e-05, 1.0360682409012938e-05, -4.150298894025458e-06,
		5.466041803874868e-07, -3.4744183915102995e-08, 9.018951429292575e-10,
	}
	// In √w, for w up to 35.4, which v reaches: 8e-8.
	tailTerms = [...]float64{
		5.553761522921547, -9.868902673236244, 9.82970709990712, -5.018308859048627, 1.6503857160933026,
		-0.36173623219438106, 0.05276568276961759, -0.004934953358868856, 0.0002683727074022641, -6.463238518322788e-06,
	}
)

// quantile is the normal value of 64 random bits.
func quantile(z uint64) float64 {
	// 52 bits make a number of [1, 2), which becomes an odd multiple of 2⁻⁵² in (−1, 1).
	v := math.Float64frombits(z>>12|0x3ff<<52) - 1.5
	v = v + v + 0x1p-52
	a := math.Abs(v)
	w := -log(float64((1 - a) * (a + 1)))
	if w < 6.25 {
		return float64(v * horner(w, centralTerms[:]))
	}
	return float64(v * horner(math.Sqrt(w), tailTerms[:]))
}
