package kernel

// MatMul is the matrix product, of matrices in row-major order,
//
//	C = op(A)·op(B) (+ C if accumulate)    op(X) = X or Xᵀ
//
//	op(A) (m, k)   op(B) (k, n)   C (m, n)
//
// An element of C is one chain of fused multiply-adds in rising k, begun at zero
// or at what C has: no way to divide the work changes a bit of it.
func MatMul(c, a, b []float32, m, n, k int, transA, transB, accumulate bool) {
	MatMulThen(c, a, b, m, n, k, transA, transB, accumulate, Epilogue{})
}

// Epilogue is what becomes of the elements of a product as they are finished: a
// bias is added to each row, and then an activation applied. The result is that
// of the separate kernels, to the bit.
type Epilogue struct {
	Bias  []float32 // (n), nil for none
	Act   Act
	Slope float32   // of the leaky ones
	H     []float32 // (m, n), the output of the activation whose gradient is taken
}

// Act is an activation, or the gradient of one.
type Act int

const (
	ActNone          Act = iota
	ActReLU              // max(c, 0)
	ActLeakyReLU         // c where c > 0, Slope·c elsewhere
	ActReLUGrad          // c where H > 0, 0 elsewhere
	ActLeakyReLUGrad     // c where H > 0, Slope·c elsewhere
)

// MatMulThen is [MatMul] with an epilogue.
func MatMulThen(c, a, b []float32, m, n, k int, transA, transB, accumulate bool, e Epilogue) {
	if m == 0 || n == 0 {
		return
	}
	p := products.get()
	p.set(c, a, b, m, n, k, transA, transB, e)
	p.load = accumulate
	p.run()
	p.release()
}

// set gives a new product its matrices.
func (p *product) set(c, a, b []float32, m, n, k int, transA, transB bool, e Epilogue) {
	p.m, p.n, p.k, p.Epilogue = m, n, k, e
	if c != nil {
		p.c = c[:m*n]
	}
	p.a, p.rowStride, p.kStride = a[:m*k], k, 1
	if transA {
		p.rowStride, p.kStride = 1, m
	}
	p.b, p.transB = b[:k*n], transB
	if e.Bias != nil {
		p.Bias = e.Bias[:n]
	}
	if e.Act >= ActReLUGrad {
		p.H = e.H[:m*n]
	}
}

// MatMulSparse is [MatMulThen] for an op(A) that may be zero for the most part, such as
// pictures on a black ground and one-hot columns: where it is zero in some rows at once, it
// is passed over. A sum of zeros is 0, never -0.
func MatMulSparse(c, a, b []float32, m, n, k int, transA, transB bool, e Epilogue) {
	if m == 0 || n == 0 {
		return
	}
	p := products.get()
	p.set(c, a, b, m, n, k, transA, transB, e)
	p.sparse = true
	p.run()
	p.release()
}

// product is a matrix product in progress.
type product struct {
	m, n, k            int
	c, a, b            []float32
	rowStride, kStride int // of op(A)
	transB             bool
	load               bool   // add to C
	sparse             bool   // op(A) is likely to have many zeros
	beyond             []bool // see scratch
	Epilogue

	transposed bool      // C is
	column     []float32 // memory for the bias of one that is

	halves         bool      // a and b are pairs, see pairs.go
	pairsA, pairsB []float32 // memory for them

	packed  []float32 // op(B) in panels, if it was packed before
	workers int
	share   func(lo, hi int)
}

// run computes the product, on all processors if it is large.
func (p *product) run() {
	if p.k == 0 {
		p.empty()
		return
	}
	if p.n == 1 && !p.transposed && p.packed == nil {
		p.transpose()
	}
	p.workers = 1
	if p.m*p.n*p.k >= parallelProduct {
		p.workers = processors()
	}
	For(p.workers, 1, p.share)
}

// transpose makes a product with one column the one with one row that has the same
// elements, in the lanes of registers that would be empty otherwise:
//
//	Cᵀ = op(B)ᵀ·op(A)ᵀ
func (p *product) transpose() {
	p.a, p.b = p.b, p.a
	p.transB = p.kStride == 1 // A is in rows of k
	p.m, p.n = 1, p.m
	p.rowStride, p.kStride = p.k, 1
	p.transposed = true
	if p.Bias != nil {
		for len(p.column) < p.n {
			p.column = append(p.column, 0)
		}
		Fill(p.column[:p.n], p.Bias[0])
		p.Bias = p.column[:p.n]
	}
}

// empty makes C that of sums of nothing.
func (p *product) empty() {
	for i := range p.m {
		row := p.c[i*p.n : (i+1)*p.n]
		if !p.load {
			clear(row)
		}
		p.finish(row, i*p.n)
	}
}

// finish applies the epilogue to a row, whose first element is at a place in the
// result.
func (e *Epilogue) finish(row []float32, at int) {
	h := e.H
	if e.Act >= ActReLUGrad {
		h = h[at:][:len(row)]
	}
	e.Act.apply(row, e.Bias, h, e.Slope)
}

// apply is the activation of a row with a bias, if there is one.
func (act Act) apply(row, bias, h []float32, slope float32) {
	if bias != nil {
		twins.add(row, row, bias)
	}
	switch act {
	case ActReLU:
		twins.relu(row, row)
	case ActLeakyReLU:
		twins.leakyReLU(row, row, slope)
	case ActReLUGrad:
		twins.reluGrad(row, h, row)
	case ActLeakyReLUGrad:
		twins.leakyReLUGrad(row, h, row, slope)
	}
}

// serial computes the product on the caller's processor.
func (p *product) serial(w *scratch) {
	if p.k == 0 {
		p.empty()
		return
	}
	p.workers = 1
	w.share(p, p.tiles(), 0)
}

// tiles has the assembly for the product.
func (p *product) tiles() *gemm {
	if p.halves {
		return pairTiles()
	}
	return tiles()
}

// parallelProduct is the number of multiplications from which on a product is
// shared: thin ones, whose tiles are mostly empty, take a microsecond or two of one
// processor then.
const parallelProduct = 1 << 14

// work does shares of the product.
func (p *product) work(lo, hi int) {
	w := scratches.get()
	for i := lo; i < hi; i++ {
		w.share(p, p.tiles(), i)
	}
	scratches.put(w)
}

// become makes p the same product as q.
func (p *product) become(q *product) {
	own := *p
	*p = *q
	p.share, p.column, p.pairsA, p.pairsB = own.share, own.column, own.pairsA, own.pairsB
}

// release forgets the arrays and keeps the product for another time.
func (p *product) release() {
	*p = product{share: p.share, column: p.column, pairsA: p.pairsA, pairsB: p.pairsB}
	products.put(p)
}

var products = depot[product]{make: func() *product {
	p := &product{}
	p.share = p.work
	return p
}}
