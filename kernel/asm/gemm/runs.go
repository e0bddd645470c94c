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

// addRuns adds groups of count runs of length elements to what is there. A run that is one vector has a loop of its own; of others come first the
// whole vectors, then the powers of two of the rest.
func (w *writer) addRuns() {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, length := get(runsTo), get(runsFrom), get(runsLength)
	for lanes := 1; lanes <= w.lanes; lanes *= 2 {
		other := fmt.Sprintf("not%d", lanes)
		w.CMPQ(length, operand.I8(lanes))
		w.JNE(operand.LabelRef(other))
		w.eachRun(to, from, fmt.Sprint(lanes), func(to, from reg.Register) { w.vector(to, from, lanes) })
		w.JMP(operand.LabelRef("done"))
		w.Label(other)
	}
	w.eachRun(to, from, "", func(toRun, fromRun reg.Register) {
		to, from, n := w.GP64(), w.GP64(), w.GP64()
		w.MOVQ(toRun, to)
		w.MOVQ(fromRun, from)
		w.MOVQ(length, n)
		part := func(lanes int) {
			w.vector(to, from, lanes)
			w.ADDQ(operand.I8(4*lanes), to)
			w.ADDQ(operand.I8(4*lanes), from)
		}
		w.JMP(operand.LabelRef("test"))
		w.Label("whole")
		part(w.lanes)
		w.Label("test")
		w.SUBQ(operand.I8(w.lanes), n)
		w.JGE(operand.LabelRef("whole"))
		for lanes := w.lanes / 2; lanes >= 1; lanes /= 2 {
			skip := fmt.Sprintf("skip%d", lanes)
			w.TESTQ(operand.I32(lanes), n)
			w.JZ(operand.LabelRef(skip))
			part(lanes)
			w.Label(skip)
		}
	})
	w.Label("done")
}

// eachRun calls body for where every run begins. name makes its labels unique.
func (w *writer) eachRun(to, from reg.GPVirtual, name string, body func(to, from reg.Register)) {
	toRun, fromRun, toStride, fromStride := w.GP64(), w.GP64(), w.GP64(), w.GP64()
	groups, count := w.GP64(), w.GP64()
	w.MOVQ(w.field(runsToStride), toStride)
	w.MOVQ(w.field(runsFromStride), fromStride)
	w.MOVQ(w.field(runsGroups), groups)
	w.Label("group" + name)
	w.MOVQ(to, toRun)
	w.MOVQ(from, fromRun)
	w.MOVQ(w.field(runsCount), count)
	w.Label("run" + name)
	body(toRun, fromRun)
	w.ADDQ(toStride, toRun)
	w.ADDQ(fromStride, fromRun)
	w.DECQ(count)
	w.JNZ(operand.LabelRef("run" + name))
	w.ADDQ(w.field(runsToGroup), to)
	w.ADDQ(w.field(runsFromGroup), from)
	w.DECQ(groups)
	w.JNZ(operand.LabelRef("group" + name))
}

// vector adds a vector of a number of lanes, a power of two.
func (w *writer) vector(to, from reg.Register, lanes int) {
	var x, y op = w.XMM(), w.XMM()
	move := func(from, to op) { w.VMOVUPS(from, to) }
	switch lanes {
	case 1:
		move = func(from, to op) { w.VMOVSS(from, to) }
	case 2:
		move = func(from, to op) { w.VMOVSD(from, to) }
	case 8:
		x, y = w.YMM(), w.YMM()
	case 16:
		x, y = w.ZMM(), w.ZMM()
	}
	move(operand.Mem{Base: from}, x)
	move(operand.Mem{Base: to}, y)
	w.VADDPS(x, y, x)
	move(x, operand.Mem{Base: to})
}
