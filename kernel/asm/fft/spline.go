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
		{-1, 7, -21, 35, -35, 21, -7, 1},
		{7, -42, 105, -140, 105, -42, 7, 0},
		{-21, 84, -105, 0, 105, -84, 21, 0},
		{35, 0, -315, 560, -315, 0, 35, 0},
		{-35, -280, 665, 0, -665, 280, 35, 0},
		{21, 504, 315, -1680, 315, 504, 21, 0},
		{-7, -392, -1715, 0, 1715, 392, 7, 0},
		{1, 120, 1191, 2416, 1191, 120, 1, 0},
	}
	slopeTerms = [][]float64{
		{-1, 7, -21, 35, -35, 21, -7, 1},
		{6, -36, 90, -120, 90, -36, 6, 0},
		{-15, 60, -75, 0, 75, -60, 15, 0},
		{20, 0, -180, 320, -180, 0, 20, 0},
		{-15, -120, 285, 0, -285, 120, 15, 0},
		{6, 144, 90, -480, 90, 144, 6, 0},
		{-1, -56, -245, 0, 245, 56, 1, 0},
	}
)

const (
	splineWidth = 8
	spreadScale = 1. / (5040 * 5040)
	slopeScale  = 1. / (5040 * 720)
)

// pieces is the polynomials at t.
func (n *net) pieces(name string, terms [][]float64, t *value) *value {
	var p *value
	for i, c := range terms {
		m := n.vector(fmt.Sprint(name, i), c)
		if i == 0 {
			p = n.load(m)
			continue
		}
		p = n.note(&value{a: n.mul(p, t), write: func(p, _, d op) { n.VADDPS(m, p, d) }})
	}
	return p
}

// batch is how many points have their polynomials before their rows: in one loop,
// a processor would wait for the former at every point.
const batch = 16

// points calls weights for every point of a batch, with where in its cell it is and
// where the weights go, so many vectors of eight lanes, and then rows, with the
// weights and where the rows of the grid begin. Eight lanes are what a point has:
// those of AVX2 are used throughout.
func (n *net) points(vectors int, weights func(frac, to operand.Mem), rows func(rows [splineWidth]operand.Mem, weights operand.Mem)) {
	n.wide = false
	grid, stride, at, frac := n.base("grid"), n.number("side"), n.base("at"), n.base("frac")
	left, count, w := n.GP64(), n.GP64(), n.GP64()
	n.Load(n.Param("at").Len(), left)
	n.SHLQ(operand.U8(2), stride)
	stride3 := n.GP64()
	n.LEAQ(operand.Mem{Base: stride, Index: stride, Scale: 2}, stride3)
	stack := n.AllocLocal(32 * vectors * batch)
	each := func(label string, body func()) {
		n.MOVQ(operand.I32(batch), count)
		n.CMPQ(left, count)
		n.CMOVQLT(left, count)
		n.LEAQ(stack, w)
		n.loop(label, count, func() {
			body()
			n.flush()
			n.ADDQ(operand.I32(32*vectors), w)
		})
	}
	first := []reg.GPVirtual{n.GP64(), n.GP64(), n.GP64()} // rows 0, 3 and 6
	n.Label("batch")
	each("weights", func() {
		weights(operand.Mem{Base: frac}, operand.Mem{Base: w})
		n.note(&value{store: true, write: func(_, _, _ op) { n.ADDQ(operand.I8(8), frac) }})
	})
	each("rows", func() {
		n.MOVLQSX(operand.Mem{Base: at}, first[0])
		n.LEAQ(operand.Mem{Base: grid, Index: first[0], Scale: 4}, first[0])
		n.LEAQ(operand.Mem{Base: first[0], Index: stride3, Scale: 1}, first[1])
		n.LEAQ(operand.Mem{Base: first[0], Index: stride3, Scale: 2}, first[2])
		n.ADDQ(operand.I8(4), at)
		var m [splineWidth]operand.Mem
		for r := range m {
			m[r] = operand.Mem{Base: first[r/3]}
			if r%3 > 0 {
				m[r].Index, m[r].Scale = stride, uint8(r%3)
			}
		}
		rows(m, operand.Mem{Base: w})
	})
	n.SUBQ(operand.I8(batch), left)
	n.JG(operand.LabelRef("batch"))
}

// spread adds w·v[r] to row r, where w are the pieces along the row and v those
// across.
func (n *net) spread() {
	n.points(2, func(frac, to operand.Mem) {
		n.store(n.pieces("spline", splineTerms, n.broadcast(frac)), to)
		n.store(n.scale(n.pieces("spline", splineTerms, n.broadcast(frac.Offset(4))), spreadScale), to.Offset(32))
	}, func(rows [splineWidth]operand.Mem, weights operand.Mem) {
		w := n.load(weights)
		for r, row := range rows {
			p := n.mul(w, n.broadcast(weights.Offset(32+4*r)))
			n.store(n.note(&value{a: p, write: func(p, _, d op) { n.VADDPS(row, p, d) }}), row)
		}
	})
}

// slopes sums up the rows times v[r], times w′, and the rows times v′[r], times w.
func (n *net) slopes() {
	slope := n.base("slope")
	n.points(4, func(frac, to operand.Mem) {
		for i := range 2 {
			t := n.broadcast(frac.Offset(4 * i))
			n.store(n.pieces("spline", splineTerms, t), to.Offset(64*i))
			n.store(n.pieces("slope", slopeTerms, t), to.Offset(64*i+32))
		}
	}, func(rows [splineWidth]operand.Mem, weights operand.Mem) {
		var along, across *value
		for r, m := range rows {
			row := n.load(m)
			a := n.mul(row, n.broadcast(weights.Offset(64+4*r)))
			b := n.mul(row, n.broadcast(weights.Offset(96+4*r)))
			if r == 0 {
				along, across = a, b
			} else {
				along, across = n.add(along, a), n.add(across, b)
			}
		}
		along, across = n.times(along, weights.Offset(32)), n.times(across, weights)
		// Pairs of lanes, then the halves of the register, then pairs again.
		pairs := func(a, b *value) *value {
			return n.note(&value{a: a, b: b, write: func(a, b, d op) { n.VHADDPS(b, a, d) }})
		}
		s := pairs(along, across)
		s = n.add(s, n.note(&value{a: s, write: func(s, _, d op) { n.VPERM2F128(operand.U8(1), s, s, d) }}))
		s = n.scale(pairs(s, s), slopeScale)
		n.note(&value{a: s, store: true, write: func(s, _, _ op) {
			n.VMOVQ(n.half(s), operand.Mem{Base: slope})
			n.ADDQ(operand.I8(8), slope)
		}})
	})
}
