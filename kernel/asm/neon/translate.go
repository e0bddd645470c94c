package neon

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
)

// Instructions that AVX2 does not have: NEON needs fewer for the same than those that AVX2 has.
const (
	spread   = "SPREAD"
	smaller  = "SMALLER"
	larger   = "LARGER"
	flush    = "FLUSH"
	multiply = "MULTIPLY"
	fence    = "FENCE"
)

func instruction(opcode string, operands ...operand.Op) *ir.Instruction {
	last := len(operands) - 1
	return &ir.Instruction{Opcode: opcode, Operands: operands, Inputs: operands[:last], Outputs: operands[last:]}
}

// Smaller and Larger return the instruction for the smaller or the larger of two vectors of float64, and
// NaN where one is NaN. Of zeros with two signs it may be either.
func Smaller(a, b, to operand.Op) *ir.Instruction { return instruction(smaller, a, b, to) }
func Larger(a, b, to operand.Op) *ir.Instruction  { return instruction(larger, a, b, to) }

// Flush returns the instruction for the float32s of a vector, and 0 for those of a magnitude below
// bound's. NaN stays.
func Flush(bound, x, to operand.Op) *ir.Instruction { return instruction(flush, bound, x, to) }

// Multiply returns the instruction for the low halves of the products of 64-bit integers with
// factors, of which swapped has the two halves of each in the other order.
func Multiply(swapped, factors, x, to operand.Op) *ir.Instruction {
	return instruction(multiply, swapped, factors, x, to)
}

// Fence returns an instruction that does nothing, between parts of a loop that may be scheduled
// apart.
func Fence() *ir.Instruction { return &ir.Instruction{Opcode: fence} }

// Spread returns the instruction that puts the first bytes of memory, as many as bits has ones
// in its lower eight, to those of eight bytes of a vector where the ones are, and zeros to the
// others.
func Spread(values, bits, to operand.Op) *ir.Instruction {
	return instruction(spread, values, bits, to)
}

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
		if h == 0 || !d.uniform {
			l.emit(move(d.half[h], r))
		}
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

// multiply adds the product of the low halves to 2³² times the sum of those of a low and a high one.
func (l *lowering) multiply(i *ir.Instruction) {
	l.halves(i, 3, func(d register, at func(k int) register) {
		cross, sum, high, low, factor, t := l.fresh(), l.fresh(), l.fresh(), l.fresh(), l.fresh(), l.fresh()
		l.emit(three(mul4, cross, at(2), at(0)), other(0x6ea02800, "UADDLP V%d.2D, V%d.4S", sum, cross), shift("SHL", 8, high, sum, 32),
			other(0x0ea12800, "XTN V%d.2S, V%d.2D", low, at(2)), other(0x0ea12800, "XTN V%d.2S, V%d.2D", factor, at(1)),
			move(t, high), word(0x2ea08000, "UMLAL V%d.2D, V%d.2S, V%d.2S", []register{t}, []register{t, low, factor}, fieldD, fieldN, fieldM), move(d, t))
	})
}

// moveWhole is between a register and memory or another register.
func (l *lowering) moveWhole(i *ir.Instruction) {
	from, to := i.Operands[0], i.Operands[1]
	if m, ok := to.(operand.Mem); ok {
		v := l.vector(i, 0)
		base, offset := l.address(m)
		switch {
		case !wide(from):
			l.storeTo(v.half[0], m, 16)
		case paired(offset):
			l.emit(storePair(v.of(0), v.of(1), base, offset))
		default:
			for h := range 2 {
				b, o := l.reach(base, offset+16*h, 16)
				l.emit(store(v.of(h), b, o, 16))
			}
		}
		return
	}
	d := l.vector(i, 1)
	if m, ok := from.(operand.Mem); ok {
		l.loadWhole(d, m, wide(to))
		return
	}
	l.unary(i, func(d, n register) { l.emit(move(d, n)) })
}

// moveLane is of the first lane between a register and memory.
func (l *lowering) moveLane(i *ir.Instruction, size int) {
	name := map[int]string{4: "FMOVS", 8: "FMOVD"}[size]
	if m, ok := i.Operands[1].(operand.Mem); ok {
		v := l.vector(i, 0).half[0]
		if p, ok := parameter(m); ok {
			t := text(name+" %U, "+p, nil, []register{v})
			t.keep = true
			l.emit(t)
			return
		}
		l.storeTo(v, m, size)
		return
	}
	m, ok := i.Operands[0].(operand.Mem)
	if !ok {
		refuse(i, "it is not of memory")
	}
	l.loadFrom(l.vector(i, 1).half[0], m, size)
}

// moveBits is eight bytes to memory, or four bytes between the first lane and a general register.
func (l *lowering) moveBits(i *ir.Instruction) {
	from, to := i.Operands[0], i.Operands[1]
	m, memory := to.(operand.Mem)
	switch double := i.Opcode == "VMOVQ"; {
	case memory && double:
		l.storeTo(l.vector(i, 0).half[0], m, 8)
	case !double && isVector(to) && isGeneral(from):
		l.emit(other(0x1e270000, "FMOV S%d, W%d", l.vector(i, 1).half[0], l.general1(from)))
	case !double && isGeneral(to) && isVector(from):
		d := l.general1(to)
		l.emit(other(0x1e260000, "FMOV W%d, S%d", d, l.vector(i, 0).half[0]))
		l.changed(d)
	default:
		refuse(i, "no translation")
	}
}

// broadcast gives every lane the same number.
func (l *lowering) broadcast(i *ir.Instruction, size int) {
	d := l.vector(i, 1)
	m, memory := i.Operands[0].(operand.Mem)
	p, isParameter := parameter(m)
	switch {
	case memory && isParameter:
		t := l.fresh()
		l.emit(text(map[int]string{4: "FMOVS ", 8: "FMOVD "}[size]+p+", %D", []register{t}, nil))
		l.lanes(d, t, size)
	case memory && d.factor:
		l.loadFrom(d.half[0], m, size)
	case memory && size == 4:
		base, offset := l.address(m)
		l.emit(loadEach(d.half[0], l.exact(base, offset)))
		if !d.uniform {
			l.emit(move(d.half[1], d.half[0]))
		}
	case memory:
		refuse(i, "no translation")
	default:
		l.lanes(d, l.vector(i, 0).half[0], size)
	}
}

// lanes gives every lane of d the first of n.
func (l *lowering) lanes(d *vector, n register, size int) {
	o := dup[size]
	for h := range d.halves(true) {
		l.emit(other(o.bits, fmt.Sprintf("DUP V%%d.%s, V%%d.%s[0]", o.arr, o.arr[1:]), d.half[h], n))
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

// maskedMove touches only the lanes that a mask lets through, which are the first ones: NEON has
// no masks, so that a half goes whole or lane by lane.
func (l *lowering) maskedMove(i *ir.Instruction) {
	mask := l.vector(i, 1)
	m, storing := i.Operands[2].(operand.Mem)
	k := 2
	if storing {
		k = 0
	} else {
		m = i.Operands[0].(operand.Mem)
	}
	base, offset := l.address(m)
	at, v := l.exact(base, offset), l.vector(i, k)
	halves := 1
	if wide(i.Operands[1]) {
		halves = 2
	}
	done := make([]register, halves)
	for h := range halves {
		whole, end, bits := l.inner(), l.inner(), l.general()
		place, t := l.exact(at, 16*h), l.fresh()
		each := func(lanes int) *inst {
			if storing {
				return storeLane(v.of(h), lanes, l.exact(place, 4*lanes), 4)
			}
			return loadLane(t, lanes, l.exact(place, 4*lanes), 4)
		}
		if !storing {
			l.emit(zero(t))
		}
		l.emit(lane(bits, mask.of(h), 3))
		l.branch("CBNZ %u,", whole, bits)
		for n := range 3 {
			l.emit(lane(bits, mask.of(h), n))
			l.branch("CBZ %u,", end, bits)
			l.emit(each(n))
		}
		l.branch("JMP", end)
		l.label(whole)
		if storing {
			l.emit(store(v.of(h), place, 0, 16))
		} else {
			l.emit(load(t, place, 0, 16))
		}
		l.label(end)
		done[h] = t
	}
	if !storing {
		l.put(v, done...)
	}
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

// spread counts for each byte how many come before it, and looks it up there.
func (l *lowering) spread(i *ir.Instruction) {
	const ones = 0x0101010101010101
	bits := l.general1(i.Operands[1])
	powers, one, m, x, count, before := l.fresh(), l.fresh(), l.fresh(), l.general(), l.general(), l.fresh()
	values, index, d := l.fresh(), l.fresh(), l.fresh()
	table := operand.NewDataAddr(operand.NewStaticSymbol(l.constants.powers()), 0)
	l.loadFrom(powers, table, 8)
	l.emit(other(0x0e010c00, "DUP V%d.8B, W%d", m, bits))
	set, mine := l.fresh(), l.fresh()
	l.emit(three(cmtst8, set, m, powers))
	l.loadFrom(one, table.Offset(8), 8)
	l.emit(three(and8, mine, set, one), other(0x9e660000, "FMOV X%d, D%d", x, mine))
	l.text(fmt.Sprintf("MOVD $%#x, %%d", ones), []register{count}, nil)
	l.text("MUL %u, %u, %d", []register{count}, []register{x, count})
	l.emit(other(0x9e670000, "FMOV D%d, X%d", before, count))
	t := l.fresh()
	l.emit(three(sub8, t, before, mine), three(orn8, index, t, set))
	mem, _ := i.Operands[0].(operand.Mem)
	l.loadFrom(values, mem, 8)
	l.emit(word(0x0e000000, "TBL V%d.8B, {V%d.16B}, V%d.8B", []register{d}, []register{values, index}, fieldD, fieldN, fieldM))
	l.put(l.result(i), d)
}

// powers adds to the table one bit for each of eight bytes, and a one for each.
func (c *constants) powers() string {
	const name = "powers"
	if _, ok := c.at[name]; !ok {
		c.at[name] = place{offset: len(c.data)}
		for i := range 8 {
			c.data = append(c.data, 1<<i)
		}
		for range 8 {
			c.data = append(c.data, 1)
		}
	}
	return name
}
