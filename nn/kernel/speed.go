package kernel

import "time"

// Speed measures what matrix products of 512×512×512 reach on all processors, in
// floating-point operations a second: the best of some tenths of a second.
func Speed() float64 {
	const n = 512
	a, b, c := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
	Uniform(a, Key{1})
	Uniform(b, Key{2})
	best := 0.0
	for begin := time.Now(); time.Since(begin) < 300*time.Millisecond; {
		start := time.Now()
		MatMul(c, a, b, n, n, n, false, false, false)
		best = max(best, 2*n*n*n/time.Since(start).Seconds())
	}
	return best
}
