package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"latentspace/kernel/asm/neon"
)

// part is the elements that one pass of a program works on: those behind index, of
// which the mask, if there is one, lets some through.
type part struct {
	index reg.GPVirtual
	half  int // 1 for elements 4…7 of the eight that AVX2 does in two registers
	steps int // that come before it in the same pass
	mask  op
}

// step is how many elements the body of a loop does: eight float64 lanes, in two
// registers with AVX2, or the float32 lanes of one register.
func (l *lanes) step() int {
	switch {
	case l.narrow:
		return 4
	case l.single && l.wide:
		return 16
	}
	return 8
}

func (l *lanes) halves() int {
	if l.wide || l.single {
		return 1
	}
	return 2
}

// loop calls body for all elements of arrays of length n: for every step, and for
// a masked rest. SSE2 has no masks, and leaves the rest.
func (l *lanes) loop(n reg.Register, body func(p part)) {
	i, whole := l.GP64(), l.GP64()
	l.XORQ(i, i)
	if l.neon && !l.single {
		l.steps("both", i, n, whole, 2, body)
	}
	l.steps("", i, n, whole, 1, body)
	if l.narrow {
		return
	}
	l.CMPQ(i, n)
	l.JEQ(operand.LabelRef("done"))
	rest := l.GP64()
	l.MOVQ(n, rest)
	l.SUBQ(i, rest)
	for h, mask := range l.restMasks(rest) {
		body(part{index: i, half: h, mask: mask})
	}
	l.Label("done")
}

// steps calls body for as many steps at a time, a power of two, while there are. name makes its
// labels unique.
func (l *lanes) steps(name string, i reg.GPVirtual, n, whole reg.Register, steps int, body func(p part)) {
	l.MOVQ(n, whole)
	l.ANDQ(operand.I8(-steps*l.step()), whole)
	l.JMP(operand.LabelRef("test" + name))
	l.Label("loop" + name)
	for step := range steps {
		for h := range l.halves() {
			if l.neon && step+h > 0 {
				l.Instruction(neon.Fence())
			}
			body(part{index: i, half: h, steps: step})
		}
	}
	l.ADDQ(operand.U8(steps*l.step()), i)
	l.Label("test" + name)
	l.CMPQ(i, whole)
	l.JLT(operand.LabelRef("loop" + name))
}

// restMasks has the masks for the first rest elements of a step.
func (l *lanes) restMasks(rest reg.GPVirtual) []op {
	if l.wide {
		k, ones := l.K(), l.GP64()
		l.MOVQ(operand.I32(-1), ones)
		l.BZHIQ(rest, ones, ones)
		l.KMOVW(ones.As32(), k)
		return []op{k}
	}
	if l.masks == nil {
		m := l.StaticGlobal("masks")
		l.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 8 {
			l.AddDatum(8*i, operand.U64(^uint64(0)>>(i/4*63)>>(i/4)))
		}
		l.masks = &m
	}
	at := l.GP64()
	l.LEAQ(*l.masks, at)
	l.NEGQ(rest)
	mem := operand.Mem{Base: at, Index: rest, Scale: 4, Disp: 32}
	if l.single {
		y := l.YMM()
		l.VMOVUPS(mem, y)
		return []op{y}
	}
	low, high := l.XMM(), l.XMM()
	l.VMOVUPS(mem, low)
	l.VMOVUPS(mem.Offset(16), high)
	return []op{low, high}
}

func (p part) of(base reg.Register) operand.Mem {
	return operand.Mem{Base: base, Index: p.index, Scale: 4, Disp: 16*p.half + 32*p.steps}
}

// get loads elements of float32, zero where masked.
func (l *lanes) get(base reg.Register, p part) vec {
	d, m := l.vec(), p.of(base)
	switch {
	case l.narrow:
		l.MOVUPS(m, d)
	case l.single && p.mask == nil:
		l.VMOVUPS(m, d)
	case l.single && l.wide:
		l.VMOVUPS_Z(m, p.mask, d)
	case l.single:
		l.VMASKMOVPS(m, p.mask, d)
	case p.mask == nil:
		l.VCVTPS2PD(m, d)
	case l.wide:
		l.VCVTPS2PD_Z(m, p.mask, d)
	default:
		x := l.XMM()
		l.VMASKMOVPS(m, p.mask, x)
		l.VCVTPS2PD(x, d)
	}
	return d
}

// put rounds and stores elements.
func (l *lanes) put(base reg.Register, p part, v vec) {
	m := p.of(base)
	var r op = v
	if !l.single && l.wide {
		y := l.YMM()
		l.VCVTPD2PS(v, y)
		r = y
	} else if !l.single {
		x := l.XMM()
		l.VCVTPD2PSY(v, x)
		r = x
	}
	switch {
	case l.narrow:
		l.MOVUPS(r, m)
	case p.mask == nil:
		l.VMOVUPS(r, m)
	case l.wide:
		l.VMOVUPS(r, p.mask, m)
	default:
		l.VMASKMOVPS(r, p.mask, m)
	}
}

// accumulator is eight float64 lanes, to which element i adds in lane i mod 8.
type accumulator struct {
	l    *lanes
	sums []vec
}

func (l *lanes) accumulator() accumulator {
	a := accumulator{l: l}
	for range l.halves() {
		v := l.vec()
		l.VXORPD(v, v, v)
		a.sums = append(a.sums, v)
	}
	return a
}

// add adds v where the mask lets it.
func (a accumulator) add(p part, v vec) {
	s := a.sums[p.half]
	switch {
	case p.mask == nil:
		a.l.VADDPD(v, s, s)
	case a.l.wide:
		a.l.VADDPD(v, s, p.mask, s)
	default:
		m := a.l.YMM()
		a.l.VPMOVSXDQ(p.mask, m)
		a.l.VADDPD(a.l.and(v, m), s, s)
	}
}

// total is ((s₀+s₄)+(s₂+s₆)) + ((s₁+s₅)+(s₃+s₇)).
func (a accumulator) total() reg.VecVirtual {
	l, y := a.l, a.l.YMM()
	if l.wide {
		l.VEXTRACTF64X4(operand.U8(1), a.sums[0], y)
		l.VADDPD(y, a.sums[0].AsY(), y)
	} else {
		l.VADDPD(a.sums[1], a.sums[0], y)
	}
	x, h := l.XMM(), l.XMM()
	l.VEXTRACTF128(operand.U8(1), y, x)
	l.VADDPD(x, y.AsX(), x)
	l.VUNPCKHPD(x, x, h)
	l.VADDSD(h, x, x)
	return x
}
