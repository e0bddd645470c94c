package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A flat tile is of few rows and several whole panels. It multiplies over the k's of a list alone.
const (
	flatRows   = 4
	flatPanels = 3
)

// flat is a tile of rows and panels.
func (w *writer) flat(rows, panels int) {
	w.tileBy(rows, 2*panels, func() *masks { return w.whole(2 * panels) }, func(acc [][]reg.VecVirtual) { w.listed(acc, panels) })
}

// listed adds the products over the k's of a list. The panels are a stride apart.
func (w *writer) listed(acc [][]reg.VecVirtual, panels int) {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	live, lives := get(tileLive), get(tileLives)
	w.TESTQ(lives, lives)
	w.JZ(operand.LabelRef("multiplied"))
	a, stride, kStride := get(tileA), get(tileRowStride), get(tileKStride)
	stride3 := w.GP64()
	w.LEAQ(operand.Mem{Base: stride, Index: stride, Scale: 2}, stride3)
	b := []reg.GPVirtual{get(tileB)}
	for p := 1; p < panels; p++ {
		next := w.GP64()
		w.MOVQ(b[p-1], next)
		w.ADDQ(w.field(tilePanelStride), next)
		b = append(b, next)
	}
	right := make([]reg.VecVirtual, len(acc[0]))
	for v := range right {
		right[v] = w.vec()
	}
	left := w.vec()
	w.Label("live")
	at, row := w.GP64(), w.GP64()
	w.MOVL(operand.Mem{Base: live}, at.As32())
	w.ADDQ(operand.U8(4), live)
	w.MOVQ(at, row)
	w.IMULQ(kStride, row)
	w.ADDQ(a, row)
	w.SHLQ(operand.U8(7), at) // bytes of a row of a panel
	for v := range right {
		w.VMOVUPS(operand.Mem{Base: b[v/2], Index: at, Scale: 1, Disp: 4 * w.lanes * (v % 2)}, right[v])
	}
	for r := range acc {
		w.VBROADCASTSS(rowAt([]reg.GPVirtual{row}, stride, stride3, r), left)
		for v := range right {
			w.VFMADD231PS(left, right[v], acc[r][v])
		}
	}
	w.DECQ(lives)
	w.JNZ(operand.LabelRef("live"))
	w.Label("multiplied")
}
