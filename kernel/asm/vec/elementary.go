package main

import "math"

// These are the functions of elementary.go of the kernel package, operation by
// operation.

var (
	expm1Terms = []float64{1.0000000000312146, 0.5000000046680309, 0.1666666624934605, 0.041666354322999935, 0.008333402936954814, 0.0013941015523436292, 0.0001984124482605981}
	log1pTerms = []float64{1.9999999998028204, 0.6666667930759065, 0.3999869089379021, 0.28620722250620595, 0.21393249968383576, 0.24413068324216988}
	logTerms   = []float64{2.0000000000084284, 0.6666666523988016, 0.40000385986602033, 0.2853497844867555, 0.23617611271152042}
	erfTerms   = []float64{1.128379166627992, 0.6366198345751639, 0.10277127715524356, -0.01911769480566363, -0.00025306130627273906, 0.0017993542773043299, -0.0007406862806153679, 0.00016748114445551637, -2.1354643292523734e-05, 1.1933040670707195e-06}
)

// bounds are the ends of exp's range, in registers.
type bounds struct{ low, high, magic vec }

func (l *lanes) bounds() bounds {
	return bounds{l.load(l.c(-708)), l.load(l.c(709)), l.load(l.c(3 << 51))}
}

// reduce gives u = eʳ − 1 and the integer n in the low bits of t, where x = n·ln 2 + r.
func (l *lanes) reduce(b bounds, x op) (u, t vec) {
	x = l.clampLow(b.low, l.clampHigh(b.high, x))
	t = l.add(l.mul(x, l.c(math.Log2E)), b.magic)
	r := l.sub(x, l.mul(l.sub(t, b.magic), l.c(math.Ln2)))
	return l.mul(r, l.horner(r, expm1Terms)), t
}

func (l *lanes) exp(b bounds, x op) vec {
	u, t := l.reduce(b, x)
	return l.addInt(l.add(u, l.c(1)), l.left(t, 52))
}

func (l *lanes) expm1(b bounds, x op) vec {
	u, t := l.reduce(b, x)
	s := l.addInt(l.left(t, 52), l.c(1))
	return l.add(l.sub(s, l.c(1)), l.mul(s, u))
}

// log1p is for t in [0, 1].
func (l *lanes) log1p(t op) vec {
	s := l.div(t, l.add(t, l.c(2)))
	return l.mul(s, l.horner(l.mul(s, s), log1pTerms))
}

func (l *lanes) log(x vec) vec {
	t := l.addInt(x, l.bits(1024<<52-math.Float64bits(math.Sqrt2/2)))
	k := l.right(t, 52)
	m := l.addInt(l.subInt(x, l.left(k, 52)), l.bits(1024<<52))
	n := l.sub(l.or(k, l.bits(0x433<<52)), l.c(1<<52+1024))
	s := l.div(l.sub(m, l.c(1)), l.add(m, l.c(1)))
	y := l.add(l.mul(n, l.c(math.Ln2)), l.mul(s, l.horner(l.mul(s, s), logTerms)))
	zero := l.load(l.c(0))
	y = l.choose(l.cmp(notLess, x, l.c(math.Inf(1))), x, y)
	y = l.choose(l.cmp(equal, x, zero), l.c(math.Inf(-1)), y)
	return l.choose(l.cmp(less, x, zero), l.c(math.NaN()), y)
}

func (l *lanes) sigmoid(b bounds, x op) vec {
	e := l.exp(b, l.or(x, l.bits(signBit)))
	one := l.load(l.c(1))
	return l.div(l.choose(l.cmp(less, x, l.c(0)), e, one), l.add(e, l.c(1)))
}

func (l *lanes) softplus(b bounds, x op) vec {
	e := l.exp(b, l.or(x, l.bits(signBit)))
	return l.add(l.max(x, l.c(0)), l.log1p(e))
}

func (l *lanes) tanh(b bounds, x op) vec {
	a := l.abs(x)
	e := l.expm1(b, l.add(a, a))
	return l.or(l.div(e, l.add(e, l.c(2))), l.sign(x))
}

func (l *lanes) erf(b bounds, x op) vec {
	a := l.clampHigh(l.load(l.c(4)), l.abs(x))
	e := l.expm1(b, l.neg(l.mul(a, l.horner(a, erfTerms))))
	return l.or(l.abs(e), l.sign(x))
}
