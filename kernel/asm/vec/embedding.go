package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// embeddings has the loops that place points by their neighbours.
var embeddings = []program{
	several("squaredDistance", "(a, b []float32) float64", []string{"a", "b"}, nil, 1,
		func(l *lanes, _ bounds, x []vec, _ func(int) vec) []vec {
			d := l.sub(x[0], x[1])
			return []vec{l.mul(d, d)}
		}),
	several("boltzmann", "(x []float32, slope float64) (z, energy float64)", []string{"x"}, []string{"slope"}, 2,
		func(l *lanes, b bounds, x []vec, c func(int) vec) []vec {
			e := l.exp(b, l.mul(c(0), x[0]))
			return []vec{e, l.mul(e, x[0])}
		}),
	several("repel2", "(x, y []float32, px, py float64) (z, fx, fy float64)", []string{"x", "y"}, []string{"px", "py"}, 3, repel),
	several("repel3", "(x, y, w []float32, px, py, pw float64) (z, fx, fy, fw float64)", []string{"x", "y", "w"}, []string{"px", "py", "pw"}, 4, repel),
	update("deltaBarDelta", "(w, pull, push, u, gain []float32, a, b, rate, mu float32)",
		[]string{"w", "pull", "push", "u", "gain"}, []string{"a", "b", "rate", "mu"}, []int{0, 3, 4},
		func(l *lanes, x, c []vec) []vec {
			d := l.sub(l.mul(c[0], x[1]), l.mul(c[1], x[2]))
			turns := l.cmp(less, l.mul(x[3], d), l.c(0))
			k := l.choose(turns, l.add(x[4], l.c(0.2)), l.mul(x[4], l.c(0.8)))
			k = l.max(k, l.c(0.01))
			v := l.flush(l.sub(l.mul(c[3], x[3]), l.mul(c[2], l.mul(k, d))))
			return []vec{l.flush(l.add(x[0], v)), v, k}
		}),
	{name: "below", signature: "(dst []uint32, x []float32, bound float32) int", single: true, write: (*lanes).below},
	{name: "countBelow", signature: "(x []float32, low, high float32) (atLow, atHigh int)", single: true, write: (*lanes).countBelow},
	{name: "attract", signature: "(force, own, y []float32, starts []int, columns []uint32, values []float32)", single: true, write: (*lanes).attract},
	{name: "attractPacked", signature: "(force, own, y []float32, starts []int, entries []uint32, base uint32)", single: true, write: (*lanes).attractPacked},
	{name: "attractCurve", signature: "(force, own, y []float32, starts []int, columns []uint32, values []float32, a, b float32)", single: true, write: (*lanes).attractCurve},
	{name: "attractCurvePacked", signature: "(force, own, y []float32, starts []int, entries []uint32, base uint32, a, b float32)", single: true, write: (*lanes).attractCurvePacked},
	{name: "repelCurve3", signature: "(force, own, x, y, z []float32, a, b, softening float32)", single: true, write: (*lanes).repelCurve3},
}

// several is a number of sums over arrays in float64. AVX2's sixteen registers may not
// hold all sums and the scalars too: it loads a scalar where f calls for it.
func several(name, signature string, sources, scalars []string, number int, f func(l *lanes, b bounds, x []vec, c func(int) vec) []vec) program {
	return program{name: name, signature: signature, write: func(l *lanes) {
		n, bases := l.length(sources[0]), l.bases(sources)
		c := func(i int) vec { return l.scalar(scalars[i]) }
		if l.wide || l.neon {
			var held []vec
			for _, s := range scalars {
				held = append(held, l.scalar(s))
			}
			c = func(i int) vec { return held[i] }
		}
		b := l.bounds()
		var sums []accumulator
		for range number {
			sums = append(sums, l.accumulator())
		}
		l.loop(n, func(p part) {
			var x []vec
			for _, at := range bases {
				x = append(x, l.get(at, p))
			}
			for i, term := range f(l, b, x, c) {
				sums[i].add(p, term)
			}
		})
		for i, s := range sums {
			l.Store(s.total(), l.ReturnIndex(i))
		}
	}}
}

// repel is the terms of the sum of the kernel and of the force along every axis.
func repel(l *lanes, _ bounds, x []vec, c func(int) vec) []vec {
	var d []vec
	var squares op
	for i := range x {
		d = append(d, l.sub(c(i), x[i]))
		if i == 0 {
			squares = l.mul(d[i], d[i])
		} else {
			squares = l.add(squares, l.mul(d[i], d[i]))
		}
	}
	w := l.div(l.load(l.c(1)), l.add(squares, l.c(1)))
	u := l.mul(w, w)
	terms := []vec{w}
	for i := range d {
		terms = append(terms, l.mul(u, d[i]))
	}
	return terms
}

// atMost is the mask of the elements v of a part that are at most bound.
func (l *lanes) atMost(p part, v, bound vec) op {
	m := l.cmp(lessEqual, v, bound)
	switch {
	case p.mask == nil:
	case l.wide:
		l.KANDW(m, p.mask, m)
	default:
		l.VANDPS(m, p.mask, m)
	}
	return m
}

// below writes the indices of the elements that are at most bound.
func (l *lanes) below() {
	n, x, dst := l.length("x"), l.base("x"), l.base("dst")
	bound, start := l.scalar("bound"), l.GP64()
	l.MOVQ(dst, start)
	found := l.GP64()
	var iota operand.Mem
	if l.wide {
		iota = l.iota()
	}
	l.loop(n, func(p part) {
		m := l.atMost(p, l.get(x, p), bound)
		next := operand.LabelRef("next")
		if p.mask != nil {
			next = "nextRest"
		}
		if l.wide {
			l.KORTESTW(m, m)
			l.JEQ(next)
			indices, packed := l.ZMM(), l.ZMM()
			l.VPBROADCASTD(p.index.As32(), indices)
			l.VPADDD(iota, indices, indices)
			l.VPCOMPRESSD_Z(indices, m, packed)
			l.VMOVDQU32(packed, operand.Mem{Base: dst})
			l.KMOVW(m, found.As32())
			l.POPCNTL(found.As32(), found.As32())
			l.LEAQ(operand.Mem{Base: dst, Index: found, Scale: 4}, dst)
			l.Label(string(next))
			return
		}
		one := operand.LabelRef("one")
		if p.mask != nil {
			one = "oneRest"
		}
		l.VMOVMSKPS(m, found.As32())
		l.JMP(next)
		l.Label(string(one))
		at := l.GP64()
		l.TZCNTL(found.As32(), at.As32())
		l.ADDQ(p.index, at)
		l.MOVL(at.As32(), operand.Mem{Base: dst})
		l.ADDQ(operand.U8(4), dst)
		l.BLSRL(found.As32(), found.As32())
		l.Label(string(next))
		l.TESTL(found.As32(), found.As32())
		l.JNE(one)
	})
	l.SUBQ(start, dst)
	l.SHRQ(operand.U8(2), dst)
	l.Store(dst, l.ReturnIndex(0))
}

// iota is 0, 1 … 15.
func (l *lanes) iota() operand.Mem {
	m := l.StaticGlobal("iota16")
	l.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 16 {
		l.AddDatum(4*i, operand.U32(i))
	}
	return m
}

func (l *lanes) countBelow() {
	n, x, found := l.length("x"), l.base("x"), l.GP64()
	bounds, counts := []vec{l.scalar("low"), l.scalar("high")}, []reg.GPVirtual{l.GP64(), l.GP64()}
	for _, c := range counts {
		l.XORQ(c, c)
	}
	l.loop(n, func(p part) {
		v := l.get(x, p)
		for i, bound := range bounds {
			m := l.atMost(p, v, bound)
			if l.wide {
				l.KMOVW(m, found.As32())
			} else {
				l.VMOVMSKPS(m, found.As32())
			}
			l.POPCNTL(found.As32(), found.As32())
			l.ADDQ(found, counts[i])
		}
	})
	for i, c := range counts {
		l.Store(c, l.ReturnIndex(i))
	}
}
