package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The fields of the arguments of chains; see type chaining in the kernel package.
const (
	chainSums = iota
	chainStrips
	chainTerms
	chainCount
	chainPairs // of strips, above 0
	chainFailed
)

const (
	chainStrip  = 64 * 8 * 8 // bytes of a strip
	chainTerm   = 16         // bytes of a term
	chainLosing = 1<<29 - 1  // the bits of a float64 that a float32 lacks
)

// chains adds terms to a row of sums, two strips of eight columns at a time. Their sums are
// float64s in eight registers:
//
//	s = a·b + c    c = s rounded to 24 digits
//
// Half of the last digit is added to the bits of s, and those behind are cut off. Where they
// are zero then, s was in the middle between two float32s, and the pair fails. The least of
// them tells: they are compared as float32s, four at a time. A term that has no tail rounds
// by conversions instead, which know what to do in the middle.
func (w *writer) chains() {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	// constant is a value of so many bytes, over and over.
	constant := func(name string, bytes int, v uint64) operand.Mem {
		m := w.StaticGlobal(name)
		w.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := 0; i < 16; i += bytes {
			if bytes == 4 {
				w.AddDatum(i, operand.U32(v))
			} else {
				w.AddDatum(i, operand.U64(v))
			}
		}
		return m
	}
	load := func(m operand.Mem) reg.VecVirtual { r := w.XMM(); w.MOVUPS(m, r); return r }
	half, kept := load(constant("chainHalf", 8, (chainLosing+1)/2)), load(constant("chainKept", 8, ^uint64(chainLosing)))
	behind := load(constant("chainBehind", 4, chainLosing))
	negative, magnitude, most := constant("chainNegative", 4, 1<<31), constant("chainMagnitude", 4, 1<<31-1), constant("chainMost", 4, (126+127)<<23)

	sums, strips, pairs := get(chainSums), get(chainStrips), get(chainPairs)
	failed, bit := w.GP64(), w.GP64()
	w.XORQ(failed, failed)
	w.MOVQ(operand.U32(3), bit)

	w.Label("pair")
	c := make([]reg.VecVirtual, 8)
	for i := range c {
		c[i] = w.XMM()
	}
	p, q, least, bad, a := w.XMM(), w.XMM(), w.XMM(), w.GP64(), w.XMM()
	// Sums that are -0, or so large that what is added may be too much, are bad.
	w.XORPS(least, least)
	for i := 0; i < len(c); i += 2 {
		w.MOVUPS(operand.Mem{Base: sums, Disp: 8 * i}, p)
		w.CVTPS2PD(p, c[i])
		w.MOVHLPS(p, q)
		w.CVTPS2PD(q, c[i+1])
		w.MOVUPS(negative, q)
		w.PCMPEQL(p, q)
		w.ORPS(q, least)
		w.MOVUPS(magnitude, q)
		w.ANDPS(q, p)
		w.MOVUPS(most, q)
		w.PCMPGTL(q, p)
		w.ORPS(p, least)
	}
	w.MOVMSKPS(least, bad.As32())
	w.MOVAPS(behind, least)

	term, end, at, k := get(chainTerms), get(chainCount), w.GP64(), w.GP64()
	w.SHLQ(operand.U8(4), end)
	w.JZ(operand.LabelRef("done"))
	w.ADDQ(term, end)
	w.Label("term")
	w.MOVSD(operand.Mem{Base: term}, a)
	w.UNPCKLPD(a, a)
	w.MOVQ(operand.Mem{Base: term, Disp: 8}, at)
	w.ADDQ(operand.U8(chainTerm), term)
	w.MOVL(at.As32(), k.As32())
	w.SHLQ(operand.U8(6), k)
	w.TESTQ(at, at)
	column := func(i int) operand.Mem {
		return operand.Mem{Base: strips, Index: k, Scale: 1, Disp: i/4*chainStrip + i%4*16}
	}
	w.JNS(operand.LabelRef("noTail"))
	for i := 0; i < len(c); i += 2 {
		for j, t := range []reg.VecVirtual{p, q} {
			w.MOVUPD(column(i+j), t)
			w.MULPD(a, t)
			w.ADDPD(t, c[i+j])
			w.PADDQ(half, c[i+j])
		}
		w.MOVAPS(c[i], p)
		w.SHUFPS(operand.U8(0x88), c[i+1], p)
		w.ANDPS(behind, p)
		w.MINPS(p, least)
		w.PAND(kept, c[i])
		w.PAND(kept, c[i+1])
	}
	w.CMPQ(term, end)
	w.JNE(operand.LabelRef("term"))
	w.JMP(operand.LabelRef("done"))

	w.Label("noTail")
	for i, c := range c {
		t := []reg.VecVirtual{p, q}[i%2]
		w.MOVUPD(column(i), t)
		w.MULPD(a, t)
		w.ADDPD(t, c)
		w.CVTPD2PS(c, c)
		w.CVTPS2PD(c, c)
	}
	w.CMPQ(term, end)
	w.JNE(operand.LabelRef("term"))

	w.Label("done")
	w.XORPS(p, p)
	w.PCMPEQL(p, least)
	lost := w.GP64()
	w.MOVMSKPS(least, lost.As32())
	w.ORQ(lost, bad)
	w.JNZ(operand.LabelRef("failed"))
	for i := 0; i < len(c); i += 2 {
		w.CVTPD2PS(c[i], p)
		w.CVTPD2PS(c[i+1], q)
		w.MOVLHPS(q, p)
		w.MOVUPS(p, operand.Mem{Base: sums, Disp: 8 * i})
	}
	w.JMP(operand.LabelRef("next"))
	w.Label("failed")
	w.ORQ(bit, failed)
	w.Label("next")
	w.SHLQ(operand.U8(2), bit)
	w.ADDQ(operand.U8(16*4), sums)
	w.ADDQ(operand.U32(2*chainStrip), strips)
	w.DECQ(pairs)
	w.JNZ(operand.LabelRef("pair"))
	w.MOVQ(failed, w.field(chainFailed))
}
