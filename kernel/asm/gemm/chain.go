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

// constant is sixteen bytes in memory: a value of so many bytes, over and over.
func (w *writer) constant(name string, bytes int, v uint64) operand.Mem {
	if m, ok := w.constants[name]; ok {
		return m
	}
	m := w.StaticGlobal(name)
	w.constants[name] = m
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

// kept is a constant in a register.
func (w *writer) kept(m operand.Mem) reg.VecVirtual {
	r := w.XMM()
	w.MOVUPS(m, r)
	return r
}

// sizes collects magnitudes: the least but for zeros, the largest, and whether there are any
// beyond all numbers.
type sizes struct {
	*writer
	least, most, beyond       reg.VecVirtual
	magnitude, infinity, unit reg.VecVirtual
}

func (w *writer) sizes(magnitude, infinity operand.Mem) *sizes {
	s := &sizes{w, w.XMM(), w.XMM(), w.XMM(), w.kept(magnitude), w.kept(infinity), w.kept(w.constant("chainUnit", 4, 1<<23))}
	w.MOVAPS(s.infinity, s.least)
	w.XORPS(s.most, s.most)
	w.XORPS(s.beyond, s.beyond)
	return s
}

// add collects four numbers. They become their magnitudes, and zero says which are zeros.
func (s *sizes) add(x, zero reg.VecVirtual) {
	t := s.XMM()
	s.ANDPS(s.magnitude, x)
	s.MAXPS(x, s.most)
	s.MOVAPS(x, t)
	s.PADDL(s.unit, t) // negative if beyond
	s.ORPS(t, s.beyond)
	s.XORPS(zero, zero)
	s.PCMPEQL(x, zero)
	s.MOVAPS(zero, t)
	s.ANDPS(s.infinity, t)
	s.ORPS(x, t)
	s.MINPS(t, s.least)
}

// put writes the least and the most, as float64s.
func (s *sizes) put(least, most operand.Mem) {
	t, beyond := s.XMM(), s.GP32()
	s.MOVHLPS(s.least, t)
	s.MINPS(t, s.least)
	s.PSHUFD(operand.U8(1), s.least, t)
	s.MINSS(t, s.least)
	s.CVTSS2SD(s.least, s.least)
	s.MOVSD(s.least, least)
	s.MOVHLPS(s.most, t)
	s.MAXPS(t, s.most)
	s.PSHUFD(operand.U8(1), s.most, t)
	s.MAXSS(t, s.most)
	s.MOVMSKPS(s.beyond, beyond)
	s.TESTL(beyond, beyond)
	s.JZ(operand.LabelRef("numbers"))
	s.MOVAPS(s.infinity, s.most)
	s.Label("numbers")
	s.CVTSS2SD(s.most, s.most)
	s.MOVSD(s.most, most)
}

// The fields of the arguments of widen; see type widening in the kernel package.
const (
	widenTo = iota
	widenFrom
	widenPairs
	widenLeast
	widenMost
)

// widen copies a row of op(B) to its place in pairs of strips.
func (w *writer) widen() {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, pairs := get(widenTo), get(widenFrom), get(widenPairs)
	s := w.sizes(w.constant("chainMagnitude", 4, 1<<31-1), w.constant("chainInfinity", 4, 0xff<<23))
	w.Label("pair")
	for i := range 4 {
		x, t := w.XMM(), w.XMM()
		at := operand.Mem{Base: to, Disp: i/2*chainStrip + i%2*32}
		w.MOVUPS(operand.Mem{Base: from, Disp: 16 * i}, x)
		w.CVTPS2PD(x, t)
		w.MOVUPD(t, at)
		w.MOVHLPS(x, t)
		w.CVTPS2PD(t, t)
		w.MOVUPD(t, at.Offset(16))
		s.add(x, t)
	}
	w.ADDQ(operand.U8(64), from)
	w.ADDQ(operand.U32(2*chainStrip), to)
	w.DECQ(pairs)
	w.JNZ(operand.LabelRef("pair"))
	s.put(w.field(widenLeast), w.field(widenMost))
}

// The fields of the arguments of list; see type listing in the kernel package.
const (
	listTo = iota
	listFrom
	listAt    // of each k, in bytes from there on, and of as many more as make fours
	listCount // above 0
	listEnd   // of the terms
	listLeast
	listMost
)

// list lists the terms of a row of op(A) but for zeros, four at a time. One that is no power
// of two has the middle for its tail, and others one less.
func (w *writer) list() {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, at := get(listTo), get(listFrom), get(listAt)
	s := w.sizes(w.constant("chainMagnitude", 4, 1<<31-1), w.constant("chainInfinity", 4, 0xff<<23))
	digits, middle, fours := w.constant("chainDigits", 4, 1<<23-1), w.constant("chainNegative", 4, 1<<31), w.constant("chainFour", 4, 4)
	numbers := w.StaticGlobal("chainNumbers")
	w.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 4 {
		w.AddDatum(4*i, operand.U32(i))
	}
	k, count := w.kept(numbers), w.XMM()
	w.MOVSS(w.field(listCount), count)
	w.SHUFPS(operand.U8(0), count, count)
	left := get(listCount)
	w.Label("four")
	var x [4]reg.VecVirtual
	for i := range x {
		x[i] = w.XMM()
		o := w.GP64()
		w.MOVQ(operand.Mem{Base: at, Disp: 8 * i}, o)
		w.MOVSS(operand.Mem{Base: from, Index: o, Scale: 1}, x[i])
	}
	w.UNPCKLPS(x[1], x[0])
	w.UNPCKLPS(x[3], x[2])
	a := [2]reg.VecVirtual{w.XMM(), w.XMM()}
	w.CVTPS2PD(x[0], a[0])
	w.CVTPS2PD(x[2], a[1])
	w.MOVLHPS(x[2], x[0])
	zero, tail, last := x[1], x[3], w.XMM()
	s.add(x[0], zero)
	w.MOVUPS(digits, last)
	w.ANDPS(last, x[0])
	w.XORPS(tail, tail)
	w.PCMPEQL(x[0], tail)
	w.MOVUPS(middle, last)
	w.PADDL(last, tail)
	live, one := w.GP32(), w.GP64()
	w.MOVAPS(count, last)
	w.PCMPGTL(k, last)
	w.ANDNPS(last, zero)
	w.MOVMSKPS(zero, live)
	term := [2]reg.VecVirtual{x[2], tail}
	w.MOVAPS(k, term[0])
	w.UNPCKLPS(tail, term[0])
	w.MOVAPS(k, last)
	w.UNPCKHPS(tail, last)
	term[1] = last
	for i := range 4 {
		first, second := operand.Mem{Base: to}, operand.Mem{Base: to, Disp: 8}
		if i%2 == 0 {
			w.MOVLPD(a[i/2], first)
			w.MOVLPS(term[i/2], second)
		} else {
			w.MOVHPD(a[i/2], first)
			w.MOVHPS(term[i/2], second)
		}
		w.SHRL(operand.U8(1), live)
		w.SBBQ(one, one)
		w.ANDQ(operand.U8(chainTerm), one)
		w.ADDQ(one, to)
	}
	w.MOVUPS(fours, last)
	w.PADDL(last, k)
	w.ADDQ(operand.U8(4*8), at)
	w.SUBQ(operand.U8(4), left)
	w.JG(operand.LabelRef("four"))
	w.MOVQ(to, w.field(listEnd))
	s.put(w.field(listLeast), w.field(listMost))
}

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
	half, kept := w.kept(w.constant("chainHalf", 8, (chainLosing+1)/2)), w.kept(w.constant("chainKept", 8, ^uint64(chainLosing)))
	behind := w.kept(w.constant("chainBehind", 4, chainLosing))
	negative, most := w.constant("chainNegative", 4, 1<<31), w.constant("chainMost", 4, (126+127)<<23)
	magnitude := w.constant("chainMagnitude", 4, 1<<31-1)

	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
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
