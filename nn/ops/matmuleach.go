package ops

import "latentspace/kernel"

// MatMulEach is the matrix product of each pair of matrices:
//
//	C[i] = op(A[i])·op(B[i])    op(X) = X or Xᵀ
//
//	op(A) (batch, m, k)   op(B) (batch, k, n)   C (batch, m, n)
func MatMulEach(a, b Node, transA, transB bool) Node {
	if bad, ok := firstErr(a, b); ok {
		return bad
	}
	sa, sb := a.Shape(), b.Shape()
	if len(sa) != 3 || len(sb) != 3 || sa[0] != sb[0] {
		return Errorf("matmul of each: shapes %v and %v, want as many matrices in both", sa, sb)
	}
	m, k := sa[1], sa[2]
	if transA {
		m, k = k, m
	}
	kb, n := sb[1], sb[2]
	if transB {
		kb, n = n, kb
	}
	if k != kb {
		return Errorf("matmul of each: shapes %v%s and %v%s do not agree: inner sizes %d and %d",
			sa, transposed(transA), sb, transposed(transB), k, kb)
	}
	return apply(matMulEach{sa[0], matMul{m: m, n: n, k: k, transA: transA, transB: transB}}, []int{sa[0], m, n}, a, b)
}

type matMulEach struct {
	batch   int
	product matMul
}

func (matMulEach) Name() string     { return "matmul of each" }
func (d matMulEach) Attrs() []Attr  { return d.product.Attrs() }
func (d matMulEach) flops() float64 { return float64(d.batch) * d.product.flops() }

func (d matMulEach) Run(out []float32, in [][]float32, _ []float32) {
	p := d.product
	kernel.MatMulEach(out, in[0], in[1], d.batch, p.m, p.n, p.k, p.transA, p.transB)
}

// Diff is that of [MatMul], of each pair.
func (d matMulEach) Diff(in []Node, _, g Node) []Node {
	return d.product.diff(in[0], in[1], g, MatMulEach)
}
