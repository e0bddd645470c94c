package kernel

// smallestNormal is the smallest number above 0 that is not subnormal.
const smallestNormal = 0x1p-126

// Flush copies x, with 0 in place of subnormal numbers, those between −2⁻¹²⁶ and 2⁻¹²⁶.
// NaN stays.
//
// A state that is carried from step to step must have none of them. One that decays is
// caught among them: 0.9 of the smallest rounds back to it, so that it never becomes 0,
// and many processors take some hundred cycles for an operation that meets one. Hence
// every value that a recurrence keeps passes through here, or is flushed by the loop
// that computes it, on every path alike.
func Flush(dst, x []float32) { unary(dst, x, elementGrain, vec().flush) }

func flushTwin(dst, x []float32) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = flush(x[i])
	}
}

// flush is x, and 0 if x is subnormal.
func flush(x float32) float32 {
	if x > -smallestNormal && x < smallestNormal {
		return 0
	}
	return x
}
