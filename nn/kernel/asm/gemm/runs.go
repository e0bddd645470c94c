package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The fields of the arguments of runs; see type runs in the kernel package.
const (
	runsTo = iota
	runsFrom
	runsToStride
	runsFromStride
	runsToGroup
	runsFromGroup
	runsLength
	runsCount
	runsGroups
)

// runs copies groups of count runs of length elements, or adds them to what is
// there: of each run first whole vectors, then the powers of two of the rest.
func (w *writer) runs(add bool) {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, toStride, fromStride := get(runsTo), get(runsFrom), get(runsToStride), get(runsFromStride)
	length, groups := get(runsLength), get(runsGroups)
	toRun, fromRun, count := w.GP64(), w.GP64(), w.GP64()
	p, q, n := w.GP64(), w.GP64(), w.GP64()

	move := func(lanes int, from, to op) {
		switch lanes {
		case 1:
			w.VMOVSS(from, to)
		case 2:
			w.VMOVSD(from, to)
		default:
			w.VMOVUPS(from, to)
		}
	}
	some := func(lanes int) {
		var x, y op = w.XMM(), w.XMM()
		switch lanes {
		case 8:
			x, y = w.YMM(), w.YMM()
		case 16:
			x, y = w.ZMM(), w.ZMM()
		}
		move(lanes, operand.Mem{Base: q}, x)
		if add {
			move(lanes, operand.Mem{Base: p}, y)
			w.VADDPS(x, y, x)
		}
		move(lanes, x, operand.Mem{Base: p})
	}
	next := func(lanes int) {
		w.ADDQ(operand.I8(4*lanes), p)
		w.ADDQ(operand.I8(4*lanes), q)
	}

	w.Label("group")
	w.MOVQ(to, toRun)
	w.MOVQ(from, fromRun)
	w.MOVQ(w.field(runsCount), count)
	w.Label("run")
	w.MOVQ(toRun, p)
	w.MOVQ(fromRun, q)
	w.MOVQ(length, n)
	w.JMP(operand.LabelRef("test"))
	w.Label("whole")
	some(w.lanes)
	next(w.lanes)
	w.Label("test")
	w.SUBQ(operand.I8(w.lanes), n)
	w.JGE(operand.LabelRef("whole"))
	for lanes := w.lanes / 2; lanes >= 1; lanes /= 2 {
		skip := fmt.Sprintf("skip%d", lanes)
		w.TESTQ(operand.I32(lanes), n)
		w.JZ(operand.LabelRef(skip))
		some(lanes)
		if lanes > 1 {
			next(lanes)
		}
		w.Label(skip)
	}
	w.ADDQ(toStride, toRun)
	w.ADDQ(fromStride, fromRun)
	w.DECQ(count)
	w.JNZ(operand.LabelRef("run"))
	w.ADDQ(w.field(runsToGroup), to)
	w.ADDQ(w.field(runsFromGroup), from)
	w.DECQ(groups)
	w.JNZ(operand.LabelRef("group"))
}
