package kernel

import (
	"fmt"
	"testing"
)

func TestMatMulEachHasTheBitsOfEachProduct(t *testing.T) {
	for _, shape := range [][4]int{{1, 1, 1, 1}, {3, 5, 7, 4}, {40, 16, 16, 9}, {2, 64, 70, 33}} {
		batch, m, n, k := shape[0], shape[1], shape[2], shape[3]
		for variant := range 4 {
			transA, transB := variant&1 > 0, variant&2 > 0
			t.Run(fmt.Sprint(shape, transA, transB), func(t *testing.T) {
				a, b := noise(batch*m*k, "a"), noise(batch*k*n, "b")
				want := make([]float32, batch*m*n)
				for i := range batch {
					MatMul(want[i*m*n:][:m*n], a[i*m*k:][:m*k], b[i*k*n:][:k*n], m, n, k, transA, transB, false)
				}
				for _, procs := range []int{1, 3} {
					everyPath(t, func(t *testing.T) {
						got, intact := guarded(batch * m * n)
						withProcessors(procs, func() { MatMulEach(got, a, b, batch, m, n, k, transA, transB) })
						if !equal(got, want) || !intact() {
							t.Errorf("%d processors: other values than one product after another", procs)
						}
					})
				}
			})
		}
	}
}
