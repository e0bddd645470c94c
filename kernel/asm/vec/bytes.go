package main

import (
	"github.com/mmcloughlin/avo/operand"

	"latentspace/kernel/asm/neon"
)

var bytewise = []program{
	{name: "fractions", signature: "(dst []float32, x []byte)", single: true, write: (*lanes).fractions},
	{name: "expand", signature: "(dst []float32, masks, values []byte, by float32)", single: true, write: (*lanes).expand},
}

// fractions writes x/255, for as many bytes as fill whole registers.
func (l *lanes) fractions() {
	n, dst, x := l.length("dst"), l.base("dst"), l.base("x")
	width, bytes := 8, l.YMM
	if l.wide {
		width, bytes = 16, l.ZMM
	}
	whole := l.load(l.c(255))
	l.Label("block")
	l.SUBQ(operand.U8(width), n)
	l.JLT(operand.LabelRef("done"))
	v := bytes()
	l.VPMOVZXBD(operand.Mem{Base: x}, v)
	l.VCVTDQ2PS(v, v)
	l.VDIVPS(whole, v, v)
	l.VMOVUPS(v, operand.Mem{Base: dst})
	l.ADDQ(operand.U8(width), x)
	l.ADDQ(operand.U8(4*width), dst)
	l.JMP(operand.LabelRef("block"))
	l.Label("done")
}

// expand writes the next of the values, over by, where a mask has a one, and zero elsewhere, for as many
// as fill whole registers. AVX-512 spreads the floats, and AVX2 the bytes.
func (l *lanes) expand() {
	n, dst, masks, values, by := l.length("dst"), l.base("dst"), l.base("masks"), l.base("values"), l.scalar("by")
	width := 8
	v := l.vec()
	ones := l.GP64()
	if !l.wide && !l.neon {
		l.MOVQ(operand.U64(0x0101010101010101), ones)
	}
	l.Label("block")
	if l.wide {
		width = 16
	}
	l.SUBQ(operand.U8(width), n)
	l.JLT(operand.LabelRef("done"))
	bits := l.GP64()
	if l.wide {
		l.MOVWQZX(operand.Mem{Base: masks}, bits)
		k := l.K()
		l.KMOVW(bits.As32(), k)
		l.VPMOVZXBD(operand.Mem{Base: values}, v)
		l.VCVTDQ2PS(v, v)
		l.VDIVPS(by, v, v)
		l.VEXPANDPS_Z(v, k, v)
	} else if l.neon {
		l.MOVBQZX(operand.Mem{Base: masks}, bits)
		spread := l.XMM()
		l.Instruction(neon.Spread(operand.Mem{Base: values}, bits, spread))
		l.VPMOVZXBD(spread, v)
		l.VCVTDQ2PS(v, v)
		l.VDIVPS(by, v, v)
	} else {
		l.MOVBQZX(operand.Mem{Base: masks}, bits)
		low, bytes := l.GP64(), l.GP64()
		l.PDEPQ(ones, bits, low) // a one in each byte that there is
		l.MOVQ(low, bytes)
		l.SHLQ(operand.U8(8), bytes)
		l.SUBQ(low, bytes) // and 255
		next := l.GP64()
		l.MOVQ(operand.Mem{Base: values}, next)
		l.PDEPQ(bytes, next, next)
		spread := l.XMM()
		l.VMOVQ(next, spread)
		l.VPMOVZXBD(spread, v)
		l.VCVTDQ2PS(v, v)
		l.VDIVPS(by, v, v)
	}
	l.VMOVUPS(v, operand.Mem{Base: dst})
	l.POPCNTQ(bits, bits)
	l.ADDQ(bits, values)
	l.ADDQ(operand.U8(width/8), masks)
	l.ADDQ(operand.U8(4*width), dst)
	l.JMP(operand.LabelRef("block"))
	l.Label("done")
}
