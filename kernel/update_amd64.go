package kernel

// sse2Loops are the loops of the portable path on amd64, which has SSE2: those in Go, but for
// the update that takes the longest.
func sse2Loops() loops {
	l := twins
	l.adam = func(w, g, m, v []float32, beta1, rest1, beta2, rest2, rate, scale, eps, keep float32) {
		n := len(w) &^ 3 // of whole registers
		adamSSE2(w[:n], g, m, v, beta1, rest1, beta2, rest2, rate, scale, eps, keep)
		adamTwin(w[n:], g[n:], m[n:], v[n:], beta1, rest1, beta2, rest2, rate, scale, eps, keep)
	}
	return l
}
