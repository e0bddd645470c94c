package elementary

import "math"

// Erfc is the complementary error function, within 20 ulps where it is no less than
// 2⁻¹⁰²²:
//
//	erfc x = 2/√π ∫ₓ^∞ exp(−t²) dt
//
// Below 1 it is 1 less Kummer's series, whose terms are all positive,
//
//	erf x = 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)),
//
// and from 1 on Laplace's continued fraction,
//
//	erfc x = exp(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))).
//
// Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 7.1.6 and 7.1.14.
func Erfc(x float64) float64 {
	if x != x {
		return x
	}
	if x < 0 {
		return 2 - Erfc(-x)
	}
	if x > 28 {
		return 0
	}
	fall := expOfMinusSquare(x)
	if x < 1 {
		term, sum, xx := x, x, float64(x*x)
		for n := 1.0; term > 1e-18*sum; n++ {
			term = float64(term * (float64(2*xx) / (float64(2*n) + 1)))
			sum += term
		}
		return 1 - float64(2/sqrtPi*float64(fall*sum))
	}
	const depth = 250 // enough for 1, where it converges most slowly
	f := x
	for n := depth; n > 0; n-- {
		f = x + float64(float64(n)/2)/f
	}
	return fall / float64(sqrtPi*f)
}

const sqrtPi = 1.77245385090551602729816748334114518

// expOfMinusSquare is exp(−x²), whose argument a product rounded to float64 would spoil:
// x² is the square of x to a few bits, which is exact, and the small rest.
func expOfMinusSquare(x float64) float64 {
	near := float64(math.Floor(float64(x*16)+0.5) / 16)
	return Exp(-float64(near*near)) * Exp(-float64((x-near)*(x+near)))
}

// NormalQuantile is the x that a standard normal variable is below with probability p,
// within 10⁻¹⁴ for p from 10⁻¹² to 1 − 10⁻¹². It is −Inf of 0, +Inf of 1 and NaN
// outside [0, 1].
//
// A start good to 5·10⁻⁴ (Abramowitz and Stegun, 1964, 26.2.23) is made better by three of
// Newton's steps on the smaller tail.
func NormalQuantile(p float64) float64 {
	switch {
	case !(p >= 0 && p <= 1):
		return math.NaN()
	case p == 0:
		return math.Inf(-1)
	case p == 1:
		return math.Inf(1)
	case p == 0.5:
		return 0
	case p > 0.5:
		return -NormalQuantile(1 - p)
	}
	t := math.Sqrt(-2 * Log(p))
	top := horner([]float64{0.010328, 0.802853, 2.515517}, t)
	bottom := horner([]float64{0.001308, 0.189269, 1.432788, 1}, t)
	x := t - top/bottom // of the upper tail
	for range 3 {
		density := expOfMinusSquare(x/math.Sqrt2) / (math.Sqrt2 * sqrtPi)
		x += (float64(Erfc(x/math.Sqrt2)/2) - p) / density
	}
	return -x
}
