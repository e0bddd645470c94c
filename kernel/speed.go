package kernel

import (
	"time"

	"latentspace/internal/pace"
)

// Speed measures what matrix products of 512×512×512 reach on all processors, in
// floating-point operations a second, over a window of [pace.Window]. Other programs lower it:
// [pace.Settle] measures again.
func Speed() float64 {
	const n = 512
	a, b, c := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
	Uniform(a, Key{1})
	Uniform(b, Key{2})
	return 2 * n * n * n * pace.Repeat(time.Now, pace.Window, func() { MatMul(c, a, b, n, n, n, false, false, false) })
}
