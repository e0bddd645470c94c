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
	livingMask
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
	w.record(w.nonzero(any, magnitude), to, found, k, w.lanes)
	w.ADDQ(operand.U8(4*w.lanes), from)
	w.SUBQ(operand.U8(w.lanes), count)
	w.JNZ(operand.LabelRef("block"))
	w.MOVQ(found, w.field(livingFound))
}

// livingAcross is living where the rows of op(A) lie side by side, at most a tile's,
// and its k's are stride apart.
func (w *writer) livingAcross() {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, stride, count := get(livingTo), get(livingFrom), get(livingStride), get(livingCount)
	masks := w.masks(livingMask, 1)
	found, k := w.GP64(), w.GP64()
	w.XORQ(found, found)
	w.XORQ(k, k)
	magnitude := w.magnitude()
	var mask reg.VecVirtual
	if !w.wide() {
		mask = w.vec()
		w.VMOVUPS(operand.Mem{Base: masks.at}, mask)
	}
	w.Label("k")
	x := w.vec()
	if w.wide() {
		w.VMOVUPS_Z(operand.Mem{Base: from}, masks.k[0], x)
	} else {
		w.VMASKMOVPS(operand.Mem{Base: from}, mask, x)
	}
	bits := w.nonzero(x, magnitude)
	w.MOVL(k.As32(), operand.Mem{Base: to, Index: found, Scale: 4})
	w.CMPL(bits, operand.U8(1)) // carries if it is zero
	w.SBBQ(operand.I8(-1), found)
	w.INCQ(k)
	w.ADDQ(stride, from)
	w.DECQ(count)
	w.JNZ(operand.LabelRef("k"))
	w.MOVQ(found, w.field(livingFound))
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

// nonzero returns a bit for each lane that is not zero.
func (w *writer) nonzero(x, magnitude reg.VecVirtual) reg.Register {
	bits := w.GP32()
	if w.wide() {
		k := w.K()
		w.VPTESTMD(magnitude, x, k)
		w.KMOVW(k, bits)
		return bits
	}
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
