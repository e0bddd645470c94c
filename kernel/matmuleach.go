package kernel

// MatMulEach is the matrix product of each pair of matrices, in row-major order:
//
//	C[i] = op(A[i])·op(B[i])    op(X) = X or Xᵀ
//
//	op(A) (batch, m, k)   op(B) (batch, k, n)   C (batch, m, n)
//
// Each is that of [MatMul], to the bit.
func MatMulEach(c, a, b []float32, batch, m, n, k int, transA, transB bool) {
	p := productsEach.get()
	p.c, p.a, p.b, p.m, p.n, p.k, p.transA, p.transB = c, a, b, m, n, k, transA, transB
	For(batch, max(1, parallelProduct/max(1, m*n*k)), p.share)
	*p = productEach{share: p.share}
	productsEach.put(p)
}

// productEach is the products in progress.
type productEach struct {
	c, a, b        []float32
	m, n, k        int
	transA, transB bool
	share          func(lo, hi int)
}

var productsEach = depot[productEach]{make: func() *productEach {
	p := &productEach{}
	p.share = p.work
	return p
}}

// work computes some of the products, each on the caller's processor.
func (e *productEach) work(lo, hi int) {
	s, p := scratches.get(), products.get()
	for i := lo; i < hi; i++ {
		p.m, p.n, p.k = e.m, e.n, e.k
		p.a, p.rowStride, p.kStride = e.a[i*e.m*e.k:][:e.m*e.k], e.k, 1
		if e.transA {
			p.rowStride, p.kStride = 1, e.m
		}
		p.b, p.transB = e.b[i*e.k*e.n:][:e.k*e.n], e.transB
		p.c = e.c[i*e.m*e.n:][:e.m*e.n]
		p.serial(s)
	}
	p.release()
	scratches.put(s)
}
