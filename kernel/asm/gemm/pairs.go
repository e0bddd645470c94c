package main

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Tiles of pairs are those of operands in which each 32-bit word has two numbers of half the bits, of
// a k in its high half and of the next k in its low half: see pairs.go in the kernel package.

// pairRows is the most rows of a tile of pairs without an instruction of their own, for which AVX2 has
// fewer registers.
func (t target) pairRows() int {
	if t.lanes == 16 {
		return t.rows
	}
	return 4
}

// dot stands for VDPBF16PS, which neither avo nor Go's assembler has. No other code has the
// instruction whose name it borrows; [encodeDots] puts VDPBF16PS in its place.
func (w *writer) dot(left, right, acc reg.VecVirtual) { w.VFNMSUB231PS(left, right, acc) }

var borrowed = regexp.MustCompile(`VFNMSUB231PS Z(\d+), Z(\d+), Z(\d+)`)

// encodeDots writes VDPBF16PS as its bytes: EVEX.512.F3.0F38.W0 52 /r.
func encodeDots(assembly []byte) []byte {
	return borrowed.ReplaceAllFunc(assembly, func(line []byte) []byte {
		m := borrowed.FindSubmatch(line)
		var z [3]uint
		for i := range z {
			n, err := strconv.Atoi(string(m[i+1]))
			if err != nil {
				panic(err) // the expression has digits there
			}
			z[i] = uint(n)
		}
		rm, v, to := z[0], z[1], z[2]
		not := func(n, bit uint) uint { return ^n >> bit & 1 }
		prefix := []uint{
			0x62,
			not(to, 3)<<7 | not(rm, 4)<<6 | not(rm, 3)<<5 | not(to, 4)<<4 | 2,
			(^v&15)<<3 | 1<<2 | 2,
			2<<5 | not(v, 4)<<3,
		}
		return fmt.Appendf(nil, "LONG $0x%02x%02x%02x%02x; WORD $0x%02x52 // VDPBF16PS Z%d, Z%d, Z%d",
			prefix[3], prefix[2], prefix[1], prefix[0], 0xc0|to&7<<3|rm&7, rm, v, to)
	})
}

// dots adds products of pairs by the instruction for them.
func (w *writer) dots(acc [][]reg.VecVirtual) {
	right, left := w.some(len(acc[0])), w.vec()
	w.multiplyPairs(acc, func(b operand.Mem, at func(r int) operand.Mem) {
		for v := range right {
			w.VMOVUPS(b.Offset(4*w.lanes*v), right[v])
		}
		for r := range acc {
			w.VBROADCASTSS(at(r), left)
			for v := range right {
				w.dot(left, right[v], acc[r][v])
			}
		}
	})
}

// pairs adds products of pairs one by one, the high halves first, as the instruction does it.
func (w *writer) pairs(acc [][]reg.VecVirtual) {
	high, low := w.some(len(acc[0])), w.some(len(acc[0]))
	left, leftLow := w.vec(), w.vec()
	halves := w.highHalves()
	w.multiplyPairs(acc, func(b operand.Mem, at func(r int) operand.Mem) {
		for v := range high {
			w.VMOVUPS(b.Offset(4*w.lanes*v), high[v])
			w.VPSLLD(operand.U8(16), high[v], low[v])
			w.and(halves, high[v])
		}
		for r := range acc {
			w.VBROADCASTSS(at(r), left)
			w.VPSLLD(operand.U8(16), left, leftLow)
			w.and(halves, left)
			for v := range high {
				w.VFMADD231PS(left, high[v], acc[r][v])
				w.VFMADD231PS(leftLow, low[v], acc[r][v])
			}
		}
	})
}

func (w *writer) some(n int) []reg.VecVirtual {
	all := make([]reg.VecVirtual, n)
	for i := range all {
		all[i] = w.vec()
	}
	return all
}

func (w *writer) and(mask, x reg.VecVirtual) {
	if w.wide() {
		w.VPANDD(mask, x, x)
	} else {
		w.VPAND(mask, x, x)
	}
}

// highHalves are words of which the high half is set.
func (w *writer) highHalves() reg.VecVirtual {
	m := w.vec()
	if w.wide() {
		w.VPTERNLOGD(operand.U8(0xff), m, m, m)
	} else {
		w.VPCMPEQD(m, m, m)
	}
	w.VPSLLD(operand.U8(16), m, m)
	return m
}

// multiplyPairs writes the loop over k in pairs.
func (w *writer) multiplyPairs(acc [][]reg.VecVirtual, step func(b operand.Mem, at func(r int) operand.Mem)) {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	stride, kStride, b, bStride := get(tileRowStride), get(tileKStride), get(tileB), get(tileBStride)
	stride3 := w.GP64()
	w.LEAQ(operand.Mem{Base: stride, Index: stride, Scale: 2}, stride3)
	bases := w.bases(stride, len(acc))
	w.segments(append([]reg.GPVirtual{b}, bases...), func(k reg.Register) {
		w.Label("k")
		step(operand.Mem{Base: b}, func(r int) operand.Mem { return rowAt(bases, stride, stride3, r) })
		for _, base := range bases {
			w.ADDQ(kStride, base)
		}
		w.ADDQ(bStride, b)
		w.DECQ(k)
		w.JNZ(operand.LabelRef("k"))
	})
}

// The fields of the arguments of halving; see type halving in the kernel package.
const (
	halveTo = iota
	halveFrom
	halveSecond // 0 for none
	halveCount  // words of to, above 0
)

// halve makes pairs of the numbers of two rows, or of neighbours in one row.
func (w *writer) halve(across bool) {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, count := get(halveTo), get(halveFrom), get(halveCount)
	r := w.rounder()
	here, beside := w.K(), w.K()
	left, bits, ones := w.GP64(), w.GP64(), w.GP64()
	second := get(halveSecond)
	lanes := 16 // words of to that are made at once
	if !across {
		lanes = 8
	}
	w.MOVQ(operand.U32(1<<16-1), ones)
	w.KMOVW(ones.As32(), here)
	w.TESTQ(second, second)
	w.JNZ(operand.LabelRef("both"))
	w.XORQ(ones, ones)
	w.Label("both")
	w.KMOVW(ones.As32(), beside)
	w.Label("next")
	w.CMPQ(count, operand.I8(lanes))
	w.JGE(operand.LabelRef("whole"))
	// The rest: as many bits as there are numbers.
	w.MOVQ(count, reg.RCX)
	if !across {
		w.ADDQ(reg.RCX, reg.RCX)
	}
	w.MOVQ(operand.U32(1), bits)
	w.SHLQ(reg.CL, bits)
	w.DECQ(bits)
	w.KMOVW(bits.As32(), here)
	w.ANDQ(bits, ones)
	w.KMOVW(ones.As32(), beside)
	w.Label("whole")
	x := w.ZMM()
	w.VMOVDQU32_Z(operand.Mem{Base: from}, here, x)
	r.round(x)
	if across {
		y := w.ZMM()
		w.VMOVDQU32_Z(operand.Mem{Base: second}, beside, y)
		r.round(y)
		w.VPSRLD(operand.U8(16), y, y)
		w.VPORD(y, x, x)
		w.VMOVDQU32(x, here, operand.Mem{Base: to})
		w.ADDQ(operand.U8(64), second)
	} else {
		y := w.ZMM()
		w.VPSRLQ(operand.U8(48), x, y)
		w.VPORQ(y, x, x)
		half := w.YMM()
		w.VPMOVQD(x, half)
		k := w.K()
		w.MOVQ(count, left)
		w.CMPQ(left, operand.I8(8))
		w.JGE(operand.LabelRef("store"))
		w.MOVQ(count, reg.RCX)
		w.MOVQ(operand.U32(1), bits)
		w.SHLQ(reg.CL, bits)
		w.DECQ(bits)
		w.KMOVW(bits.As32(), k)
		w.VMOVDQU32(half, k, operand.Mem{Base: to})
		w.JMP(operand.LabelRef("done"))
		w.Label("store")
		w.VMOVDQU32(half, operand.Mem{Base: to})
	}
	w.ADDQ(operand.U8(64), from)
	w.ADDQ(operand.U8(uint8(4*lanes)), to)
	w.SUBQ(operand.U8(uint8(lanes)), count)
	w.JG(operand.LabelRef("next"))
	w.Label("done")
}

// halveWhole is halve with AVX2, of a count that is a multiple of the words that are made at once. There is
// a second row.
func (w *writer) halveWhole(across bool) {
	get := func(n int) reg.GPVirtual { r := w.GP64(); w.MOVQ(w.field(n), r); return r }
	to, from, count, second := get(halveTo), get(halveFrom), get(halveCount), get(halveSecond)
	c := func(v uint32) reg.VecVirtual {
		g, x, y := w.GP32(), w.XMM(), w.YMM()
		w.MOVL(operand.U32(v), g)
		w.VMOVD(g, x)
		w.VPBROADCASTD(x, y)
		return y
	}
	magnitude, least, infinity, quiet := c(1<<31-1), c(71<<23-1), c(0xff<<23), c(1<<22)
	half, halves, one := c(1<<15-1), w.highHalves(), c(1)
	round := func(x reg.VecVirtual) {
		size, last, nan := w.YMM(), w.YMM(), w.YMM()
		w.VPAND(magnitude, x, size)
		w.VPCMPGTD(infinity, size, nan)
		w.VPCMPGTD(least, size, size)
		w.VPSRLD(operand.U8(16), x, last)
		w.VPAND(one, last, last)
		w.VPADDD(half, last, last)
		w.VPADDD(x, last, last)
		w.VPOR(quiet, x, x)
		w.VPBLENDVB(nan, x, last, x)
		w.VPAND(halves, x, x)
		w.VPAND(size, x, x)
	}
	x, y := w.YMM(), w.YMM()
	lanes := 8
	w.Label("next")
	w.VMOVUPS(operand.Mem{Base: from}, x)
	round(x)
	if across {
		w.VMOVUPS(operand.Mem{Base: second}, y)
		round(y)
		w.VPSRLD(operand.U8(16), y, y)
		w.VPOR(y, x, x)
		w.VMOVUPS(x, operand.Mem{Base: to})
		w.ADDQ(operand.U8(32), second)
	} else {
		lanes = 4
		w.VPSRLQ(operand.U8(48), x, y)
		w.VPOR(y, x, x)
		w.VPSHUFD(operand.U8(0x08), x, x) // the low words of a half
		w.VPERMQ(operand.U8(0x08), x, x)
		w.VMOVUPS(x.AsX(), operand.Mem{Base: to})
	}
	w.ADDQ(operand.U8(32), from)
	w.ADDQ(operand.U8(uint8(4*lanes)), to)
	w.SUBQ(operand.U8(uint8(lanes)), count)
	w.JG(operand.LabelRef("next"))
}

// rounder rounds words to their high halves.
type rounder struct {
	*writer
	magnitude, least, infinity, quiet, half, one, halves reg.VecVirtual
}

func (w *writer) rounder() *rounder {
	c := func(v uint32) reg.VecVirtual {
		g, z := w.GP32(), w.ZMM()
		w.MOVL(operand.U32(v), g)
		w.VPBROADCASTD(g, z)
		return z
	}
	return &rounder{w, c(1<<31 - 1), c(71 << 23), c(0xff << 23), c(1 << 22), c(1<<15 - 1), c(1), c(0xffff << 16)}
}

// round rounds to even. Magnitudes below the least become 0, and NaN stays NaN.
func (r *rounder) round(x reg.VecVirtual) {
	size, last := r.ZMM(), r.ZMM()
	there, nan := r.K(), r.K()
	r.VPANDD(r.magnitude, x, size)
	r.VPCMPUD(operand.U8(5), r.least, size, there) // not less
	r.VPCMPUD(operand.U8(6), r.infinity, size, nan)
	r.VPSRLD(operand.U8(16), x, last)
	r.VPANDD(r.one, last, last)
	r.VPADDD(r.half, last, last)
	r.VPORD(r.quiet, x, size)
	r.VPADDD(last, x, x)
	r.VMOVDQA32(size, nan, x)
	r.VPANDD_Z(r.halves, x, there, x)
}
