package ops

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"latentspace/nn/kernel"
)

// products is the BLAS that Gorgonia's own operations run on: gonum's, with our
// matrix product where the matrices lie without gaps and nothing is scaled.
type products struct{ gonum.Implementation }

// Sgemm is C = alpha·op(A)·op(B) + beta·C.
func (p products) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	transA, transB := tA != blas.NoTrans, tB != blas.NoTrans
	denseA, denseB := lda == k, ldb == n
	if transA {
		denseA = lda == m
	}
	if transB {
		denseB = ldb == k
	}
	if alpha == 1 && (beta == 0 || beta == 1) && denseA && denseB && ldc == n && m > 0 && n > 0 && k > 0 {
		kernel.MatMul(c, a, b, m, n, k, transA, transB, beta == 1)
		return
	}
	p.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}
