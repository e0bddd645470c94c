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

// boundedExp gives min(eˣ, e^bound), and its integral: e^x below the bound and a
// straight line above.
func (l *lanes) boundedExp(b bounds, bound, top vec, x op) (slope, line vec) {
	slope = l.exp(b, l.min(bound, x))
	return slope, l.beyond(bound, top, x, slope)
}

// beyond is below, and where x > bound the line through top.
func (l *lanes) beyond(bound, top vec, x op, below op) vec {
	line := l.mul(top, l.sub(l.add(x, l.c(1)), bound))
	return l.choose(l.cmp(greater, x, bound), line, below)
}

// bernoulli gives the negative log-likelihood of a target and the mean.
func (l *lanes) bernoulli(b bounds, logit, target vec) (loss, mean vec) {
	e := l.exp(b, l.or(logit, l.bits(signBit)))
	one := l.load(l.c(1))
	p, q := l.add(e, one), l.add(e, l.c(2))
	r := l.div(one, l.mul(p, q))
	s := l.mul(l.mul(e, p), r)
	linear := l.sub(l.max(logit, l.c(0)), l.mul(logit, target))
	loss = l.add(linear, l.mul(s, l.horner(l.mul(s, s), log1pTerms)))
	return loss, l.mul(l.mul(l.choose(l.cmp(less, logit, l.c(0)), e, one), q), r)
}

const halfLog2Pi = 0.9189385332046727 // ½ ln 2π

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
	{name: "sumRows", signature: "(sums []float64, x []float32, stride, rows int)", write: (*lanes).sumRows},
	summing("bernoulli", "(logits, targets []float32) float64", []string{"logits", "targets"}, nil, nil,
		func(l *lanes, b bounds, x, _ []vec) (vec, []vec) {
			loss, _ := l.bernoulli(b, x[0], x[1])
			return loss, nil
		}),
	summing("bernoulliGrad", "(grad, logits, targets []float32, factor float64) float64", []string{"logits", "targets"}, []string{"factor"}, []string{"grad"},
		func(l *lanes, b bounds, x, c []vec) (vec, []vec) {
			loss, mean := l.bernoulli(b, x[0], x[1])
			return loss, []vec{l.mul(c[0], l.sub(mean, x[1]))}
		}),
	summing("gaussian", "(mu, logvar, x []float32, bound, top float64) float64", []string{"mu", "logvar", "x"}, []string{"bound", "top"}, nil,
		func(l *lanes, b bounds, x, c []vec) (vec, []vec) {
			d := l.sub(x[2], x[0])
			_, w := l.boundedExp(b, c[0], c[1], l.neg(x[1]))
			q := l.mul(l.mul(d, d), w)
			return l.add(l.mul(l.add(q, x[1]), l.c(0.5)), l.c(halfLog2Pi)), nil
		}),
	summing("gaussianGrad", "(dmu, dlogvar, mu, logvar, x []float32, factor, bound, top float64) float64",
		[]string{"mu", "logvar", "x"}, []string{"factor", "bound", "top"}, []string{"dmu", "dlogvar"},
		func(l *lanes, b bounds, x, c []vec) (vec, []vec) {
			d := l.sub(x[2], x[0])
			slope, w := l.boundedExp(b, c[1], c[2], l.neg(x[1]))
			dd := l.mul(d, d)
			loss := l.add(l.mul(l.add(l.mul(dd, w), x[1]), l.c(0.5)), l.c(halfLog2Pi))
			dmu := l.neg(l.mul(c[0], l.mul(d, w)))
			dlogvar := l.mul(l.mul(c[0], l.c(0.5)), l.sub(l.load(l.c(1)), l.mul(dd, slope)))
			return loss, []vec{dmu, dlogvar}
		}),
	summing("latent", "(z, mu, logvar, eps []float32, bound, top float64) float64",
		[]string{"mu", "logvar", "eps"}, []string{"bound", "top"}, []string{"z"},
		func(l *lanes, b bounds, x, c []vec) (vec, []vec) {
			slope, s := l.boundedExp(b, c[0], c[1], l.mul(x[1], l.c(0.5)))
			v := l.beyond(c[0], c[1], x[1], l.mul(slope, slope))
			kl := l.sub(l.sub(l.add(l.mul(x[0], x[0]), v), x[1]), l.c(1))
			return l.mul(kl, l.c(0.5)), []vec{l.add(x[0], l.mul(s, x[2]))}
		}),
	{name: "latentGrad", signature: "(dmu, dlogvar, dz, mu, logvar, eps []float32, factor, bound, top float64)", write: func(l *lanes) {
		n, outs := l.length("dmu"), l.bases([]string{"dmu", "dlogvar"})
		in := l.bases([]string{"dz", "mu", "logvar", "eps"})
		g, bound, top, b := l.scalar("factor"), l.scalar("bound"), l.scalar("top"), l.bounds()
		l.loop(n, func(p part) {
			dz, mu, logvar, eps := l.get(in[0], p), l.get(in[1], p), l.get(in[2], p), l.get(in[3], p)
			dmu := l.add(dz, l.mul(g, mu))
			s := l.exp(b, l.min(bound, l.mul(logvar, l.c(0.5))))
			v := l.choose(l.cmp(greater, logvar, bound), top, l.mul(s, s))
			dlogvar := l.add(l.mul(l.mul(dz, eps), s), l.mul(g, l.sub(v, l.c(1))))
			l.put(outs[0], p, dmu)
			l.put(outs[1], p, l.mul(dlogvar, l.c(0.5)))
		})
	}},
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

// sumRows adds rows of x to sums: 32 columns at once, then 8, then one.
func (l *lanes) sumRows() {
	n, sums := l.length("sums"), l.base("sums")
	x := l.base("x")
	stride, rows := l.Load(l.Param("stride"), l.GP64()), l.Load(l.Param("rows"), l.GP64())
	l.SHLQ(operand.U8(2), stride)
	width := 4
	if l.wide {
		width = 8
	}
	block := func(name string, columns int) {
		l.Label(name)
		l.CMPQ(n, operand.I8(columns))
		l.JLT(operand.LabelRef(name + "End"))
		width, add, convert, move := width, l.VADDPD, l.VCVTPS2PD, l.VMOVUPD
		if columns == 1 {
			width, add, convert, move = 1, l.VADDSD, func(ops ...op) { l.VCVTSS2SD(ops[0], ops[1], ops[1]) }, l.VMOVSD
		}
		next := func() vec {
			if columns == 1 {
				return l.XMM()
			}
			return l.vec()
		}
		var acc []vec
		for j := 0; j < columns; j += width {
			v := next()
			move(operand.Mem{Base: sums, Disp: 8 * j}, v)
			acc = append(acc, v)
		}
		row, left := l.GP64(), l.GP64()
		l.MOVQ(x, row)
		l.MOVQ(rows, left)
		l.JMP(operand.LabelRef(name + "Test"))
		l.Label(name + "Row")
		for j, a := range acc {
			v := next()
			convert(operand.Mem{Base: row, Disp: 4 * j * width}, v)
			add(v, a, a)
		}
		l.ADDQ(stride, row)
		l.DECQ(left)
		l.Label(name + "Test")
		l.TESTQ(left, left)
		l.JGT(operand.LabelRef(name + "Row"))
		for j, a := range acc {
			move(a, operand.Mem{Base: sums, Disp: 8 * j * width})
		}
		l.ADDQ(operand.I32(8*columns), sums)
		l.ADDQ(operand.U8(4*columns), x)
		l.SUBQ(operand.U8(columns), n)
		l.JMP(operand.LabelRef(name))
		l.Label(name + "End")
	}
	block("many", 32)
	block("eight", 8)
	block("one", 1)
}
