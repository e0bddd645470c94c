package neon

import (
	"strings"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
)

// lanewise has the instructions that are one of NEON's for each half.
var lanewise = map[string]opcode{
	"VADDPS": fadd[4], "VADDPD": fadd[8], "VADDSS": fadd[4], "VADDSD": fadd[8],
	"VSUBPS": fsub[4], "VSUBPD": fsub[8], "VMULPS": fmul[4], "VMULPD": fmul[8], "VDIVPS": fdiv[4], "VDIVPD": fdiv[8],
	"VHADDPS": faddp, "VPADDD": addi[4], "VPADDQ": addi[8], "VPSUBQ": subi, "VPMAXUD": umax, "VPCMPEQD": cmeqi,
	"VANDPS": and, "VANDPD": and, "VORPS": orr, "VORPD": orr, "VXORPS": eor, "VXORPD": eor,
	"VUNPCKLPS": zip1[4], "VUNPCKHPS": zip2[4], "VUNPCKLPD": zip1[8], "VUNPCKHPD": zip2[8],
}

// instruction writes one.
func (l *lowering) instruction(i *ir.Instruction) {
	o, isLane := lanewise[i.Opcode]
	switch {
	case i.Opcode == "VZEROUPPER":
	case i.Opcode == "RET":
		l.emit(&inst{keep: true, ends: true, write: func(*inst) string { return "RET" }})
	case cancels(i):
		d := l.result(i)
		for h := range d.halves(wide(i.Operands[2])) {
			l.emit(zero(d.half[h]))
		}
	case isLane:
		l.binary(i, func(d, n, m register) { l.emit(three(o, d, n, m)) })
	case i.Opcode == fence:
		l.emit(&inst{fence: true, keep: true})
	case strings.HasPrefix(i.Opcode, "V"), i.Opcode == "MOVSD":
		l.vectorial(i)
	case i.Opcode == spread:
		l.spread(i)
	case i.Opcode == smaller:
		l.binary(i, func(d, n, m register) { l.emit(three(fmin, d, n, m)) })
	case i.Opcode == larger:
		l.binary(i, func(d, n, m register) { l.emit(three(fmax, d, n, m)) })
	case i.Opcode == flush:
		l.binary(i, func(d, x, bound register) {
			t := l.fresh()
			l.emit(three(facgt, t, bound, x), three(bic, d, x, t))
		})
	case i.Opcode == multiply:
		l.multiply(i)
	default:
		l.scalar(i)
	}
}

// lanesOf is the bytes of a lane of an instruction.
func lanesOf(i *ir.Instruction) int {
	switch i.Opcode[len(i.Opcode)-1] {
	case 'D': // PD and SD, but not of integers, where D has four bytes
		if strings.HasPrefix(i.Opcode, "VP") {
			return 4
		}
		return 8
	case 'Q':
		return 8
	}
	return 4
}

// binary calls f for each half of d = n∘m, which AVX2 has as m, n, d.
func (l *lowering) binary(i *ir.Instruction, f func(d, n, m register)) {
	l.halves(i, len(i.Operands)-1, func(d register, at func(k int) register) {
		k := len(i.Operands) - 3
		f(d, at(k+1), at(k))
	})
}

// unary calls f for each half of d = f(n).
func (l *lowering) unary(i *ir.Instruction, f func(d, n register)) {
	l.halves(i, len(i.Operands)-1, func(d register, at func(k int) register) { f(d, at(len(i.Operands)-2)) })
}

// halves calls f for each half of a result, operand k, with a function that gives that of
// another operand.
func (l *lowering) halves(i *ir.Instruction, k int, f func(d register, at func(k int) register)) {
	both := wide(i.Operands[k])
	sources := map[int]*vector{}
	for n, o := range i.Operands[:k] {
		_, memory := o.(operand.Mem)
		if memory || isVector(o) {
			sources[n] = l.source(i, n, both)
		}
	}
	d := l.vector(i, k)
	for h := range d.halves(both) {
		f(d.half[h], func(n int) register { return sources[n].of(h) })
	}
}

// put gives a result its halves, which may be made of those that it had.
func (l *lowering) put(d *vector, halves ...register) {
	for h, r := range halves {
		l.emit(move(d.half[h], r))
	}
}

// how is an instruction's first operand, a number.
func how(i *ir.Instruction) int {
	n, ok := immediate(i.Operands[0])
	if !ok {
		refuse(i, "a number is wanted first")
	}
	return int(n)
}

func (l *lowering) vectorial(i *ir.Instruction) {
	lanes := lanesOf(i)
	switch i.Opcode {
	case "VMOVUPS", "VMOVUPD", "VMOVAPS":
		l.moveWhole(i)
	case "VMOVSS", "VMOVSD", "MOVSD":
		l.moveLane(i, lanes)
	case "VMOVD", "VMOVQ":
		l.moveBits(i)
	case "VMOVHPS":
		m, _ := i.Operands[0].(operand.Mem)
		base, offset := l.address(m)
		at, t := l.exact(base, offset), l.fresh()
		l.emit(move(t, l.vector(i, 1).half[0]), loadLane(t, 1, at, 8))
		l.put(l.result(i), t)
	case "VBROADCASTSS", "VBROADCASTSD", "VPBROADCASTD", "VPBROADCASTQ":
		l.broadcast(i, lanes)
	case "VMASKMOVPS":
		l.maskedMove(i)
	case "VMOVMSKPS":
		l.signs(i)
	case "VMINPS":
		l.binary(i, func(d, n, m register) { l.choose(d, cmgt[lanes], m, n, n, m) })
	case "VMAXPS", "VMAXPD", "VMAXSD":
		l.binary(i, func(d, n, m register) { l.choose(d, cmgt[lanes], n, m, n, m) })
	case "VCMPPS", "VCMPPD":
		l.compare(i, lanes)
	case "VBLENDVPS", "VBLENDVPD":
		// The mask, what it takes, and what it leaves.
		l.halves(i, 3, func(d register, at func(k int) register) {
			t := l.fresh()
			if l.vector(i, 0).mask {
				l.emit(move(t, at(0)))
			} else {
				l.emit(shift("SSHR", lanes, t, at(0), 8*lanes-1))
			}
			l.emit(into(bsl, t, at(1), at(2)), move(d, t))
		})
	case "VSQRTPS", "VSQRTPD":
		l.unary(i, func(d, n register) { l.emit(two(sqrt[lanes], d, n)) })
	case "VCVTDQ2PS":
		l.unary(i, func(d, n register) { l.emit(two(scvtf, d, n)) })
	case "VMOVSHDUP":
		l.unary(i, func(d, n register) { l.emit(three(trn2, d, n, n)) })
	case "VPSLLQ", "VPSLLD":
		l.unary(i, func(d, n register) { l.emit(shift("SHL", lanes, d, n, how(i))) })
	case "VPSRLQ", "VPSRLD":
		l.unary(i, func(d, n register) { l.emit(shift("USHR", lanes, d, n, how(i))) })
	case "VFMADD231PS", "VFNMADD231PS", "VFMADD213PS":
		l.multiplyAdd(i)
	case "VSHUFPS":
		o, ok := map[int]opcode{0x88: uzp1, 0xdd: uzp2}[how(i)]
		if !ok {
			refuse(i, "no one instruction shuffles so")
		}
		l.binary(i, func(d, n, m register) { l.emit(three(o, d, n, m)) })
	case "VPSHUFD":
		l.unary(i, func(d, n register) {
			switch how(i) {
			case 0x4e:
				l.emit(word(0x6e004000, "EXT V%d.16B, V%d.16B, V%d.16B, #8", []register{d}, []register{n, n}, fieldD, fieldN, fieldM))
			case 0xb1:
				l.emit(two(rev64, d, n))
			default:
				refuse(i, "no one instruction shuffles so")
			}
		})
	case "VPERM2F128":
		a, b := l.vector(i, 2), l.vector(i, 1)
		halves := [4]register{a.of(0), a.of(1), b.of(0), b.of(1)}
		low, high := l.fresh(), l.fresh()
		l.emit(move(low, halves[how(i)&3]), move(high, halves[how(i)>>4&3]))
		l.put(l.result(i), low, high)
	case "VINSERTF128":
		t, low := l.source(i, 1, false), l.fresh()
		l.emit(move(low, l.vector(i, 2).half[0]))
		l.put(l.result(i), low, t.half[0])
	case "VEXTRACTF128", "VEXTRACTI128":
		l.put(l.result(i), l.vector(i, 1).of(1))
	case "VCVTPS2PD":
		l.widen(i, 0x0e617800, "FCVTL V%d.2D, V%d.2S", 0x4e617800, "FCVTL2 V%d.2D, V%d.4S")
	case "VPMOVSXDQ":
		l.widen(i, 0x0f20a400, "SXTL V%d.2D, V%d.2S", 0x4f20a400, "SXTL2 V%d.2D, V%d.4S")
	case "VPMOVZXBD":
		l.widenBytes(i)
	case "VCVTPD2PSY":
		n, t := l.vector(i, 0), l.fresh()
		l.emit(other(0x0e616800, "FCVTN V%d.2S, V%d.2D", t, n.of(0)),
			word(0x4e616800, "FCVTN2 V%d.4S, V%d.2D", []register{t}, []register{t, n.of(1)}, fieldD, fieldN))
		l.put(l.result(i), t)
	default:
		refuse(i, "no translation")
	}
}

// choose is d = a where x > y, or what else test says, and b elsewhere.
func (l *lowering) choose(d register, test opcode, x, y, a, b register) {
	t := l.fresh()
	l.emit(three(test, t, x, y), into(bsl, t, a, b), move(d, t))
}

// compare makes a mask. Predicates that are true where one is NaN are the contrary of others.
func (l *lowering) compare(i *ir.Instruction, lanes int) {
	type test struct {
		o         opcode
		turned    bool // m∘n for n∘m
		otherwise bool
	}
	c, ok := map[int]test{
		0x00: {o: cmeq[lanes]}, 0x04: {o: cmeq[lanes], otherwise: true},
		0x11: {o: cmgt[lanes], turned: true}, 0x15: {o: cmgt[lanes], turned: true, otherwise: true},
		0x12: {o: cmge[lanes], turned: true}, 0x16: {o: cmge[lanes], turned: true, otherwise: true},
		0x1e: {o: cmgt[lanes]},
	}[how(i)]
	if !ok {
		refuse(i, "no such comparison")
	}
	l.binary(i, func(d, n, m register) {
		if c.turned {
			n, m = m, n
		}
		t := l.fresh()
		l.emit(three(c.o, t, n, m))
		if c.otherwise {
			l.emit(two(mvn, d, t))
		} else {
			l.emit(move(d, t))
		}
	})
}

// multiplyAdd is fused. The letters say which operands are multiplied.
func (l *lowering) multiplyAdd(i *ir.Instruction) {
	o := fmla
	if strings.HasPrefix(i.Opcode, "VFN") {
		o = fmls
	}
	l.halves(i, 2, func(acc register, at func(k int) register) {
		switch {
		case strings.Contains(i.Opcode, "213"):
			t := l.fresh()
			l.emit(move(t, at(0)), into(o, t, at(1), acc), move(acc, t))
		case isVector(i.Operands[0]) && l.vector(i, 0).factor:
			l.emit(multiplyLane(acc, at(1), at(0)))
		default:
			l.emit(into(o, acc, at(1), at(0)))
		}
	})
}

// widen makes both halves of the lower and the upper part of a half.
func (l *lowering) widen(i *ir.Instruction, low uint32, lowComment string, high uint32, highComment string) {
	d, both := l.result(i), wide(i.Operands[1])
	var n register
	if m, ok := i.Operands[0].(operand.Mem); ok {
		if !both {
			refuse(i, "it loads half a half")
		}
		n = l.fresh()
		l.loadFrom(n, m, 16)
	} else {
		n = l.vector(i, 0).half[0]
	}
	a, b := l.fresh(), l.fresh()
	l.emit(other(low, lowComment, a, n))
	if !both {
		l.put(d, a)
		return
	}
	l.emit(other(high, highComment, b, n))
	l.put(d, a, b)
}

// widenBytes makes eight lanes of eight bytes.
func (l *lowering) widenBytes(i *ir.Instruction) {
	n := l.fresh()
	if m, ok := i.Operands[0].(operand.Mem); ok {
		l.loadFrom(n, m, 8)
	} else {
		n = l.vector(i, 0).half[0]
	}
	t, a, b := l.fresh(), l.fresh(), l.fresh()
	l.emit(other(0x2f08a400, "UXTL V%d.8H, V%d.8B", t, n), other(0x2f10a400, "UXTL V%d.4S, V%d.4H", a, t), other(0x6f10a400, "UXTL2 V%d.4S, V%d.8H", b, t))
	l.put(l.result(i), a, b)
}

// signs gathers the upper bits of the lanes in a general register.
func (l *lowering) signs(i *ir.Instruction) {
	v, to := l.vector(i, 0), l.general1(i.Operands[1])
	weights := operand.NewDataAddr(operand.NewStaticSymbol(l.constants.weights()), 0)
	sum := register(none)
	halves := 1
	if wide(i.Operands[0]) {
		halves = 2
	}
	for h := range halves {
		t, w, x := v.of(h), l.fresh(), l.fresh()
		if !v.mask {
			t = l.fresh()
			l.emit(shift("SSHR", 4, t, v.of(h), 31))
		}
		l.loadFrom(w, weights.Offset(16*h), 16)
		l.emit(three(and, x, t, w))
		if h == 0 {
			sum = x
			continue
		}
		y := l.fresh()
		l.emit(three(orr, y, sum, x))
		sum = y
	}
	t := l.fresh()
	l.emit(other(0x4eb1b800, "ADDV S%d, V%d.4S", t, sum), other(0x1e260000, "FMOV W%d, S%d", to, t))
	l.changed(to)
}

// weights adds the table's values of the bits of eight lanes.
func (c *constants) weights() string {
	const name = "weights"
	if _, ok := c.at[name]; !ok {
		c.at[name] = place{offset: len(c.data)}
		for i := range 8 {
			c.data = append(c.data, 1<<i, 0, 0, 0)
		}
	}
	return name
}
