package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// writer writes functions for one instruction set.
type writer struct {
	*build.Context
	target
	args      reg.Register
	constants map[string]operand.Mem // of SSE2, by their names
}

type op = operand.Op

func (w *writer) wide() bool { return w.lanes == 16 }

func (w *writer) narrow() bool { return w.lanes == 4 }

func (w *writer) vec() reg.VecVirtual {
	switch {
	case w.wide():
		return w.ZMM()
	case w.narrow():
		return w.XMM()
	}
	return w.YMM()
}

// The fields of a tile's arguments; see type tile in the kernel package.
const (
	tileA = iota
	tileRowStride
	tileKStride
	tileB
	tileC
	tileCStride
	tileK
	tileBias
	tileLoad
	tileAct
	tileH
	tileSlope
	tileMask
	tileBStride
	tileLive
	tileLives
	tilePositive
	tileSegments
	tileASkip
	tileBSkip
	tileRounds
	tileARound
	tileBRound
	tileAhead
	tileAheadStep
	tilePanelStride
)

// The epilogues; see type Act in the kernel package.
const (
	actReLU = 1 + iota
	actLeakyReLU
	actReLUGrad
	actLeakyReLUGrad
)

// tile writes c = [c +] Σ a·b over k, one chain of fused multiply-adds for each
// element, [+ bias], and the epilogue.
func (w *writer) tile(rows, vecs int) {
	w.tileBy(rows, vecs, func() *masks { return w.masks(tileMask, vecs) }, w.multiply)
}

// tileBy is tile with the columns that the masks let through, its sums made by multiply.
func (w *writer) tileBy(rows, vecs int, through func() *masks, multiply func(acc [][]reg.VecVirtual)) {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }

	acc := make([][]reg.VecVirtual, rows)
	for r := range acc {
		for range vecs {
			acc[r] = append(acc[r], w.vec())
		}
	}
	c, cStride := get(tileC), get(tileCStride)
	masks := through()

	load := get(tileLoad)
	w.TESTQ(load, load)
	w.JZ(operand.LabelRef("zero"))
	w.eachRow(c, cStride, rows, func(r int, row reg.Register) { w.get(row, masks, acc[r], "load", r) })
	w.JMP(operand.LabelRef("start"))
	w.Label("zero")
	for _, row := range acc {
		for _, v := range row {
			if w.wide() {
				w.VPXORD(v, v, v)
			} else {
				w.VXORPS(v, v, v)
			}
		}
	}
	w.Label("start")
	multiply(acc)
	w.positive(acc)

	bias := get(tileBias)
	w.TESTQ(bias, bias)
	w.JZ(operand.LabelRef("act"))
	for v := range vecs {
		b := w.vec()
		w.VMOVUPS(operand.Mem{Base: bias, Disp: 4 * w.lanes * v}, b)
		for r := range rows {
			w.VADDPS(b, acc[r][v], acc[r][v])
		}
	}
	w.Label("act")
	w.epilogue(acc, cStride, masks)
	w.eachRow(c, cStride, rows, func(r int, row reg.Register) { w.put(row, masks, acc[r], r) })
}

// multiply adds the products over k.
func (w *writer) multiply(acc [][]reg.VecVirtual) {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	stride, kStride, b, bStride := get(tileRowStride), get(tileKStride), get(tileB), get(tileBStride)
	stride3 := w.GP64()
	w.LEAQ(operand.Mem{Base: stride, Index: stride, Scale: 2}, stride3)
	bases := w.bases(stride, len(acc))
	at := func(r int) operand.Mem { return rowAt(bases, stride, stride3, r) }

	vecs := len(acc[0])
	right := make([]reg.VecVirtual, vecs)
	for v := range right {
		right[v] = w.vec()
	}
	left := w.vec()
	step := func(b operand.Mem, at func(r int) operand.Mem) {
		for v := range right {
			m := b
			m.Disp = 4 * w.lanes * v
			w.VMOVUPS(m, right[v])
		}
		for r := range acc {
			if w.wide() && vecs == 1 {
				w.VFMADD231PS_BCST(at(r), right[0], acc[r][0])
				continue
			}
			w.VBROADCASTSS(at(r), left)
			for v := range right {
				w.VFMADD231PS(left, right[v], acc[r][v])
			}
		}
	}
	w.livingOnly(bases[0], b, stride, stride3, len(acc), step)
	w.segments(append([]reg.GPVirtual{b}, bases...), func(k reg.Register) {
		w.Label("k")
		step(operand.Mem{Base: b}, at)
		for _, base := range bases {
			w.ADDQ(kStride, base)
		}
		w.ADDQ(bStride, b)
		w.DECQ(k)
		w.JNZ(operand.LabelRef("k"))
	})
}

// bases points to every fourth of rows of op(A).
func (w *writer) bases(stride reg.Register, rows int) []reg.GPVirtual {
	var bases []reg.GPVirtual
	for r := 0; r < rows; r += 4 {
		base := w.GP64()
		w.MOVQ(w.field(tileA), base)
		if r > 0 {
			w.LEAQ(operand.Mem{Base: bases[r/4-1], Index: stride, Scale: 4}, base)
		}
		bases = append(bases, base)
	}
	return bases
}

// segments writes the loops around the one over a segment of k: over the segments
// of a round, and over the rounds. Between two of them the operands' pointers,
// that of B first, skip what lies between, and two lines are fetched to the second
// cache.
func (w *writer) segments(pointers []reg.GPVirtual, loop func(k reg.Register)) {
	k, more := w.GP64(), w.GP64()
	skip := func(a, b int) {
		w.MOVQ(w.field(tileAhead), k)
		w.PREFETCHT1(operand.Mem{Base: k})
		w.PREFETCHT1(operand.Mem{Base: k, Disp: 64})
		w.ADDQ(w.field(tileAheadStep), k)
		w.MOVQ(k, w.field(tileAhead))
		w.ADDQ(w.field(b), pointers[0])
		for _, p := range pointers[1:] {
			w.ADDQ(w.field(a), p)
		}
	}
	w.Label("round")
	w.MOVQ(w.field(tileSegments), more)
	w.Label("segment")
	w.MOVQ(w.field(tileK), k)
	loop(k)
	w.SUBQ(operand.I8(1), more)
	w.JLT(operand.LabelRef("endOfRound"))
	skip(tileASkip, tileBSkip)
	w.JMP(operand.LabelRef("segment"))
	w.Label("endOfRound")
	w.SUBQ(operand.I8(1), w.field(tileRounds))
	w.JLT(operand.LabelRef("multiplied"))
	skip(tileARound, tileBRound)
	w.JMP(operand.LabelRef("round"))
	w.Label("multiplied")
}

// rowAt is row r of op(A), of whose rows every fourth has a base.
func rowAt(bases []reg.GPVirtual, stride, stride3 reg.Register, r int) operand.Mem {
	m := operand.Mem{Base: bases[r/4]}
	switch r % 4 {
	case 1:
		m.Index, m.Scale = stride, 1
	case 2:
		m.Index, m.Scale = stride, 2
	case 3:
		m.Index, m.Scale = stride3, 1
	}
	return m
}

// livingOnly multiplies over the k's of a list, if there is one.
func (w *writer) livingOnly(a, b, stride, stride3 reg.GPVirtual, rows int, step func(b operand.Mem, at func(r int) operand.Mem)) {
	live, lives := w.GP64(), w.GP64()
	w.MOVQ(w.field(tileLive), live)
	w.TESTQ(live, live)
	w.JZ(operand.LabelRef("every"))
	w.MOVQ(w.field(tileLives), lives)
	w.TESTQ(lives, lives)
	w.JZ(operand.LabelRef("multiplied"))
	w.Label("live")
	right := w.GP64()
	w.MOVL(operand.Mem{Base: live}, right.As32())
	w.ADDQ(operand.U8(4), live)
	bases := []reg.GPVirtual{w.GP64()}
	w.MOVQ(right, bases[0])
	w.IMULQ(w.field(tileKStride), bases[0])
	w.ADDQ(a, bases[0])
	for r := 4; r < rows; r += 4 {
		base := w.GP64()
		w.LEAQ(operand.Mem{Base: bases[r/4-1], Index: stride, Scale: 4}, base)
		bases = append(bases, base)
	}
	w.IMULQ(w.field(tileBStride), right)
	step(operand.Mem{Base: b, Index: right, Scale: 1}, func(r int) operand.Mem { return rowAt(bases, stride, stride3, r) })
	w.DECQ(lives)
	w.JNZ(operand.LabelRef("live"))
	w.JMP(operand.LabelRef("multiplied"))
	w.Label("every")
}

// positive turns sums of -0 into 0 where that is asked for.
func (w *writer) positive(acc [][]reg.VecVirtual) {
	asked := w.GP64()
	w.MOVQ(w.field(tilePositive), asked)
	w.TESTQ(asked, asked)
	w.JZ(operand.LabelRef("bias"))
	zero := w.vec()
	w.VXORPS(zero.AsY(), zero.AsY(), zero.AsY())
	for _, row := range acc {
		for _, v := range row {
			w.VADDPS(zero, v, v)
		}
	}
	w.Label("bias")
}

// epilogue applies the activation, or the gradient of one, to a finished tile.
func (w *writer) epilogue(acc [][]reg.VecVirtual, cStride reg.Register, masks *masks) {
	act, zero, slope := w.GP64(), w.vec(), w.vec()
	w.MOVQ(w.field(tileAct), act)
	w.TESTQ(act, act)
	w.JZ(operand.LabelRef("store"))
	w.VXORPS(zero.AsY(), zero.AsY(), zero.AsY())

	is := func(which int, next string) {
		w.CMPQ(act, operand.U8(uint8(which)))
		w.JNE(operand.LabelRef(next))
	}
	is(actReLU, "leaky")
	for _, row := range acc {
		for _, v := range row {
			w.VMAXPS(v, zero, v)
			w.VADDPS(zero, v, v) // -0 becomes 0, and NaN stays
		}
	}
	w.JMP(operand.LabelRef("store"))

	w.Label("leaky")
	w.VBROADCASTSS(w.field(tileSlope), slope)
	is(actLeakyReLU, "gradient")
	for _, row := range acc {
		for _, v := range row {
			w.scaleUnless(v, v, zero, slope)
		}
	}
	w.JMP(operand.LabelRef("store"))

	w.Label("gradient")
	h := w.GP64()
	w.MOVQ(w.field(tileH), h)
	is(actReLUGrad, "leakyGradient")
	w.eachRow(h, cStride, len(acc), func(r int, row reg.Register) {
		for i, v := range acc[r] {
			y := w.vec()
			w.get1(row, masks, i, y, "reluGrad", r)
			if w.wide() {
				k := w.K()
				w.VCMPPS(operand.U8(greater), zero, y, k)
				w.VMOVAPS_Z(v, k, v)
			} else {
				w.VCMPPS(operand.U8(greater), zero, y, y)
				w.VANDPS(y, v, v)
			}
		}
	})
	w.JMP(operand.LabelRef("store"))

	w.Label("leakyGradient")
	w.eachRow(h, cStride, len(acc), func(r int, row reg.Register) {
		for i, v := range acc[r] {
			y := w.vec()
			w.get1(row, masks, i, y, "leakyGrad", r)
			w.scaleUnless(y, v, zero, slope)
		}
	})
	w.Label("store")
}

const (
	greater    = 0x1e
	notGreater = 0x1a // true where one is NaN
)

// scaleUnless multiplies v by slope where not y > 0. y is lost if it is not v.
func (w *writer) scaleUnless(y, v, zero, slope reg.VecVirtual) {
	if w.wide() {
		k := w.K()
		w.VCMPPS(operand.U8(notGreater), zero, y, k)
		w.VMULPS(slope, v, k, v)
		return
	}
	positive, scaled := y, w.vec()
	if y == v {
		positive = w.vec()
	}
	w.VCMPPS(operand.U8(greater), zero, y, positive)
	w.VMULPS(slope, v, scaled)
	w.VBLENDVPS(positive, v, scaled, v)
}

// eachRow calls f with a pointer to each of rows that are stride apart.
func (w *writer) eachRow(first, stride reg.Register, rows int, f func(r int, row reg.Register)) {
	p := w.GP64()
	w.MOVQ(first, p)
	for r := range rows {
		f(r, p)
		if r < rows-1 {
			w.ADDQ(stride, p)
		}
	}
}
