package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"latentspace/kernel/asm/neon"
)

// lanes writes one operation for all lanes of a register. The same program gives
// AVX2, AVX-512 and NEON, and float32 or float64 lanes. Every operation rounds as the portable
// twin does: multiply-adds are fused in bernoulli.go and recurrent.go alone.
type lanes struct {
	*build.Context
	wide   bool // AVX-512
	neon   bool // AVX2's programs, to be translated
	narrow bool // SSE2, which has float32 lanes of updates alone
	single bool // float32 lanes
	lone   bool // only the first float64 lane counts

	constants map[uint64]operand.Mem
	masks     *operand.Mem
}

type (
	vec = reg.VecVirtual
	op  = operand.Op // a register, or a constant in memory
)

func (l *lanes) vec() vec {
	if l.lone || l.narrow {
		return l.XMM()
	}
	if l.wide {
		return l.ZMM()
	}
	return l.YMM()
}

// bits is a constant in every lane.
func (l *lanes) bits(b uint64) operand.Mem {
	key := b
	if l.single {
		key |= b << 32
	}
	if m, ok := l.constants[key]; ok {
		return m
	}
	m := l.StaticGlobal(fmt.Sprintf("k%016x", key))
	l.DataAttributes(attr.RODATA | attr.NOPTR)
	width := 32
	if l.wide {
		width = 64
	}
	for i := 0; i < width; i += 8 {
		l.AddDatum(i, operand.U64(key))
	}
	l.constants[key] = m
	return m
}

// c is a number in every lane.
func (l *lanes) c(x float64) operand.Mem {
	if l.single {
		return l.bits(uint64(math.Float32bits(float32(x))))
	}
	return l.bits(math.Float64bits(x))
}

// load moves a constant into a register.
func (l *lanes) load(m operand.Mem) vec {
	d := l.vec()
	l.VMOVUPD(m, d)
	return d
}

// two writes d = a∘b for an instruction that takes b from memory.
func (l *lanes) two(f func(...op), a, b op) vec {
	d := l.vec()
	f(b, a, d)
	return d
}

func (l *lanes) pick(double, single func(...op)) func(...op) {
	if l.single {
		return single
	}
	return double
}

// arithmetic is pick, and with SSE2 an instruction that replaces its first operand.
func (l *lanes) arithmetic(double, single func(...op), narrow func(b, a op)) func(...op) {
	if !l.narrow {
		return l.pick(double, single)
	}
	return func(o ...op) {
		l.MOVAPS(o[1], o[2])
		narrow(o[0], o[2])
	}
}

// commute puts a constant second.
func commute(a, b op) (op, op) {
	if _, ok := a.(operand.Mem); ok {
		return b, a
	}
	return a, b
}

func (l *lanes) add(a, b op) vec {
	a, b = commute(a, b)
	return l.two(l.arithmetic(l.VADDPD, l.VADDPS, l.ADDPS), a, b)
}

func (l *lanes) mul(a, b op) vec {
	a, b = commute(a, b)
	return l.two(l.arithmetic(l.VMULPD, l.VMULPS, l.MULPS), a, b)
}

func (l *lanes) sub(a, b op) vec { return l.two(l.arithmetic(l.VSUBPD, l.VSUBPS, l.SUBPS), a, b) }
func (l *lanes) div(a, b op) vec { return l.two(l.arithmetic(l.VDIVPD, l.VDIVPS, l.DIVPS), a, b) }

// min is a where a < b and b elsewhere, also where one is NaN.
func (l *lanes) min(a, b op) vec { return l.two(l.pick(l.VMINPD, l.VMINPS), a, b) }

// max is a where a > b and b elsewhere, also where one is NaN.
func (l *lanes) max(a, b op) vec { return l.two(l.pick(l.VMAXPD, l.VMAXPS), a, b) }

// clampHigh is min for a bound that is neither zero nor NaN, and clampLow max. NEON has one instruction
// for each, of which neon translates that for float64.
func (l *lanes) clampHigh(bound, x op) vec {
	if l.neon && !l.single {
		return l.two(l.instruction(neon.Smaller), bound, x)
	}
	return l.min(bound, x)
}

func (l *lanes) clampLow(bound, x op) vec {
	if l.neon && !l.single {
		return l.two(l.instruction(neon.Larger), bound, x)
	}
	return l.max(bound, x)
}

// instruction writes one that AVX2 does not have.
func (l *lanes) instruction(f func(a, b, to op) *ir.Instruction) func(...op) {
	return func(o ...op) { l.Instruction(f(o[0], o[1], o[2])) }
}

func (l *lanes) sqrt(a op) vec {
	d := l.vec()
	if l.narrow {
		l.SQRTPS(a, d)
	} else {
		l.pick(l.VSQRTPD, l.VSQRTPS)(a, d)
	}
	return d
}

func (l *lanes) and(a, b op) vec {
	a, b = commute(a, b)
	return l.two(l.arithmetic(l.VANDPD, l.VANDPD, l.ANDPS), a, b)
}
func (l *lanes) or(a, b op) vec  { a, b = commute(a, b); return l.two(l.VORPD, a, b) }
func (l *lanes) xor(a, b op) vec { a, b = commute(a, b); return l.two(l.VXORPD, a, b) }

func (l *lanes) addInt(a, b op) vec {
	a, b = commute(a, b)
	return l.two(l.pick(l.VPADDQ, l.VPADDD), a, b)
}
func (l *lanes) subInt(a, b op) vec { return l.two(l.VPSUBQ, a, b) }

// left and right shift integers, filling with zeros.
func (l *lanes) left(a op, n uint8) vec {
	return l.two(l.pick(l.VPSLLQ, l.VPSLLD), a, operand.U8(n))
}
func (l *lanes) right(a op, n uint8) vec {
	return l.two(l.pick(l.VPSRLQ, l.VPSRLD), a, operand.U8(n))
}

const signBit = 1 << 63

func (l *lanes) sign(a op) vec { return l.and(a, l.bits(signBit)) }
func (l *lanes) abs(a op) vec  { return l.and(a, l.bits(signBit-1)) }

// neg flips the sign.
func (l *lanes) neg(a op) vec { return l.xor(a, l.bits(signBit)) }

// Comparisons are false where one is NaN.
const (
	equal        = 0x00
	less         = 0x11
	lessEqual    = 0x12
	greater      = 0x1e
	notLess      = 0x15 // true where one is NaN
	notLessEqual = 0x16 // true where one is NaN
	notEqual     = 0x04 // true where one is NaN
)

// cmp compares a with b.
func (l *lanes) cmp(how uint8, a, b op) op {
	if l.narrow {
		return l.two(l.arithmetic(nil, nil, func(b, a op) { l.CMPPS(b, a, operand.U8(how&7)) }), a, b)
	}
	var d op = l.K()
	if !l.wide {
		d = l.vec()
	}
	l.pick(l.VCMPPD, l.VCMPPS)(operand.U8(how), b, a, d)
	return d
}

// choose is a where the mask is set and b, a register, elsewhere.
func (l *lanes) choose(mask, a, b op) vec {
	d := l.vec()
	switch {
	case l.wide:
		l.pick(l.VBLENDMPD, l.VBLENDMPS)(a, b, mask, d)
	case l.single:
		l.VBLENDVPS(mask, a, b, d)
	default:
		l.VBLENDVPD(mask, a, b, d)
	}
	return d
}

// horner is c[0] + x(c[1] + x(…)).
func (l *lanes) horner(x op, c []float64) vec {
	last := len(c) - 1
	p := l.add(l.mul(x, l.c(c[last])), l.c(c[last-1]))
	for i := last - 2; i >= 0; i-- {
		p = l.add(l.mul(x, p), l.c(c[i]))
	}
	return p
}
