package kernel

import (
	"fmt"
	"sync"
	"testing"
)

// The blocks of a product are those of the whole product, to the bit, each value once.
func TestMatMulBlocksAreTheProduct(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for _, s := range []struct {
			m, n, k        int
			transA, transB bool
		}{
			{1, 1, 1, true, false}, {13, 5, 3, true, false}, {100, 40, 17, true, false}, {30, 1000, 9, true, false},
			{25, 33, 900, true, false}, {25, 33, 20, false, true}, {7, 3, 0, true, false},
		} {
			t.Run(fmt.Sprint(s), func(t *testing.T) {
				a, b := make([]float32, s.m*s.k), make([]float32, s.k*s.n)
				Uniform(a, Key{1})
				Uniform(b, Key{2})
				want := make([]float32, s.m*s.n)
				MatMul(want, a, b, s.m, s.n, s.k, s.transA, s.transB, false)
				got, times := make([]float32, s.m*s.n), make([]int, s.m*s.n)
				var mutex sync.Mutex
				MatMulBlocks(a, b, s.m, s.n, s.k, s.transA, s.transB, false, func(at int, values []float32) {
					mutex.Lock()
					defer mutex.Unlock()
					if at%s.n != 0 || len(values)%s.n != 0 {
						t.Errorf("a block of %d values at %d, want whole rows of %d", len(values), at, s.n)
					}
					copy(got[at:], values)
					for i := range values {
						times[at+i]++
					}
				})
				for i := range want {
					if times[i] != 1 || !same(got[i], want[i]) {
						t.Fatalf("value %d: got %v, %d times, want %v once", i, got[i], times[i], want[i])
					}
				}
			})
		}
	})
}

func TestMatMulBlocksAllocatesNothing(t *testing.T) {
	const m, n, k = 64, 50, 30
	a, b, sum := make([]float32, m*k), make([]float32, k*n), make([]float64, m*n)
	use := func(at int, values []float32) { sum[at] = SumSquares(values) }
	if got := testing.AllocsPerRun(20, func() { MatMulBlocks(a, b, m, n, k, true, false, false, use) }); got > 0 {
		t.Errorf("got %v allocations, want none", got)
	}
}
