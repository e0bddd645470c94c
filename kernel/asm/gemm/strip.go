package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// mostStrip is how many registers wide a strip is at most: as many sums as keep the processor busy.
const mostStrip = 10

// strip is a tile of one row and several panels, the last of which may be narrower. It multiplies over
// the k's of a list alone.
func (w *writer) strip(vecs int) {
	w.tileBy(1, vecs, func() *masks {
		m := &masks{}
		if vecs > 1 {
			m = w.whole(vecs - 1)
		}
		last := w.K()
		w.KMOVW(w.field(tileMask), last)
		m.k = append(m.k, last)
		return m
	}, w.listedRow)
}

// listedRow adds the products over the k's of a list. The panels are a stride apart.
func (w *writer) listedRow(acc [][]reg.VecVirtual) {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	live, lives := get(tileLive), get(tileLives)
	w.TESTQ(lives, lives)
	w.JZ(operand.LabelRef("multiplied"))
	a, sums := get(tileA), acc[0]
	b := []reg.GPVirtual{get(tileB)}
	for p := 1; 2*p < len(sums); p++ {
		next := w.GP64()
		w.MOVQ(b[p-1], next)
		w.ADDQ(w.field(tilePanelStride), next)
		b = append(b, next)
	}
	left, at, half := w.vec(), w.GP64(), w.GP64()
	w.Label("live")
	w.MOVL(operand.Mem{Base: live}, at.As32())
	w.ADDQ(operand.U8(4), live)
	w.VBROADCASTSS(operand.Mem{Base: a, Index: at, Scale: 4}, left)
	w.SHLQ(operand.U8(6), at) // bytes of a row of a panel of one register
	if len(sums)%2 == 1 {
		w.MOVQ(at, half)
	}
	w.ADDQ(at, at)
	for v, sum := range sums {
		right := operand.Mem{Base: b[v/2], Index: at, Scale: 1, Disp: 4 * w.lanes * (v % 2)}
		if v%2 == 0 && v == len(sums)-1 {
			right.Index = half
		}
		w.VFMADD231PS(right, left, sum)
	}
	w.DECQ(lives)
	w.JNZ(operand.LabelRef("live"))
	w.Label("multiplied")
}
