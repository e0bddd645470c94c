package main

import "github.com/mmcloughlin/avo/operand"

var bytewise = []program{
	{name: "fractions", signature: "(dst []float32, x []byte)", single: true, write: (*lanes).fractions},
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
