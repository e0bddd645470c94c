package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The fields of the arguments of packing; see type packing in the kernel package.
// The mask is where a tile has it.
const (
	packTo = iota
	packFrom
	packStride // of rows of from, in bytes
	packWidth  // of rows of to, in bytes
	packCount
	packMask
	packLargest
)

// packRows copies count rows, up to two vectors of each, to rows without a gap;
// what the mask holds back is zero.
func (w *writer) packRows(vecs int) {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, stride, count := get(packTo), get(packFrom), get(packStride), get(packCount)
	masks := w.masks(packMask, vecs)
	magnitude, largest := w.magnitude(), w.vec()
	w.VXORPS(largest.AsY(), largest.AsY(), largest.AsY())
	loop := func(load func(v int, x reg.VecVirtual), label string) {
		w.Label(label)
		for v := range vecs {
			x := w.vec()
			load(v, x)
			w.VMOVUPS(x, operand.Mem{Base: to, Disp: 4 * w.lanes * v})
			if w.wide() {
				w.VPANDD(magnitude, x, x)
			} else {
				w.VANDPS(magnitude, x, x)
			}
			w.VPMAXUD(x, largest, largest)
		}
		w.ADDQ(stride, from)
		w.ADDQ(operand.I32(4*w.lanes*vecs), to)
		w.DECQ(count)
		w.JNZ(operand.LabelRef(label))
	}
	at := func(v int) operand.Mem { return operand.Mem{Base: from, Disp: 4 * w.lanes * v} }
	if w.wide() {
		loop(func(v int, x reg.VecVirtual) { w.VMOVUPS_Z(at(v), masks.k[v], x) }, "row")
		w.storeLargest(largest)
		return
	}
	w.TESTQ(masks.at, masks.at)
	w.JZ(operand.LabelRef("whole"))
	mask := make([]reg.VecVirtual, vecs)
	for v := range mask {
		mask[v] = w.vec()
		w.VMOVUPS(operand.Mem{Base: masks.at, Disp: 32 * v}, mask[v])
	}
	loop(func(v int, x reg.VecVirtual) { w.VMASKMOVPS(at(v), mask[v], x) }, "maskedRow")
	w.JMP(operand.LabelRef("done"))
	w.Label("whole")
	loop(func(v int, x reg.VecVirtual) { w.VMOVUPS(at(v), x) }, "wholeRow")
	w.Label("done")
	w.storeLargest(largest)
}

// storeLargest stores the largest of the lanes.
func (w *writer) storeLargest(x reg.VecVirtual) {
	if w.wide() {
		half := w.YMM()
		w.VEXTRACTI64X4(operand.U8(1), x, half)
		w.VPMAXUD(half, x.AsY(), x.AsY())
	}
	high := w.XMM()
	w.VEXTRACTI128(operand.U8(1), x.AsY(), high)
	w.VPMAXUD(high, x.AsX(), x.AsX())
	for _, order := range []uint8{0x4e, 0xb1} {
		w.VPSHUFD(operand.U8(order), x.AsX(), high)
		w.VPMAXUD(high, x.AsX(), x.AsX())
	}
	bits := w.GP32()
	w.VMOVD(x.AsX(), bits)
	w.MOVQ(bits.As64(), w.field(packLargest))
}

// packColumns transposes squares: count times as many columns as a vector has
// lanes, of as many rows, which become the lanes of rows that are width apart.
func (w *writer) packColumns() {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, stride, width, count := get(packTo), get(packFrom), get(packStride), get(packWidth), get(packCount)
	w.Label("square")
	rows := make([]reg.VecVirtual, w.lanes)
	w.eachRow(from, stride, w.lanes, func(r int, row reg.Register) {
		rows[r] = w.vec()
		w.VMOVUPS(operand.Mem{Base: row}, rows[r])
	})
	p := w.GP64()
	w.MOVQ(to, p)
	for i, column := range w.transpose(rows) {
		w.VMOVUPS(column, operand.Mem{Base: p})
		if i < w.lanes-1 {
			w.ADDQ(width, p)
		}
	}
	w.ADDQ(width, p)
	w.MOVQ(p, to)
	w.ADDQ(operand.U8(4*w.lanes), from)
	w.DECQ(count)
	w.JNZ(operand.LabelRef("square"))
}

// transpose returns the columns of a square.
func (w *writer) transpose(r []reg.VecVirtual) []reg.VecVirtual {
	n := len(r)
	two := func(f func(...op), a, b reg.VecVirtual) reg.VecVirtual { d := w.vec(); f(b, a, d); return d }
	three := func(f func(...op), how uint8, a, b reg.VecVirtual) reg.VecVirtual {
		d := w.vec()
		f(operand.U8(how), b, a, d)
		return d
	}
	permute := func(o ...op) { w.VPERM2F128(o[0], o[1], o[2], o[3]) }
	// In every 128-bit lane, pairs of rows are interleaved, and then pairs of pairs:
	// fours[4g+c] has column 4L+c of rows 4g … 4g+3 in lane L.
	pairs := make([]reg.VecVirtual, n)
	for i := 0; i < n; i += 2 {
		pairs[i], pairs[i+1] = two(w.VUNPCKLPS, r[i], r[i+1]), two(w.VUNPCKHPS, r[i], r[i+1])
	}
	fours := make([]reg.VecVirtual, n)
	for g := 0; g < n; g += 4 {
		fours[g], fours[g+1] = two(w.VUNPCKLPD, pairs[g], pairs[g+2]), two(w.VUNPCKHPD, pairs[g], pairs[g+2])
		fours[g+2], fours[g+3] = two(w.VUNPCKLPD, pairs[g+1], pairs[g+3]), two(w.VUNPCKHPD, pairs[g+1], pairs[g+3])
	}
	columns := make([]reg.VecVirtual, n)
	for c := range 4 {
		if !w.wide() {
			columns[c] = three(permute, 0x20, fours[c], fours[4+c])
			columns[4+c] = three(permute, 0x31, fours[c], fours[4+c])
			continue
		}
		even, evenRest := three(w.VSHUFF32X4, 0x88, fours[c], fours[4+c]), three(w.VSHUFF32X4, 0x88, fours[8+c], fours[12+c])
		odd, oddRest := three(w.VSHUFF32X4, 0xdd, fours[c], fours[4+c]), three(w.VSHUFF32X4, 0xdd, fours[8+c], fours[12+c])
		columns[c], columns[8+c] = three(w.VSHUFF32X4, 0x88, even, evenRest), three(w.VSHUFF32X4, 0xdd, even, evenRest)
		columns[4+c], columns[12+c] = three(w.VSHUFF32X4, 0x88, odd, oddRest), three(w.VSHUFF32X4, 0xdd, odd, oddRest)
	}
	return columns
}
