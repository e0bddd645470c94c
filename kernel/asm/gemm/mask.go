package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// masks let through the columns of a tile or a panel that there are. With AVX-512
// they are registers. With AVX2 they are in memory, and a whole tile does without.
type masks struct {
	k  []reg.OpmaskVirtual
	at reg.GPVirtual // 0 for a whole tile
}

// masks reads them from a field of the arguments.
func (w *writer) masks(field, vecs int) *masks {
	m := &masks{}
	if !w.wide() {
		m.at = w.GP64()
		w.MOVQ(w.field(field), m.at)
		return m
	}
	bits := w.GP64()
	w.MOVQ(w.field(field), bits)
	for v := range vecs {
		if v > 0 {
			w.SHRQ(operand.U8(16), bits)
		}
		k := w.K()
		w.KMOVW(bits.As32(), k)
		m.k = append(m.k, k)
	}
	return m
}

// whole lets through all columns.
func (w *writer) whole(vecs int) *masks {
	k := w.K()
	w.KXNORW(k, k, k)
	m := &masks{}
	for range vecs {
		m.k = append(m.k, k)
	}
	return m
}

// get1 loads vector i of a row, zero where masked. place makes its labels unique.
func (w *writer) get1(row reg.Register, m *masks, i int, to reg.VecVirtual, place string, r int) {
	mem := operand.Mem{Base: row, Disp: 4 * w.lanes * i}
	if w.wide() {
		w.VMOVUPS_Z(mem, m.k[i], to)
		return
	}
	whole, done := fmt.Sprintf("%sWhole%d_%d", place, r, i), fmt.Sprintf("%sDone%d_%d", place, r, i)
	w.TESTQ(m.at, m.at)
	w.JZ(operand.LabelRef(whole))
	w.VMOVUPS(operand.Mem{Base: m.at, Disp: 32 * i}, to)
	w.VMASKMOVPS(mem, to, to)
	w.JMP(operand.LabelRef(done))
	w.Label(whole)
	w.VMOVUPS(mem, to)
	w.Label(done)
}

// get loads the vectors of a row.
func (w *writer) get(row reg.Register, m *masks, to []reg.VecVirtual, place string, r int) {
	for i, v := range to {
		w.get1(row, m, i, v, place, r)
	}
}

// put stores the vectors of a row.
func (w *writer) put(row reg.Register, m *masks, from []reg.VecVirtual, r int) {
	for i, v := range from {
		mem := operand.Mem{Base: row, Disp: 4 * w.lanes * i}
		if w.wide() {
			w.VMOVUPS(v, m.k[i], mem)
			continue
		}
		whole, done := fmt.Sprintf("putWhole%d_%d", r, i), fmt.Sprintf("putDone%d_%d", r, i)
		w.TESTQ(m.at, m.at)
		w.JZ(operand.LabelRef(whole))
		mask := w.vec()
		w.VMOVUPS(operand.Mem{Base: m.at, Disp: 32 * i}, mask)
		w.VMASKMOVPS(v, mask, mem)
		w.JMP(operand.LabelRef(done))
		w.Label(whole)
		w.VMOVUPS(v, mem)
		w.Label(done)
	}
}
