package kernel

// MatMulBlocks computes a matrix product as [MatMul] does, and keeps none of it:
//
//	C = op(A)·op(B)    op(X) = X or Xᵀ
//
//	op(A) (m, k)   op(B) (k, n)   C (m, n)
//
// It calls use with each block of whole rows as soon as it is finished, on the
// processor that has it in its cache; at is the place of the first of the values in
// C. The calls are made from several goroutines at once, in any order, and the
// values are lost when use returns. Loops that use runs are of its processor alone.
// Sparse says that op(A) may be zero for the most part; see [MatMulSparse].
func MatMulBlocks(a, b []float32, m, n, k int, transA, transB, sparse bool, use func(at int, values []float32)) {
	if m == 0 || n == 0 {
		return
	}
	v := blockwises.get()
	v.sparse = sparse
	v.set(nil, a, b, m, n, k, transA, transB, Epilogue{})
	v.run(use)
}

// MatMulBlocksHalf is [MatMulBlocks] with operands that are rounded to bfloat16.
func MatMulBlocksHalf(a, b []float32, m, n, k int, transA, transB bool, use func(at int, values []float32)) {
	if m == 0 || n == 0 {
		return
	}
	v := blockwises.get()
	v.set(nil, a, b, m, n, k, transA, transB, Epilogue{})
	v.halve(transA)
	v.run(use)
}

// run computes the blocks of a product that has its operands.
func (v *blockwise) run(use func(at int, values []float32)) {
	v.use = use
	m, n, k := v.m, v.n, v.k
	rows := mostRows * (1 + (blockOfValues-1)/(mostRows*n))
	v.blocks = (m + rows - 1) / rows
	if k > 0 {
		if size := packedSize(n, k); len(v.memory) < size {
			v.memory = make([]float32, size)
		}
		v.packed = v.memory
		g := v.tiles()
		panels := (n + 2*g.lanes - 1) / (2 * g.lanes)
		if len(v.flags) < panels {
			v.flags = make([]bool, panels)
		}
		v.beyond = v.flags
		For(panels, 1, v.pack)
	}
	For(v.blocks, 1, v.compute)
	v.release()
}

const (
	// mostRows is the most rows of a tile on any path.
	mostRows = 12
	// blockOfValues is how many values of C make a block at least: 32 KB.
	blockOfValues = 1 << 13
)

// blockwise is a product in progress whose blocks of rows are used one by one.
type blockwise struct {
	product // but for C
	blocks  int
	use     func(at int, values []float32)
	memory  []float32 // for op(B) in panels
	flags   []bool    // of the panels

	pack, compute func(lo, hi int)
}

var blockwises = depot[blockwise]{make: func() *blockwise {
	v := &blockwise{}
	v.pack, v.compute = v.packPanels, v.computeBlocks
	return v
}}

func (v *blockwise) release() {
	*v = blockwise{product: product{pairsA: v.pairsA, pairsB: v.pairsB}, memory: v.memory, flags: v.flags, pack: v.pack, compute: v.compute}
	blockwises.put(v)
}

func (v *blockwise) packPanels(lo, hi int) {
	s, g := scratches.get(), v.tiles()
	parts := v.parts()
	for part := range parts {
		s.pack(&columns{product: &v.product, gemm: g, lo: lo, hi: hi, k0: v.k * part / parts, k1: v.k * (part + 1) / parts})
	}
	scratches.put(s)
}

func (v *blockwise) computeBlocks(lo, hi int) {
	s, p := scratches.get(), products.get()
	for block := lo; block < hi; block++ {
		i, next := v.m*block/v.blocks, v.m*(block+1)/v.blocks
		p.become(&v.product)
		p.m, p.a = next-i, v.a[i*v.rowStride:]
		if need := p.m * p.n; len(s.values) < need {
			s.values = make([]float32, need)
		}
		p.c = s.values[:p.m*p.n]
		p.serial(s)
		v.use(i*v.n, p.c)
	}
	p.release()
	scratches.put(s)
}
