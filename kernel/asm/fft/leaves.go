package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pointer is an address that goes on by so many bytes from leaf to leaf, and from
// eight lanes to the next eight.
type pointer struct {
	at          reg.GPVirtual
	leaf, lanes int
}

// leaves calls body for every leaf: with AVX2 for the first eight lanes of all, and
// then for the others.
func (n *net) leaves(pointers []pointer, body func()) {
	count, left := n.number("count"), n.GP64()
	half := func() {
		n.MOVQ(count, left)
		n.loop("leaf", left, func() {
			body()
			n.flush()
			for _, p := range pointers {
				n.ADDQ(operand.I32(p.leaf), p.at)
			}
		})
	}
	if n.wide {
		half()
		return
	}
	halves, begin := n.GP64(), make([]reg.GPVirtual, len(pointers))
	for i, p := range pointers {
		begin[i] = n.GP64()
		n.MOVQ(p.at, begin[i])
	}
	n.MOVQ(operand.I32(2), halves)
	n.loop("half", halves, func() {
		half()
		for i, p := range pointers {
			n.ADDQ(operand.I8(p.lanes), begin[i])
			n.MOVQ(begin[i], p.at)
		}
	})
}

func (n *net) leafRows(x reg.Register, size int) []complexes {
	z := make([]complexes, size)
	for k := range z {
		z[k] = n.get(operand.Mem{Base: x, Disp: rowBytes * k}, 0)
	}
	return z
}

func (n *net) putLeaf(z []complexes, x reg.Register) {
	for k, y := range z {
		n.put(y, operand.Mem{Base: x, Disp: rowBytes * k}, 0)
	}
}

func (n *net) leaf(size int, back bool) {
	x := n.base("x")
	n.leaves([]pointer{{x, rowBytes * size, 32}}, func() {
		n.putLeaf(n.dft(n.leafRows(x, size), back), x)
	})
}

func (n *net) convolve(size int) {
	x, s, sums := n.base("x"), n.base("s"), n.base("sums")
	n.leaves([]pointer{{x, rowBytes * size, 32}, {s, 64 * size, 32}, {sums, 0, 64}}, func() {
		y := n.dft(n.leafRows(x, size), false)
		var sum *value
		for k, z := range y {
			f := n.load(operand.Mem{Base: s, Disp: 64 * k})
			e := n.mul(n.add(n.mul(z.re, z.re), n.mul(z.im, z.im)), f)
			if k == 0 {
				sum = e
			} else {
				sum = n.add(sum, e)
			}
			y[k] = complexes{n.mul(z.re, f), n.mul(z.im, f)}
		}
		n.sum(sum, operand.Mem{Base: sums})
		n.putLeaf(n.dft(y, true), x)
	})
}

// sum adds a vector, in float64, to one in memory.
func (n *net) sum(v *value, m operand.Mem) {
	low := n.note(&value{a: v, write: func(a, _, d op) {
		n.VCVTPS2PD(n.half(a), d)
		n.VADDPD(m, d, d)
	}})
	n.store(low, m)
	rest := m.Offset(n.bytes())
	high := n.note(&value{a: v, write: func(a, _, d op) {
		if n.wide {
			n.VEXTRACTF64X4(operand.U8(1), a, n.half(d))
		} else {
			n.VEXTRACTF128(operand.U8(1), a, n.half(d))
		}
		n.VCVTPS2PD(n.half(d), d)
		n.VADDPD(rest, d, d)
	}})
	n.store(high, rest)
}

// half is the lower half of a register.
func (n *net) half(r op) op {
	if n.wide {
		return r.(reg.Vec).AsY()
	}
	return r.(reg.Vec).AsX()
}
