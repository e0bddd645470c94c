package ops

import "latentspace/kernel"

// MatMul is the matrix product
//
//	C = op(A)·op(B)    op(X) = X or Xᵀ
//
//	op(A) (m, k)   op(B) (k, n)   C (m, n)
func MatMul(a, b Node, transA, transB bool) Node {
	if bad, ok := firstErr(a, b); ok {
		return bad
	}
	sa, sb := a.Shape(), b.Shape()
	if len(sa) != 2 || len(sb) != 2 {
		return Errorf("matmul: shapes %v and %v, want two matrices", sa, sb)
	}
	m, k := sa[0], sa[1]
	if transA {
		m, k = k, m
	}
	kb, n := sb[0], sb[1]
	if transB {
		kb, n = n, kb
	}
	if k != kb {
		return Errorf("matmul: shapes %v%s and %v%s do not agree: inner sizes %d and %d",
			sa, transposed(transA), sb, transposed(transB), k, kb)
	}
	return apply(matMul{m: m, n: n, k: k, transA: transA, transB: transB}, []int{m, n}, a, b)
}

func transposed(t bool) string {
	if t {
		return "ᵀ"
	}
	return ""
}

type matMul struct {
	m, n, k        int
	transA, transB bool
	sparse         bool // a is an input of the network
	half           bool // its operands are rounded; see [Op.InHalves]
}

func (matMul) Name() string     { return "matmul" }
func (d matMul) flops() float64 { return 2 * float64(d.m) * float64(d.n) * float64(d.k) }

func (d matMul) Run(out []float32, in [][]float32, scratch []float32) {
	d.runThen(out, in, scratch, kernel.Epilogue{})
}
func (d matMul) runThen(out []float32, in [][]float32, _ []float32, e kernel.Epilogue) {
	if d.sparse {
		kernel.MatMulSparse(out, in[0], in[1], d.m, d.n, d.k, d.transA, d.transB, e)
		return
	}
	if d.half {
		kernel.MatMulHalf(out, in[0], in[1], d.m, d.n, d.k, d.transA, d.transB, e)
		return
	}
	kernel.MatMulThen(out, in[0], in[1], d.m, d.n, d.k, d.transA, d.transB, false, e)
}

// packing is nil where A is transposed, where its rows pass over zeros together, and where B is a column.
func (d matMul) packing() any {
	if d.transA || d.sparse && d.m > 1 || d.n == 1 {
		return nil
	}
	return matMul{n: d.n, k: d.k, transB: d.transB}
}
func (d matMul) pack(b []float32) *kernel.Packed { return kernel.PackRight(b, d.n, d.k, d.transB) }
func (d matMul) runPacked(out, in []float32, b *kernel.Packed, e kernel.Epilogue) {
	kernel.MatMulPacked(out, in, b, d.m, d.n, d.k, e)
}

// Diff follows from C = op(A)·op(B): d op(A) = G·op(B)ᵀ and d op(B) = op(A)ᵀ·G,
// each transposed where its operand is.
func (d matMul) Diff(in []Node, _, g Node) []Node { return d.diff(in[0], in[1], g, MatMul) }

// diff are the gradients of a product of matrices, or of each pair of several.
func (d matMul) diff(a, b, g Node, product func(a, b Node, transA, transB bool) Node) []Node {
	var da, db Node
	if d.transA {
		da = product(b, g, d.transB, true)
	} else {
		da = product(g, b, false, !d.transB)
	}
	if d.transB {
		db = product(g, a, true, d.transA)
	} else {
		db = product(a, g, !d.transA, false)
	}
	return []Node{da, db}
}

// OfInput returns the operation as it is done best if its first input is one of the network,
// which may be zero for the most part: a product passes over zeros.
func (o *Op) OfInput() *Op {
	d, ok := o.Def.(matMul)
	if !ok {
		return o
	}
	d.sparse = true
	of := *o
	of.Def = d
	return &of
}

// InHalves returns the operation with operands that are rounded to bfloat16, if it is a product of
// matrices or a convolution. A product with an input of the network, which passes over zeros, stays
// as it is, and so does a convolution that would take longer.
func (o *Op) InHalves() *Op {
	of := *o
	switch d := o.Def.(type) {
	case matMul:
		d.half = !d.sparse
		of.Def = d
	case conv:
		d.c.Half = inHalves(d.c)
		of.Def = d
	case convData:
		d.c.Half = inHalves(d.c)
		of.Def = d
	case convWeight:
		d.c.Half = inHalves(d.c)
		of.Def = d
	default:
		return o
	}
	return &of
}

// inHalves reports whether a convolution takes less time with operands that are rounded: one of few
// channels, and one that takes fewer multiplications in float32, do not.
func inHalves(c kernel.Conv) bool {
	const few = 16
	return c.In >= few && c.Out >= few && !c.Winograd()
}

// InBlocks reports whether the operation is the gradient of a dense layer's weights, xᵀ·g,
// which [Op.RunBlocks] computes.
func (o *Op) InBlocks() bool {
	d, ok := o.Def.(matMul)
	return ok && d.transA && !d.transB
}

// RunBlocks computes the gradient of a dense layer's weights and hands each block of its rows
// to use; see [kernel.MatMulBlocks].
func (o *Op) RunBlocks(in [][]float32, use func(at int, values []float32)) {
	d := o.Def.(matMul)
	if d.half {
		kernel.MatMulBlocksHalf(in[0], in[1], d.m, d.n, d.k, d.transA, d.transB, use)
		return
	}
	kernel.MatMulBlocks(in[0], in[1], d.m, d.n, d.k, d.transA, d.transB, d.sparse, use)
}
