package kernel

import "math"

// Elementary functions are computed in float64 by minimax polynomials and rounded
// once, so that their error is hardly above half a unit in the last place of a
// float32. Every operation is rounded, none is fused, and branches are selections,
// so that vectors do the same (asm/vec/elementary.go) and no architecture differs.

// The terms of the polynomials, with the largest relative error of the function.
var (
	// (eʳ − 1)/r for |r| ≤ ½ ln 2: 3e-10.
	expm1Terms = [...]float64{
		1.0000000000312146, 0.5000000046680309, 0.1666666624934605, 0.041666354322999935,
		0.008333402936954814, 0.0013941015523436292, 0.0001984124482605981,
	}
	// 2 artanh(√z)/√z for z ≤ 1/9: 1e-10.
	log1pTerms = [...]float64{
		1.9999999998028204, 0.6666667930759065, 0.3999869089379021,
		0.28620722250620595, 0.21393249968383576, 0.24413068324216988,
	}
	// The same for z ≤ 0.03: 5e-12.
	logTerms = [...]float64{
		2.0000000000084284, 0.6666666523988016, 0.40000385986602033, 0.2853497844867555, 0.23617611271152042,
	}
	// −ln(1 − erf a)/a for a ≤ 4: 5e-10 of erf a.
	erfTerms = [...]float64{
		1.128379166627992, 0.6366198345751639, 0.10277127715524356, -0.01911769480566363, -0.00025306130627273906,
		0.0017993542773043299, -0.0007406862806153679, 0.00016748114445551637, -2.1354643292523734e-05, 1.1933040670707195e-06,
	}
)

// horner is c[0] + x(c[1] + x(…)).
func horner(x float64, c []float64) float64 {
	p := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		p = c[i] + float64(x*p)
	}
	return p
}

// reduce gives u = eʳ − 1 and the bits of 2ⁿ without those of 1, where
// x = n ln 2 + r, for x bounded to where a float64 holds eˣ: [−708, 709].
func reduce(x float64) (u float64, n uint64) {
	if 709 < x {
		x = 709
	}
	if -708 > x {
		x = -708
	}
	// At 3·2⁵¹ a float64 has no fraction: adding rounds, and leaves n in the low bits.
	const magic = 3 << 51
	t := float64(x*math.Log2E) + magic
	r := x - float64((t-magic)*math.Ln2)
	return float64(r * horner(r, expm1Terms[:])), math.Float64bits(t) << 52
}

// exp is eˣ.
func exp(x float64) float64 {
	u, n := reduce(x)
	return math.Float64frombits(math.Float64bits(u+1) + n)
}

// expm1 is eˣ − 1.
func expm1(x float64) float64 {
	u, n := reduce(x)
	s := math.Float64frombits(math.Float64bits(1) + n)
	return (s - 1) + float64(s*u)
}

// log1p is ln(1 + t) for t in [0, 1].
func log1p(t float64) float64 {
	s := t / (t + 2)
	return float64(s * horner(float64(s*s), log1pTerms[:]))
}

// log is the natural logarithm of any float64 that is not subnormal.
func log(x float64) float64 {
	// x = 2ⁿ·m with m in [√½, √2), and ln m = 2 artanh((m − 1)/(m + 1)).
	b := math.Float64bits(x)
	k := (b + 1024<<52 - math.Float64bits(math.Sqrt2/2)) >> 52
	m := math.Float64frombits(b - k<<52 + 1024<<52)
	n := math.Float64frombits(k|0x433<<52) - (1<<52 + 1024)
	s := (m - 1) / (m + 1)
	y := float64(n*math.Ln2) + float64(s*horner(float64(s*s), logTerms[:]))
	if !(x < math.Inf(1)) {
		y = x
	}
	if x == 0 {
		y = math.Inf(-1)
	}
	if x < 0 {
		y = math.NaN()
	}
	return y
}

func sigmoid(x float64) float64 {
	e := exp(-math.Abs(x))
	top := 1.0
	if x < 0 {
		top = e
	}
	return top / (e + 1)
}

func softplus(x float64) float64 {
	e := exp(-math.Abs(x))
	y := 0.0
	if x > 0 {
		y = x
	}
	return y + log1p(e)
}

func tanh(x float64) float64 {
	a := math.Abs(x)
	e := expm1(a + a)
	return math.Copysign(e/(e+2), x)
}

// erf is 1 − e^(−a·g(a)) for a = |x|, with the sign of x.
func erf(x float64) float64 {
	a := math.Abs(x)
	if 4 < a {
		a = 4 // erf(4) is 1 as a float32
	}
	return math.Copysign(expm1(-float64(a*horner(a, erfTerms[:]))), x)
}
