package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const rowBytes = 128 // sixteen real parts and sixteen imaginary

func (n *net) base(name string) reg.GPVirtual {
	r := n.GP64()
	n.Load(n.Param(name).Base(), r)
	return r
}

func (n *net) number(name string) reg.GPVirtual {
	r := n.GP64()
	n.Load(n.Param(name), r)
	return r
}

// at is half h of the real parts of a row, and im of the imaginary ones.
func (n *net) at(m operand.Mem, h int) (re, im operand.Mem) {
	return m.Offset(n.bytes() * h), m.Offset(64 + n.bytes()*h)
}

func (n *net) get(m operand.Mem, h int) complexes {
	re, im := n.at(m, h)
	return complexes{n.load(re), n.load(im)}
}

func (n *net) put(z complexes, m operand.Mem, h int) {
	re, im := n.at(m, h)
	n.store(z.re, re)
	n.store(z.im, im)
}

// quarters are the rows j, j+q, j+2q and j+3q, where base is row j and q is in bytes.
func (n *net) quarters(base, q, q3 reg.Register) [4]operand.Mem {
	return [4]operand.Mem{{Base: base}, {Base: base, Index: q, Scale: 1}, {Base: base, Index: q, Scale: 2}, {Base: base, Index: q3, Scale: 1}}
}

// twisted is z·wʳ, and z·conj wʳ on the way back, where w begins at twiddles.
func (n *net) twisted(z complexes, twiddles reg.Register, r int, back bool) complexes {
	w := complexes{n.broadcast(operand.Mem{Base: twiddles, Disp: 8*r - 8}), n.broadcast(operand.Mem{Base: twiddles, Disp: 8*r - 4})}
	if back {
		return complexes{n.add(n.mul(z.re, w.re), n.mul(z.im, w.im)), n.sub(n.mul(z.im, w.re), n.mul(z.re, w.im))}
	}
	return complexes{n.sub(n.mul(z.re, w.re), n.mul(z.im, w.im)), n.add(n.mul(z.re, w.im), n.mul(z.im, w.re))}
}

// loop calls body count times, which is at least 1.
func (n *net) loop(label string, count reg.Register, body func()) {
	n.Label(label)
	body()
	n.DECQ(count)
	n.JNZ(operand.LabelRef(label))
}

// pass is one over count blocks of 4q rows.
func (n *net) pass(back bool) {
	x, q, count, twiddles := n.base("x"), n.number("q"), n.number("count"), n.base("twiddles")
	bytes, bytes3 := n.GP64(), n.GP64()
	n.MOVQ(q, bytes)
	n.SHLQ(operand.U8(7), bytes)
	n.LEAQ(operand.Mem{Base: bytes, Index: bytes, Scale: 2}, bytes3)
	w, j := n.GP64(), n.GP64()
	n.loop("block", count, func() {
		n.MOVQ(twiddles, w)
		n.MOVQ(q, j)
		n.loop("row", j, func() {
			rows := n.quarters(x, bytes, bytes3)
			for h := range n.halves() {
				z := make([]complexes, 4)
				for r, row := range rows {
					z[r] = n.get(row, h)
					if back && r > 0 {
						z[r] = n.twisted(z[r], w, r, true)
					}
				}
				for r, y := range n.dft(z, back) {
					if !back && r > 0 {
						y = n.twisted(y, w, r, false)
					}
					n.put(y, rows[r], h)
				}
			}
			n.flush()
			n.SUBQ(operand.I32(-rowBytes), x)
			n.ADDQ(operand.I8(24), w)
		})
		n.ADDQ(bytes3, x)
	})
}

// ends are the real and imaginary parts of rows j and j+q at re and im.
type ends struct {
	re, im        reg.GPVirtual
	stride, bytes reg.GPVirtual
}

func (n *net) ends(q reg.Register) ends {
	e := ends{re: n.base("re"), im: n.base("im"), stride: n.number("stride"), bytes: n.GP64()}
	n.SHLQ(operand.U8(2), e.stride)
	n.MOVQ(q, e.bytes)
	n.IMULQ(e.stride, e.bytes)
	return e
}

func (n *net) row(e ends, r, h int) (re, im operand.Mem) {
	re, im = operand.Mem{Base: e.re}, operand.Mem{Base: e.im}
	if r > 0 {
		re.Index, re.Scale, im.Index, im.Scale = e.bytes, 1, e.bytes, 1
	}
	return re.Offset(n.bytes() * h), im.Offset(n.bytes() * h)
}

func (n *net) halfDown() {
	dst, q, w := n.base("dst"), n.number("q"), n.base("twiddles")
	e := n.ends(q)
	bytes, bytes3 := n.GP64(), n.GP64()
	n.MOVQ(q, bytes)
	n.SHLQ(operand.U8(7), bytes)
	n.LEAQ(operand.Mem{Base: bytes, Index: bytes, Scale: 2}, bytes3)
	n.loop("row", q, func() {
		rows := n.quarters(dst, bytes, bytes3)
		for h := range n.halves() {
			var z [2]complexes
			for r := range z {
				re, im := n.row(e, r, h)
				z[r] = complexes{n.load(re), n.load(im)}
			}
			for r, y := range [4]complexes{n.addC(z[0], z[1]), n.addTurned(z[0], z[1], false), n.subC(z[0], z[1]), n.subTurned(z[0], z[1], false)} {
				if r > 0 {
					y = n.twisted(y, w, r, false)
				}
				n.put(y, rows[r], h)
			}
		}
		n.flush()
		n.ADDQ(e.stride, e.re)
		n.ADDQ(e.stride, e.im)
		n.SUBQ(operand.I32(-rowBytes), dst)
		n.ADDQ(operand.I8(24), w)
	})
}

func (n *net) halfUp() {
	x, q, w := n.base("x"), n.number("q"), n.base("twiddles")
	e := n.ends(q)
	bytes, bytes3 := n.GP64(), n.GP64()
	n.MOVQ(q, bytes)
	n.SHLQ(operand.U8(7), bytes)
	n.LEAQ(operand.Mem{Base: bytes, Index: bytes, Scale: 2}, bytes3)
	n.loop("row", q, func() {
		rows := n.quarters(x, bytes, bytes3)
		for h := range n.halves() {
			var z [4]complexes
			for r, row := range rows {
				z[r] = n.get(row, h)
				if r > 0 {
					z[r] = n.twisted(z[r], w, r, true)
				}
			}
			y := [2]complexes{
				n.addC(n.addC(z[0], z[2]), n.addC(z[1], z[3])),
				n.addTurned(n.subC(z[0], z[2]), n.subC(z[1], z[3]), true),
			}
			for r := range y {
				re, im := n.row(e, r, h)
				n.store(y[r].re, re)
				n.store(y[r].im, im)
			}
		}
		n.flush()
		n.ADDQ(e.stride, e.re)
		n.ADDQ(e.stride, e.im)
		n.SUBQ(operand.I32(-rowBytes), x)
		n.ADDQ(operand.I8(24), w)
	})
}
