package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"latentspace/kernel/asm/neon"
)

// attract writes the pull on every row's point, sixteen entries at once: in one
// register with AVX-512 and in two with AVX2.
func (l *lanes) attract() { l.attractPlain(l.student()) }

// attractPacked is attract for entries that have the column in the upper 20 bits and
// in the lower 12 the upper bits of the value, less base.
func (l *lanes) attractPacked() { l.attractEntries(l.student()) }

// attractCurve and attractCurvePacked pull along a curve of the distance.
func (l *lanes) attractCurve()       { l.attractPlain(l.curve()) }
func (l *lanes) attractCurvePacked() { l.attractEntries(l.curve()) }

// strength is the force of a spring, by the distance, at the squared distance.
type strength func(value, square vec) vec

// student is the strength of t-SNE.
func (l *lanes) student() strength {
	one := l.load(l.c(1))
	return func(value, square vec) vec { return l.div(value, l.add(one, square)) }
}

// The terms of logarithm and power to the base 2: see curve in attract.go of the kernel package.
var (
	log2Terms = []float64{1.4427134813944782, -0.7211318583132389, 0.47934801873979477, -0.3674899795736955, 0.3221548006051801, -0.2065917358068311}
	exp2Terms = []float64{0.9999992614441334, 0.6931218147397946, 0.2402474483310813, 0.0559178603027295, 0.009570101698791939}
)

// held is a number in all lanes, which AVX-512 holds in a register. AVX2 has none left, and loads the
// number where it is used.
func (l *lanes) held(load func() vec) func() vec {
	if !l.wide {
		return load
	}
	v := load()
	return func() vec { return v }
}

// everywhere is the number at m in all lanes.
func (l *lanes) everywhere(m operand.Mem) vec {
	v := l.vec()
	l.VBROADCASTSS(m, v)
	return v
}

// curve is the strength of UMAP.
func (l *lanes) curve() strength {
	a, b := l.held(func() vec { return l.scalar("a") }), l.held(func() vec { return l.scalar("b") })
	return func(value, square vec) vec {
		s := l.clampLow(l.load(l.c(0x1p-60)), square)
		power := l.power(s, b())
		return l.div(l.mul(value, power), l.mul(s, l.add(l.mul(a(), power), l.c(1))))
	}
}

// power is s to the b, 2 to the b·log₂ s.
func (l *lanes) power(s, b vec) vec {
	root := uint64(math.Float32bits(math.Sqrt2 / 2))
	t := l.addInt(s, l.bits(128<<23-root))
	n := l.sub(l.or(l.right(t, 23), l.bits(0x4b000000)), l.c(1<<23+128))
	r := l.sub(l.addInt(l.and(t, l.bits(1<<23-1)), l.bits(root)), l.c(1))
	e := l.mul(b, l.add(n, l.mul(r, l.horner(r, log2Terms))))
	e = l.clampLow(l.load(l.c(-100)), l.clampHigh(l.load(l.c(100)), e))
	t = l.add(e, l.c(3<<22))
	r = l.sub(e, l.sub(t, l.c(3<<22)))
	return l.addInt(l.horner(r, exp2Terms), l.left(t, 23))
}

// repelCurve3 writes the push of the points x, y, z on each of own, sixteen at once. AVX2's registers
// hold the sums: the rest is loaded where it is used.
func (l *lanes) repelCurve3() {
	force, own := l.base("force"), l.base("own")
	rows, bases := l.length("own"), []reg.Register{l.base("x"), l.base("y"), l.base("z")}
	n := l.length("x")
	l.JMP(operand.LabelRef("test"))
	l.Label("row")
	at := l.GP64()
	l.XORQ(at, at)
	parts := 2
	if l.wide {
		parts = 1
	}
	var sums [3][]vec
	for k := range sums {
		for range parts {
			zero := l.vec()
			l.VXORPS(zero, zero, zero)
			sums[k] = append(sums[k], zero)
		}
	}
	l.JMP(operand.LabelRef("entryTest"))
	l.Label("entry")
	for h := range parts {
		if l.neon && h > 0 {
			l.Instruction(neon.Fence())
		}
		var d [3]vec
		for k := range d {
			d[k] = l.sub(l.everywhere(operand.Mem{Base: own, Disp: 4 * k}), operand.Mem{Base: bases[k], Index: at, Scale: 4, Disp: 32 * h})
		}
		s := l.add(l.add(l.mul(d[0], d[0]), l.mul(d[1], d[1])), l.mul(d[2], d[2]))
		power := l.power(l.clampLow(l.load(l.c(0x1p-60)), s), l.scalar("b"))
		w := l.add(l.mul(l.scalar("a"), power), l.c(1))
		w = l.div(l.load(l.c(1)), l.mul(l.add(s, l.scalar("softening")), w))
		for k := range d {
			l.VADDPS(l.mul(w, d[k]), sums[k][h], sums[k][h])
		}
	}
	l.ADDQ(operand.U8(16), at)
	l.Label("entryTest")
	l.CMPQ(at, n)
	l.JLT(operand.LabelRef("entry"))
	for k := range sums {
		l.VMOVSS(l.total16(sums[k]), operand.Mem{Base: force, Disp: 4 * k})
	}
	l.ADDQ(operand.U8(12), force)
	l.ADDQ(operand.U8(12), own)
	l.SUBQ(operand.U8(3), rows)
	l.Label("test")
	l.TESTQ(rows, rows)
	l.JGT(operand.LabelRef("row"))
}

// attractPlain has columns and values apart.
func (l *lanes) attractPlain(f strength) {
	columns, values := l.base("columns"), l.base("values")
	l.attractRows(columns, nil, f, func(at reg.GPVirtual, h int) vec {
		v := l.vec()
		l.VMOVUPS(operand.Mem{Base: values, Index: at, Scale: 4, Disp: 32 * h}, v)
		return v
	})
}

// attractEntries has both in one word.
func (l *lanes) attractEntries(f strength) {
	entries, base, first, shift := l.base("entries"), l.vec(), l.XMM(), l.GP64()
	l.MOVQ(operand.I32(12), shift)
	l.VMOVD(l.Load(l.Param("base"), l.GP32()), first)
	l.VPBROADCASTD(first, base)
	l.attractRows(entries, shift, f, func(at reg.GPVirtual, h int) vec {
		v := l.vec()
		l.VMOVUPS(operand.Mem{Base: entries, Index: at, Scale: 4, Disp: 32 * h}, v)
		l.VPSLLD(operand.U8(20), v, v)
		l.VPSRLD(operand.U8(4), v, v)
		l.VPADDD(base, v, v)
		return v
	})
}

// attractRows has the columns in the bits of an array from shift on, all if it is nil.
func (l *lanes) attractRows(columns, shift reg.Register, f strength, value func(at reg.GPVirtual, h int) vec) {
	force, own, y, starts := l.base("force"), l.base("own"), l.base("y"), l.base("starts")
	rows := l.length("starts")
	l.DECQ(rows)
	l.JMP(operand.LabelRef("test"))

	l.Label("row")
	at, end := l.GP64(), l.GP64()
	l.MOVQ(operand.Mem{Base: starts}, at)
	l.MOVQ(operand.Mem{Base: starts, Disp: 8}, end)
	x0 := l.held(func() vec { return l.everywhere(operand.Mem{Base: own}) })
	y0 := l.held(func() vec { return l.everywhere(operand.Mem{Base: own, Disp: 4}) })
	parts := 2
	if l.wide {
		parts = 1
	}
	var fx, fy []vec
	for range parts {
		zx, zy := l.vec(), l.vec()
		l.VXORPS(zx, zx, zx)
		l.VXORPS(zy, zy, zy)
		fx, fy = append(fx, zx), append(fy, zy)
	}
	l.JMP(operand.LabelRef("entryTest"))
	l.Label("entry")
	for h := range parts {
		if l.neon && h > 0 {
			l.Instruction(neon.Fence())
		}
		x, yy := l.pairs(y, columns, at, 8*h, shift)
		dx, dy := l.sub(x0(), x), l.sub(y0(), yy)
		w := f(value(at, h), l.add(l.mul(dx, dx), l.mul(dy, dy)))
		l.VADDPS(l.mul(w, dx), fx[h], fx[h])
		l.VADDPS(l.mul(w, dy), fy[h], fy[h])
	}
	l.ADDQ(operand.U8(16), at)
	l.Label("entryTest")
	l.CMPQ(at, end)
	l.JLT(operand.LabelRef("entry"))
	l.VMOVSS(l.total16(fx), operand.Mem{Base: force})
	l.VMOVSS(l.total16(fy), operand.Mem{Base: force, Disp: 4})
	for _, p := range []reg.Register{force, own, starts} {
		l.ADDQ(operand.U8(8), p)
	}
	l.DECQ(rows)
	l.Label("test")
	l.TESTQ(rows, rows)
	l.JGT(operand.LabelRef("row"))
}

// pairs loads the points of the entries from at + entry on, as many as a register
// has lanes, and separates their two coordinates.
func (l *lanes) pairs(y, columns reg.Register, at reg.GPVirtual, entry int, shift reg.Register) (xs, ys vec) {
	quarters := 2
	if l.wide {
		quarters = 4
	}
	var even, odd []vec // entries 0 and 1 of every four, and 2 and 3
	for q := range quarters {
		for k := range 2 {
			first, second, v := l.GP64(), l.GP64(), l.XMM()
			e := entry + 4*q + 2*k
			l.column(columns, at, e, shift, first)
			l.column(columns, at, e+1, shift, second)
			l.VMOVSD(operand.Mem{Base: y, Index: first, Scale: 8}, v)
			l.VMOVHPS(operand.Mem{Base: y, Index: second, Scale: 8}, v, v)
			if k == 0 {
				even = append(even, v)
			} else {
				odd = append(odd, v)
			}
		}
	}
	a, b := l.join(even), l.join(odd)
	xs, ys = l.vec(), l.vec()
	l.VSHUFPS(operand.U8(0x88), b, a, xs)
	l.VSHUFPS(operand.U8(0xdd), b, a, ys)
	return xs, ys
}

// column loads the column of entry at + e.
func (l *lanes) column(columns reg.Register, at reg.GPVirtual, e int, shift reg.Register, to reg.GPVirtual) {
	m := operand.Mem{Base: columns, Index: at, Scale: 4, Disp: 4 * e}
	if shift == nil {
		l.MOVL(m, to.As32())
		return
	}
	l.SHRXL(shift.(reg.GPVirtual).As32(), m, to.As32())
}

// join makes one register of two or four quarters.
func (l *lanes) join(quarters []vec) vec {
	whole := l.vec()
	if !l.wide {
		l.VINSERTF128(operand.U8(1), quarters[1], quarters[0].AsY(), whole)
		return whole
	}
	low, high := l.YMM(), l.YMM()
	l.VINSERTF32X4(operand.U8(1), quarters[1], quarters[0].AsY(), low)
	l.VINSERTF32X4(operand.U8(1), quarters[3], quarters[2].AsY(), high)
	l.VINSERTF64X4(operand.U8(1), high, low.AsZ(), whole)
	return whole
}

// total16 joins sixteen lanes as halves of a vector.
func (l *lanes) total16(s []vec) vec {
	y, x, h := l.YMM(), l.XMM(), l.XMM()
	if l.wide {
		l.VEXTRACTF64X4(operand.U8(1), s[0], y)
		l.VADDPS(y, s[0].AsY(), y)
		l.VEXTRACTF32X4(operand.U8(1), y, x)
	} else {
		l.VADDPS(s[1], s[0], y)
		l.VEXTRACTF128(operand.U8(1), y, x)
	}
	l.VADDPS(x, y.AsX(), x)
	l.VUNPCKHPD(x, x, h)
	l.VADDPS(h, x, x)
	l.VMOVSHDUP(x, h)
	l.VADDSS(h, x, x)
	return x
}
