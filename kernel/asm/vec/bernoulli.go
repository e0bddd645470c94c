package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// These are the functions of bernoulli.go of the kernel package, operation by
// operation.

var (
	expSingleTerms   = []float64{0.49999994, 0.16666517, 0.041668102, 0.0083691925, 0.0013838903}
	log1pSingleTerms = []float64{-0.4999993, 0.33330464, -0.24958019, 0.19692102, -0.15344881, 0.10661128, -0.05745723, 0.020086242, -0.0032904686}
)

// line is c₀ + c₁·x.
func (l *lanes) line(x op, c []float64) vec { return l.plus(l.load(l.c(c[0])), x, l.c(c[1])) }

// plus is a + x·y, rounded once, in the place of a.
func (l *lanes) plus(a vec, x, y op) vec {
	l.VFMADD231PS(y, x, a)
	return a
}

// minus is a − x·y, rounded once, in the place of a.
func (l *lanes) minus(a vec, x, y op) vec {
	l.VFNMADD231PS(y, x, a)
	return a
}

// times is x·a + y, rounded once, in the place of a.
func (l *lanes) times(a vec, x, y op) vec {
	l.VFMADD213PS(y, x, a)
	return a
}

func (l *lanes) copy(a vec) vec {
	d := l.vec()
	l.VMOVAPS(a, d)
	return d
}

// certain is the kernel package's.
const certain = 32

// reduceSingle gives u = eʳ − 1 and the bits of 2ⁿ without those of 1, where x = n·ln 2 + r.
func (l *lanes) reduceSingle(magic, x vec) (u, n vec) {
	const ln2High = 0.693359375
	t := l.times(l.load(l.c(math.Log2E)), x, magic)
	whole := l.sub(t, magic)
	r := l.minus(l.minus(l.copy(x), whole, l.c(ln2High)), whole, l.c(math.Ln2-ln2High))
	c, r2 := expSingleTerms, l.mul(r, r)
	q := l.plus(l.line(r, c), r2, l.plus(l.line(r, c[2:]), r2, l.c(c[4])))
	return l.times(q, r2, r), l.left(t, 23)
}

func (l *lanes) expSingle(magic, x vec) vec {
	u, shift := l.reduceSingle(magic, x)
	e := l.add(u, l.c(1))
	normal := l.cmp(notLess, x, l.c(-certain))
	if l.wide {
		l.VPADDD_Z(shift, e, normal, e)
		return e
	}
	return l.and(normal, l.addInt(e, shift))
}

func (l *lanes) log1pSingle(e op) vec {
	c, e2 := log1pSingleTerms, l.mul(e, e)
	e4 := l.mul(e2, e2)
	high := l.plus(l.plus(l.line(e, c[4:]), e2, l.line(e, c[6:])), e4, l.c(c[8]))
	low := l.plus(l.line(e, c), e2, l.line(e, c[2:]))
	return l.times(l.plus(low, e4, high), e2, e)
}

// other is t where l is negative and 1 − t elsewhere.
func (l *lanes) other(one, logit, t vec) vec {
	if !l.wide {
		return l.choose(logit, t, l.sub(one, t))
	}
	k := l.K()
	l.VPMOVD2M(logit, k)
	l.KNOTW(k, k)
	l.VSUBPS(t, one, k, t)
	return t
}

// bernoulli is Σ of the losses, and with the gradient fills that.
func bernoulli(name, signature string, gradient bool) program {
	return program{name: name, signature: signature, single: true, write: func(l *lanes) {
		const sign = 1 << 31
		n := l.length("logits")
		logits, targets := l.base("logits"), l.base("targets")
		magic, one := l.load(l.c(3<<22)), l.load(l.c(1))
		var grad reg.Register
		var factor vec
		if gradient {
			grad, factor = l.base("grad"), l.scalar("factor")
		}
		double := *l
		double.single = false
		sums := double.accumulator()
		l.loop(n, func(p part) {
			logit := l.get(logits, p)
			x, t := l.or(logit, l.bits(sign)), l.other(one, logit, l.get(targets, p))
			e := l.expSingle(magic, x)
			if gradient {
				d := l.mul(factor, l.sub(l.div(e, l.add(e, one)), t))
				l.put(grad, p, l.xor(d, l.xor(x, logit)))
			}
			sums.addSingles(p, l.minus(l.log1pSingle(e), x, t))
		})
		l.Store(sums.total(), l.ReturnIndex(0))
	}}
}

// addSingles adds the float32 lanes of v where the mask lets them, in their order.
func (a accumulator) addSingles(p part, v vec) {
	l := a.l
	switch {
	case p.mask == nil:
	case l.wide:
		l.VMOVAPS_Z(v, p.mask, v)
	default:
		l.VANDPS(p.mask, v, v)
	}
	var low, high op
	if l.wide {
		y := l.YMM()
		l.VEXTRACTF64X4(operand.U8(1), v, y)
		low, high = v.AsY(), y
	} else {
		x := l.XMM()
		l.VEXTRACTF128(operand.U8(1), v, x)
		low, high = v.AsX(), x
	}
	for i, half := range []op{low, high} {
		d, s := l.vec(), a.sums[i%len(a.sums)]
		l.VCVTPS2PD(half, d)
		l.VADDPD(d, s, s)
	}
}
