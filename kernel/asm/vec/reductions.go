package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// summing is Σ f(sources[i] …) in float64, which may also fill arrays.
func summing(name, signature string, sources, scalars, outs []string, f func(l *lanes, b bounds, x, c []vec) (term vec, out []vec)) program {
	return program{name: name, signature: signature, write: func(l *lanes) {
		n := l.length(sources[0])
		bases, targets := l.bases(sources), l.bases(outs)
		var c []vec
		for _, s := range scalars {
			c = append(c, l.scalar(s))
		}
		b := l.bounds()
		sums := l.accumulator()
		l.loop(n, func(p part) {
			var x []vec
			for _, at := range bases {
				x = append(x, l.get(at, p))
			}
			term, out := f(l, b, x, c)
			for i, v := range out {
				l.put(targets[i], p, v)
			}
			if term != nil {
				sums.add(p, term)
			}
		})
		l.Store(sums.total(), l.ReturnIndex(0))
	}}
}

func (l *lanes) bases(names []string) []reg.Register {
	var all []reg.Register
	for _, name := range names {
		all = append(all, l.base(name))
	}
	return all
}

var reductions = []program{
	summing("sum", "(x []float32) float64", []string{"x"}, nil, nil,
		func(l *lanes, _ bounds, x, _ []vec) (vec, []vec) { return x[0], nil }),
	summing("sumSquares", "(x []float32) float64", []string{"x"}, nil, nil,
		func(l *lanes, _ bounds, x, _ []vec) (vec, []vec) { return l.mul(x[0], x[0]), nil }),
	summing("sumExp", "(x []float32, top float64) float64", []string{"x"}, []string{"top"}, nil,
		func(l *lanes, b bounds, x, c []vec) (vec, []vec) { return l.exp(b, l.sub(x[0], c[0])), nil }),
	{name: "expMinus", signature: "(dst, x []float32, top float64)", write: func(l *lanes) {
		top, b := l.scalar("top"), l.bounds()
		l.mapping([]string{"x"}, func(x []vec) vec { return l.exp(b, l.sub(x[0], top)) })
	}},
	{name: "largest", signature: "(x []float32) float64", write: (*lanes).largest},
	{name: "firstNonFinite", signature: "(x []float32) int", single: true, write: (*lanes).firstNonFinite},
	overRows("sumRows", "(sums []float64, x []float32, stride, rows int)", []string{"sums"}, nil, []string{"x"}, 32,
		func(l *lanes, x, _ []vec) []vec { return x }),
	overRows("squareRows", "(sums, mean []float64, x []float32, stride, rows int)", []string{"sums"}, []string{"mean"}, []string{"x"}, 16,
		func(l *lanes, x, c []vec) []vec {
			d := l.sub(x[0], c[0])
			return []vec{l.mul(d, d)}
		}),
	overRows("productRows", "(sums, products, mean []float64, g, x []float32, stride, rows int)", []string{"sums", "products"}, []string{"mean"}, []string{"g", "x"}, 16,
		func(l *lanes, x, c []vec) []vec { return []vec{x[0], l.mul(x[0], l.sub(x[1], c[0]))} }),
	bernoulli("bernoulli", "(logits, targets []float32) float64", false),
	bernoulli("bernoulliGrad", "(grad, logits, targets []float32, factor float32) float64", true),
}

// largest is the maximum but for NaN, which it passes over, in eight lanes.
func (l *lanes) largest() {
	n, x := l.length("x"), l.base("x")
	var top []vec
	for range l.halves() {
		top = append(top, l.load(l.c(math.Inf(-1))))
	}
	l.loop(n, func(p part) {
		v, m := l.get(x, p), top[p.half]
		switch {
		case p.mask == nil:
			l.VMAXPD(m, v, m)
		case l.wide:
			l.VMAXPD(m, v, p.mask, m)
		default:
			wide := l.YMM()
			l.VPMOVSXDQ(p.mask, wide)
			l.VBLENDVPD(wide, l.max(v, m), m, m)
		}
	})
	y := l.YMM()
	if l.wide {
		l.VEXTRACTF64X4(operand.U8(1), top[0], y)
		l.VMAXPD(top[0].AsY(), y, y)
	} else {
		l.VMAXPD(top[0], top[1], y)
	}
	h := l.XMM()
	l.VEXTRACTF128(operand.U8(1), y, h)
	l.VMAXPD(y.AsX(), h, h)
	o := l.XMM()
	l.VUNPCKHPD(h, h, o)
	l.VMAXSD(h, o, o)
	l.Store(o, l.ReturnIndex(0))
}

func (l *lanes) firstNonFinite() {
	n, x, result := l.length("x"), l.base("x"), l.GP64()
	found := l.GP64()
	l.MOVQ(operand.I32(-1), result)
	l.loop(n, func(p part) {
		v := l.get(x, p)
		m := l.cmp(notEqual, l.sub(v, v), l.c(0))
		if l.wide {
			l.KMOVW(m, found.As32())
		} else {
			l.VMOVMSKPS(m, found.As32())
		}
		l.TESTL(found.As32(), found.As32())
		next := "finite"
		if p.mask != nil {
			next = "finiteRest"
		}
		l.JEQ(operand.LabelRef(next))
		l.TZCNTL(found.As32(), found.As32())
		l.ADDQ(p.index, found)
		l.MOVQ(found, result)
		l.JMP(operand.LabelRef("done"))
		l.Label(next)
	})
	l.Store(result, l.ReturnIndex(0))
}

// overRows adds to every sum a term of each row of matrices: sums[i][j] += f(x, c)[i],
// where x is column j of the matrices and c element j of the constants. It does many
// columns at once, then eight, then one.
func overRows(name, signature string, sums, constants, matrices []string, many int, f func(l *lanes, x, c []vec) []vec) program {
	return program{name: name, signature: signature, write: func(l *lanes) {
		n := l.length(sums[0])
		s, c, x := l.bases(sums), l.bases(constants), l.bases(matrices)
		stride, rows := l.Load(l.Param("stride"), l.GP64()), l.Load(l.Param("rows"), l.GP64())
		l.SHLQ(operand.U8(2), stride)
		l.columns("many", many, n, stride, rows, s, c, x, f)
		l.columns("eight", 8, n, stride, rows, s, c, x, f)
		lone := *l
		lone.lone = true
		lone.columns("one", 1, n, stride, rows, s, c, x, f)
	}}
}

// columns processes a number of columns at a time, while enough are left.
func (l *lanes) columns(name string, columns int, n, stride, rows reg.Register, sums, constants, matrices []reg.Register, f func(l *lanes, x, c []vec) []vec) {
	width, move := 4, l.VMOVUPD
	switch {
	case l.lone:
		width, move = 1, l.VMOVSD
	case l.wide:
		width = 8
	}
	l.Label(name)
	l.CMPQ(n, operand.I8(columns))
	l.JLT(operand.LabelRef(name + "End"))
	load := func(bases []reg.Register) [][]vec {
		all := make([][]vec, columns/width)
		for k := range all {
			for _, b := range bases {
				v := l.vec()
				move(operand.Mem{Base: b, Disp: 8 * k * width}, v)
				all[k] = append(all[k], v)
			}
		}
		return all
	}
	acc, c := load(sums), load(constants)
	at, left := l.GP64(), l.GP64()
	l.XORQ(at, at)
	l.MOVQ(rows, left)
	l.JMP(operand.LabelRef(name + "Test"))
	l.Label(name + "Row")
	for k := range acc {
		var x []vec
		for _, m := range matrices {
			v, from := l.vec(), operand.Mem{Base: m, Index: at, Scale: 1, Disp: 4 * k * width}
			if l.lone {
				l.VMOVSS(from, v)
				l.VCVTPS2PD(v, v)
			} else {
				l.VCVTPS2PD(from, v)
			}
			x = append(x, v)
		}
		for i, term := range f(l, x, c[k]) {
			l.VADDPD(term, acc[k][i], acc[k][i])
		}
	}
	l.ADDQ(stride, at)
	l.DECQ(left)
	l.Label(name + "Test")
	l.TESTQ(left, left)
	l.JGT(operand.LabelRef(name + "Row"))
	for k := range acc {
		for i, b := range sums {
			move(acc[k][i], operand.Mem{Base: b, Disp: 8 * k * width})
		}
	}
	for _, b := range append(sums[:len(sums):len(sums)], constants...) {
		l.ADDQ(operand.I32(8*columns), b)
	}
	for _, b := range matrices {
		l.ADDQ(operand.I32(4*columns), b)
	}
	l.SUBQ(operand.U8(columns), n)
	l.JMP(operand.LabelRef(name))
	l.Label(name + "End")
}
