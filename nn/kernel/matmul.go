package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// MatMul is the matrix product, of matrices in row-major order,
//
//	C = op(A)·op(B) (+ C if accumulate)    op(X) = X or Xᵀ
//
//	op(A) (m, k)   op(B) (k, n)   C (m, n)
//
// An element of C adds its k products in an order that depends on the sizes alone.
func MatMul(c, a, b []float32, m, n, k int, transA, transB, accumulate bool) {
	if m == 0 || n == 0 {
		return
	}
	if k == 0 {
		if !accumulate {
			clear(c[:m*n])
		}
		return
	}
	flagA, flagB, strideA, strideB := blas.NoTrans, blas.NoTrans, k, n
	if transA {
		flagA, strideA = blas.Trans, m
	}
	if transB {
		flagB, strideB = blas.Trans, k
	}
	beta := float32(0)
	if accumulate {
		beta = 1
	}
	gonum.Implementation{}.Sgemm(flagA, flagB, m, n, k, 1, a, strideA, b, strideB, beta, c, n)
}
