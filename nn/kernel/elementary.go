package kernel

import "math"

// Elementary functions are computed in float64 by polynomials and rounded once, so
// that their error is hardly above half a unit in the last place of a float32, and
// with rounded operations only, so that no architecture fuses or approximates.

const (
	log2e = 1.4426950408889634
	ln2hi = 6.93147180369123816490e-01 // 33 bits: its product with an exponent is exact
	ln2lo = 1.90821492927058770002e-10
)

// exp is eˣ for a float32 x, as a float64: 0 below where float32 ends, +Inf above.
func exp(x float64) float64 {
	switch {
	case x > 89:
		return math.Inf(1)
	case x < -104:
		return 0
	case x != x:
		return x
	}
	n := math.Floor(float64(x*log2e) + 0.5)
	r := x - float64(n*ln2hi) - float64(n*ln2lo)
	// Taylor's series to r⁸ on ±ln 2/2: the rest is below 2e-10 of the value.
	p := 1 + float64(r*(1+float64(r*(1./2+float64(r*(1./6+float64(r*(1./24+float64(r*(1./120+float64(r*(1./720+float64(r*(1./5040+float64(r*(1./40320))))))))))))))))
	return p * math.Float64frombits(uint64(1023+int64(n))<<52)
}

// log1p is ln(1 + t) for t in [0, 1].
func log1p(t float64) float64 {
	// ln(1 + t) = 2 artanh(s), s = t/(2 + t) ≤ 1/3: the rest after s¹⁹ is below 1e-11.
	s := t / (2 + t)
	z := float64(s * s)
	p := 1. / 19
	for _, c := range [...]float64{1. / 17, 1. / 15, 1. / 13, 1. / 11, 1. / 9, 1. / 7, 1. / 5, 1. / 3, 1} {
		p = c + float64(z*p)
	}
	return 2 * float64(s*p)
}

// expm1 is eˣ − 1.
func expm1(x float64) float64 {
	if x > -0.3 && x < 0.3 {
		// x (1 + x/2 (1 + x/3 (…))), the rest after x⁹ below 1e-12 of the value.
		p := 1.0
		for n := 10.0; n >= 2; n-- {
			p = 1 + float64(x/n*p)
		}
		return x * p
	}
	return exp(x) - 1
}

func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + exp(-x))
	}
	e := exp(x)
	return e / (1 + e)
}

func softplus(x float64) float64 {
	if x != x {
		return x
	}
	return max(x, 0) + log1p(exp(-math.Abs(x)))
}

func tanh(x float64) float64 {
	a := math.Abs(x)
	if a > 20 {
		return math.Copysign(1, x)
	}
	e := expm1(2 * a)
	return math.Copysign(e/(e+2), x)
}
