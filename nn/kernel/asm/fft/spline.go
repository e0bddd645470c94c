package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The polynomials of spline.go of the kernel package: of eight lanes, the highest
// power first.
var (
	splineTerms = [][]float64{
		{-1, 5, -10, 10, -5, 1, 0, 0},
		{5, -20, 30, -20, 5, 0, 0, 0},
		{-10, 20, 0, -20, 10, 0, 0, 0},
		{10, 20, -60, 20, 10, 0, 0, 0},
		{-5, -50, 0, 50, 5, 0, 0, 0},
		{1, 26, 66, 26, 1, 0, 0, 0},
	}
	slopeTerms = [][]float64{
		{-1, 5, -10, 10, -5, 1, 0, 0},
		{4, -16, 24, -16, 4, 0, 0, 0},
		{-6, 12, 0, -12, 6, 0, 0, 0},
		{4, 8, -24, 8, 4, 0, 0, 0},
		{-1, -10, 0, 10, 1, 0, 0, 0},
	}
)

// pieces is the polynomials at t.
func (n *net) pieces(name string, terms [][]float64, t *value) *value {
	p := n.load(n.vector(name+"0", terms[0]))
	for i, c := range terms[1:] {
		m := n.vector(fmt.Sprint(name, i+1), c)
		p = n.mul(p, t)
		p = n.note(&value{a: p, write: func(p, _, d op) { n.VADDPS(m, p, d) }})
	}
	return p
}

// lanewise has the lanes of v, in every lane of a vector, by way of the stack.
func (n *net) lanewise(v *value, m operand.Mem) (lanes [6]*value) {
	n.store(v, m)
	for i := range lanes {
		lanes[i] = n.broadcast(m.Offset(4 * i))
	}
	return lanes
}

// points calls body for every point, with its cell's address and where its rows
// begin.
func (n *net) points(body func(rows [6]operand.Mem, t, u *value)) {
	n.wide = false // eight lanes are what a point needs
	grid, stride, at, frac := n.base("grid"), n.number("side"), n.base("at"), n.base("frac")
	count := n.GP64()
	n.Load(n.Param("at").Len(), count)
	n.SHLQ(operand.U8(2), stride)
	stride3, cell, next := n.GP64(), n.GP64(), n.GP64()
	n.LEAQ(operand.Mem{Base: stride, Index: stride, Scale: 2}, stride3)
	n.loop("point", count, func() {
		n.MOVLQSX(operand.Mem{Base: at}, cell)
		n.LEAQ(operand.Mem{Base: grid, Index: cell, Scale: 4}, cell)
		n.LEAQ(operand.Mem{Base: cell, Index: stride3, Scale: 1}, next)
		var rows [6]operand.Mem
		for r := range rows {
			rows[r] = operand.Mem{Base: [2]reg.Register{cell, next}[r/3]}
			if r%3 > 0 {
				rows[r].Index, rows[r].Scale = stride, uint8(r%3)
			}
		}
		body(rows, n.broadcast(operand.Mem{Base: frac}), n.broadcast(operand.Mem{Base: frac, Disp: 4}))
		n.flush()
		n.ADDQ(operand.I8(4), at)
		n.ADDQ(operand.I8(8), frac)
	})
}

func (n *net) spread() {
	stack := n.AllocLocal(32)
	n.points(func(rows [6]operand.Mem, t, u *value) {
		w := n.pieces("spline", splineTerms, t)
		v := n.lanewise(n.scale(n.pieces("spline", splineTerms, u), 1./14400), stack)
		for r, row := range rows {
			p := n.mul(w, v[r])
			n.store(n.note(&value{a: p, write: func(p, _, d op) { n.VADDPS(row, p, d) }}), row)
		}
	})
}

func (n *net) slopes() {
	slope, stack := n.base("slope"), n.AllocLocal(64)
	n.points(func(rows [6]operand.Mem, t, u *value) {
		v := n.lanewise(n.pieces("spline", splineTerms, u), stack)
		dv := n.lanewise(n.pieces("slope", slopeTerms, u), stack.Offset(32))
		var along, across *value
		for r, m := range rows {
			row := n.load(m)
			a, b := n.mul(row, v[r]), n.mul(row, dv[r])
			if r == 0 {
				along, across = a, b
			} else {
				along, across = n.add(along, a), n.add(across, b)
			}
		}
		along = n.mul(along, n.pieces("slope", slopeTerms, t))
		across = n.mul(across, n.pieces("spline", splineTerms, t))
		// Pairs of lanes, then the halves of the register, then pairs again.
		pairs := func(o ...op) { n.VHADDPS(o[0], o[1], o[2]) }
		s := n.two(pairs, along, across)
		s = n.add(s, n.note(&value{a: s, write: func(s, _, d op) { n.VPERM2F128(operand.U8(1), s, s, d) }}))
		s = n.scale(n.two(pairs, s, s), 1./2880)
		n.note(&value{a: s, store: true, write: func(s, _, _ op) { n.VMOVQ(n.half(s), operand.Mem{Base: slope}) }})
		n.note(&value{store: true, write: func(_, _, _ op) { n.ADDQ(operand.I8(8), slope) }})
	})
}
