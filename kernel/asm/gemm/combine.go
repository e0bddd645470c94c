package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The fields of the arguments of combinations; see type combining in the kernel package.
const (
	combineTo        = 0
	combineFrom      = 3
	combineToApart   = 6
	combineFromApart = 7
	combineVectors   = 9
	combineRuns      = 10
	combineGroups    = 11
	combineToRun     = 12
	combineFromRun   = 13
	combineToGroup   = 14
	combineFromGroup = 17
)

// combination is sums of vectors: its operands and its results are rows of up to three,
// and there are up to three rows of them.
type combination struct {
	name     string
	operands [2]int // rows, and vectors in a row
	results  [2]int
	sums     func(w *writer, s []vecs) []vecs
	less     [2]int // rows and vectors of the operands, or of join's results, that there are not
}

type vecs = []reg.VecVirtual

// combinations are those that the kernel package names. Those of pixels in pairs come
// also for the last pair, of which the second is missing.
var combinations = func() []combination {
	all := []combination{
		{name: "plus", operands: [2]int{1, 2}, results: [2]int{1, 1}, sums: func(w *writer, s []vecs) []vecs { return []vecs{{w.plus(s[0][0], s[0][1])}} }},
		{name: "mergeEven", operands: [2]int{2, 2}, results: [2]int{1, 1}, sums: func(w *writer, s []vecs) []vecs {
			q := w.each(w.plus, s[0], s[1])
			return []vecs{{w.plus(q[0], q[1])}}
		}},
		{name: "mergeDown", operands: [2]int{2, 3}, results: [2]int{1, 1}, sums: func(w *writer, s []vecs) []vecs {
			return []vecs{{w.plus(w.merge(s[0]), w.merge(s[1]))}}
		}},
		{name: "mergeAcross", operands: [2]int{2, 3}, results: [2]int{1, 1}, sums: func(w *writer, s []vecs) []vecs {
			return []vecs{{w.merge(w.each(w.plus, s[0], s[1]))}}
		}},
		{name: "mergeBoth", operands: [2]int{3, 3}, results: [2]int{1, 1}, sums: func(w *writer, s []vecs) []vecs {
			return []vecs{{w.merge(w.each(w.minus, s[1], w.each(w.plus, s[0], s[2])))}}
		}},
	}
	for _, c := range []combination{
		{name: "split", operands: [2]int{1, 2}, results: [2]int{1, 3}, sums: func(w *writer, s []vecs) []vecs { return []vecs{w.split(s[0])} }},
		{name: "differ", operands: [2]int{1, 3}, results: [2]int{1, 3}, sums: func(w *writer, s []vecs) []vecs { return []vecs{w.differ(s[0])} }},
		{name: "join", operands: [2]int{1, 3}, results: [2]int{1, 2}, sums: func(w *writer, s []vecs) []vecs { return []vecs{w.join(s[0])} }},
		{name: "splitBoth", operands: [2]int{2, 2}, results: [2]int{3, 3}, sums: func(w *writer, s []vecs) []vecs {
			return []vecs{w.split(s[0]), w.split(w.each(w.plus, s[0], s[1])), w.split(s[1])}
		}},
		{name: "differBoth", operands: [2]int{3, 3}, results: [2]int{3, 3}, sums: func(w *writer, s []vecs) []vecs {
			return []vecs{w.differ(w.each(w.minus, s[0], s[1])), w.differ(s[1]), w.differ(w.each(w.minus, s[2], s[1]))}
		}},
		{name: "joinBoth", operands: [2]int{3, 3}, results: [2]int{2, 2}, sums: func(w *writer, s []vecs) []vecs {
			return []vecs{w.join(w.each(w.plus, s[0], s[1])), w.join(w.each(w.plus, s[1], s[2]))}
		}},
	} {
		base := c.name
		for down := range min(2, c.operands[0]) {
			for across := range 2 {
				c.name, c.less = base+[...]string{"", "ShortAcross", "ShortDown", "Short"}[2*down+across], [2]int{down, across}
				all = append(all, c)
			}
		}
	}
	return all
}()

func (w *writer) split(s vecs) vecs  { return vecs{s[0], w.plus(s[0], s[1]), s[1]} }
func (w *writer) differ(s vecs) vecs { return vecs{w.minus(s[0], s[1]), s[1], w.minus(s[2], s[1])} }
func (w *writer) join(s vecs) vecs   { return vecs{w.plus(s[0], s[1]), w.plus(s[1], s[2])} }
func (w *writer) merge(s vecs) reg.VecVirtual {
	return w.minus(s[1], w.plus(s[0], s[2]))
}

// each combines two rows.
func (w *writer) each(f func(a, b reg.VecVirtual) reg.VecVirtual, a, b vecs) vecs {
	var row vecs
	for i := range a {
		row = append(row, f(a[i], b[i]))
	}
	return row
}

func (w *writer) plus(a, b reg.VecVirtual) reg.VecVirtual {
	sum := w.vec()
	if w.narrow() {
		w.MOVAPS(a, sum)
		w.ADDPS(b, sum)
	} else {
		w.VADDPS(b, a, sum)
	}
	return sum
}

func (w *writer) minus(a, b reg.VecVirtual) reg.VecVirtual {
	difference := w.vec()
	if w.narrow() {
		w.MOVAPS(a, difference)
		w.SUBPS(b, difference)
	} else {
		w.VSUBPS(b, a, difference)
	}
	return difference
}

// move loads or stores a vector.
func (w *writer) move(from, to op) {
	if w.narrow() {
		w.MOVUPS(from, to)
	} else {
		w.VMOVUPS(from, to)
	}
}

// zero makes a vector zero.
func (w *writer) zero(v reg.VecVirtual) {
	if w.narrow() {
		w.XORPS(v, v)
	} else {
		w.VXORPS(v.AsY(), v.AsY(), v.AsY())
	}
}

// combine writes the loops of a combination over the vectors of a run, the runs of a
// group, and the groups.
func (w *writer) combine(c combination) {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	var to, from []reg.GPVirtual
	for i := range c.results[0] {
		to = append(to, get(combineTo+i))
	}
	for i := range c.operands[0] {
		from = append(from, get(combineFrom+i))
	}
	toApart := get(combineToApart)
	fromApart := []reg.GPVirtual{get(combineFromApart)}
	if c.operands[0] == 2 {
		fromApart = append(fromApart, get(combineFromApart+1))
	}
	place := func(row, apart reg.Register, i int) operand.Mem {
		if i == 0 {
			return operand.Mem{Base: row}
		}
		return operand.Mem{Base: row, Index: apart, Scale: uint8(i)}
	}
	n, runs, groups := w.GP64(), w.GP64(), get(combineGroups)
	w.Label("group")
	w.MOVQ(w.field(combineRuns), runs)
	w.Label("run")
	w.MOVQ(w.field(combineVectors), n)
	w.Label("vector")
	lessFrom, lessTo := c.less, [2]int{}
	if c.results[0] < c.operands[0] || c.results[1] < c.operands[1] {
		lessFrom, lessTo = lessTo, lessFrom // join
	}
	s := make([]vecs, c.operands[0])
	for r := range s {
		for i := range c.operands[1] {
			v := w.vec()
			if r < c.operands[0]-lessFrom[0] && i < c.operands[1]-lessFrom[1] {
				w.move(place(from[r], fromApart[r%len(fromApart)], i), v)
			} else {
				w.zero(v)
			}
			s[r] = append(s[r], v)
		}
	}
	for r, row := range c.sums(w, s) {
		for i, v := range row {
			if r < c.results[0]-lessTo[0] && i < c.results[1]-lessTo[1] {
				w.move(v, place(to[r], toApart, i))
			}
		}
	}
	for _, p := range append(append([]reg.GPVirtual{}, to...), from...) {
		w.ADDQ(operand.I8(4*w.lanes), p)
	}
	w.DECQ(n)
	w.JNZ(operand.LabelRef("vector"))
	skip := func(pointers []reg.GPVirtual, field, next int) {
		for i, p := range pointers {
			w.ADDQ(w.field(field+i*next), p)
		}
	}
	skip(to, combineToRun, 0)
	skip(from, combineFromRun, 0)
	w.DECQ(runs)
	w.JNZ(operand.LabelRef("run"))
	skip(to, combineToGroup, 1)
	skip(from, combineFromGroup, 1)
	w.DECQ(groups)
	w.JNZ(operand.LabelRef("group"))
}
