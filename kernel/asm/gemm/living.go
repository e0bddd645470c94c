package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The fields of the arguments of living; see type living in the kernel package.
const (
	livingTo = iota
	livingFrom
	livingStride // in bytes, of rows
	livingRows
	livingCount // of k's, above 0
	livingFound
	livingMask    // of livingAcross with AVX2
	livingNumbers // 0 to 15, with AVX-512
)

// living lists the k's for which op(A) has a value other than zero in some rows,
// where the k's of a row lie side by side: as many at once as a vector has lanes,
// of which count is a multiple.
func (w *writer) living() {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, stride, count := get(livingTo), get(livingFrom), get(livingStride), get(livingCount)
	found, k := w.GP64(), w.GP64()
	w.XORQ(found, found)
	w.XORQ(k, k)
	magnitude := w.magnitude()
	var numbers, more reg.VecVirtual
	if w.wide() {
		numbers, more = w.numbers()
	}
	w.Label("block")
	any := w.vec()
	w.VXORPS(any.AsY(), any.AsY(), any.AsY())
	row, rows := w.GP64(), get(livingRows)
	w.MOVQ(from, row)
	w.Label("row")
	if w.wide() {
		w.VPORD(operand.Mem{Base: row}, any, any)
	} else {
		w.VORPS(operand.Mem{Base: row}, any, any)
	}
	w.ADDQ(stride, row)
	w.DECQ(rows)
	w.JNZ(operand.LabelRef("row"))
	if w.wide() {
		w.recordAll(any, magnitude, numbers, more, to, found)
	} else {
		w.record(w.nonzero(any, magnitude), to, found, k, w.lanes)
	}
	w.ADDQ(operand.U8(4*w.lanes), from)
	w.SUBQ(operand.U8(w.lanes), count)
	w.JNZ(operand.LabelRef("block"))
	w.MOVQ(found, w.field(livingFound))
}

// livingAcross is living where the rows of op(A) lie side by side, and its k's are stride apart:
// with AVX2 at most a tile's rows, with AVX-512 as many as a flat tile has.
func (w *writer) livingAcross() {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, stride, count := get(livingTo), get(livingFrom), get(livingStride), get(livingCount)
	found := w.GP64()
	w.XORQ(found, found)
	magnitude := w.magnitude()
	if w.wide() {
		w.livingSquares(to, from, stride, count, found, magnitude)
	} else {
		w.livingEach(to, from, stride, count, found, magnitude)
	}
	w.MOVQ(found, w.field(livingFound))
}

func (w *writer) livingEach(to, from, stride, count, found reg.GPVirtual, magnitude reg.VecVirtual) {
	masks := w.masks(livingMask, 1)
	k := w.GP64()
	w.XORQ(k, k)
	mask := w.vec()
	w.VMOVUPS(operand.Mem{Base: masks.at}, mask)
	w.Label("k")
	x := w.vec()
	w.VMASKMOVPS(operand.Mem{Base: from}, mask, x)
	bits := w.nonzero(x, magnitude)
	w.MOVL(k.As32(), operand.Mem{Base: to, Index: found, Scale: 4})
	w.CMPL(bits, operand.U8(1)) // carries if it is zero
	w.SBBQ(operand.I8(-1), found)
	w.INCQ(k)
	w.ADDQ(stride, from)
	w.DECQ(count)
	w.JNZ(operand.LabelRef("k"))
}

// livingSquares takes four rows of sixteen k's at once, count being a multiple. Vector i has k's i,
// i+4, i+8 and i+12, of four values each, so that a transposition of its squares makes them the
// lanes of one in their order.
func (w *writer) livingSquares(to, from, stride, count, found reg.GPVirtual, magnitude reg.VecVirtual) {
	numbers, more := w.numbers()
	stride4 := w.GP64()
	w.MOVQ(stride, stride4)
	w.SHLQ(operand.U8(2), stride4)
	w.Label("block")
	x := make([]reg.VecVirtual, 4)
	w.eachRow(from, stride, 4, func(i int, row reg.Register) {
		x[i] = w.vec()
		w.VMOVUPS(operand.Mem{Base: row}, x[i].AsX())
		w.VINSERTF128(operand.U8(1), operand.Mem{Base: row, Index: stride4, Scale: 1}, x[i].AsY(), x[i].AsY())
		w.VINSERTF32X4(operand.U8(2), operand.Mem{Base: row, Index: stride4, Scale: 2}, x[i], x[i])
		last := w.GP64()
		w.LEAQ(operand.Mem{Base: row, Index: stride4, Scale: 2}, last)
		w.VINSERTF32X4(operand.U8(3), operand.Mem{Base: last, Index: stride4, Scale: 1}, x[i], x[i])
	})
	either := func(low, high func(...op), a, b reg.VecVirtual) reg.VecVirtual {
		l, h := w.vec(), w.vec()
		low(b, a, l)
		high(b, a, h)
		w.VPORD(l, h, l)
		return l
	}
	two, rest := either(w.VUNPCKLPS, w.VUNPCKHPS, x[0], x[1]), either(w.VUNPCKLPS, w.VUNPCKHPS, x[2], x[3])
	w.recordAll(either(w.VUNPCKLPD, w.VUNPCKHPD, two, rest), magnitude, numbers, more, to, found)
	w.LEAQ(operand.Mem{Base: from, Index: stride4, Scale: 4}, from)
	w.SUBQ(operand.U8(16), count)
	w.JNZ(operand.LabelRef("block"))
}

// numbers returns the numbers of the first k's, and as many times sixteen.
func (w *writer) numbers() (numbers, more reg.VecVirtual) {
	at, bits := w.GP64(), w.GP32()
	w.MOVQ(w.field(livingNumbers), at)
	numbers, more = w.vec(), w.vec()
	w.VMOVDQU32(operand.Mem{Base: at}, numbers)
	w.MOVL(operand.U32(16), bits)
	w.VPBROADCASTD(bits, more)
	return numbers, more
}

// recordAll appends those of sixteen numbers whose lanes of x are not zero, and goes on to the next.
func (w *writer) recordAll(x, magnitude, numbers, more reg.VecVirtual, to, found reg.Register) {
	k, bits, there := w.K(), w.GP64(), w.vec()
	w.VPTESTMD(magnitude, x, k)
	w.VPCOMPRESSD_Z(numbers, k, there)
	w.VMOVDQU32(there, operand.Mem{Base: to, Index: found, Scale: 4})
	w.KMOVW(k, bits.As32())
	w.POPCNTQ(bits, bits)
	w.ADDQ(bits, found)
	w.VPADDD(more, numbers, numbers)
}

// magnitude has all bits but the sign in every lane.
func (w *writer) magnitude() reg.VecVirtual {
	m, bits := w.vec(), w.GP32()
	w.MOVL(operand.U32(0x7fffffff), bits)
	x := w.XMM()
	w.VMOVD(bits, x)
	w.VPBROADCASTD(x, m)
	return m
}

// nonzero returns a bit for each lane that is not zero, with AVX2.
func (w *writer) nonzero(x, magnitude reg.VecVirtual) reg.Register {
	bits := w.GP32()
	w.VANDPS(magnitude, x, x)
	zero := w.vec()
	w.VXORPS(zero, zero, zero)
	w.VPCMPEQD(zero, x, x)
	w.VMOVMSKPS(x, bits)
	w.XORL(operand.U8(0xff), bits)
	return bits
}

// record appends the numbers from k on whose bits are set.
func (w *writer) record(bits, to, found, k reg.Register, n int) {
	for range n {
		w.MOVL(k.(reg.GP).As32(), operand.Mem{Base: to, Index: found, Scale: 4})
		w.SHRL(operand.U8(1), bits)
		w.ADCQ(operand.U8(0), found)
		w.INCQ(k)
	}
}
