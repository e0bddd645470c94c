package ops

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"latentspace/kernel"
)

// products is the BLAS that Gorgonia's own operations run on: gonum's, with our
// matrix product.
type products struct{ gonum.Implementation }

// Sgemm is C = alpha·op(A)·op(B) + beta·C. Matrices with gaps between their rows are
// copied, and so is a product that is scaled.
func (p products) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	transA, transB := tA != blas.NoTrans, tB != blas.NoTrans
	rowA, rowB := k, n
	if transA {
		rowA = m
	}
	if transB {
		rowB = k
	}
	if m <= 0 || n <= 0 || k <= 0 || alpha == 0 || lda < rowA || ldb < rowB || ldc < n {
		p.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) // nothing to multiply, or a mistake
		return
	}
	a, b = dense(a, m, k, lda, transA), dense(b, k, n, ldb, transB)
	if alpha == 1 && (beta == 0 || beta == 1) && ldc == n {
		kernel.MatMul(c, a, b, m, n, k, transA, transB, beta == 1)
		return
	}
	ab := make([]float32, m*n)
	kernel.MatMul(ab, a, b, m, n, k, transA, transB, false)
	for i := range m {
		to := c[i*ldc:][:n]
		for j, v := range ab[i*n : (i+1)*n] {
			v = float32(v * alpha)
			if beta != 0 { // C is not read otherwise: it may be anything
				v += float32(beta * to[j])
			}
			to[j] = v
		}
	}
}

// dense returns a matrix, or its transpose as it is stored, without gaps between
// the rows.
func dense(x []float32, rows, cols, stride int, transposed bool) []float32 {
	if transposed {
		rows, cols = cols, rows
	}
	if stride == cols {
		return x
	}
	out := make([]float32, rows*cols)
	for i := range rows {
		copy(out[i*cols:(i+1)*cols], x[i*stride:])
	}
	return out
}
