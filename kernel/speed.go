package kernel

import (
	"time"

	"latentspace/internal/pace"
)

// Speed measures what matrix products of 512×512×512 reach on all processors, in
// floating-point operations a second, over a window of [pace.Window]. Other programs lower it:
// [pace.Settle] measures again. The portable kernels would take a second for one, and are as fast on
// smaller ones.
func Speed() float64 {
	n := 512
	if current == portable {
		n = 128
	}
	a, b, c := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
	Uniform(a, Key{1})
	Uniform(b, Key{2})
	return 2 * float64(n*n*n) * pace.Repeat(time.Now, pace.Window, func() { MatMul(c, a, b, n, n, n, false, false, false) })
}
