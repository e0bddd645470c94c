package elementary

import "math"

// The logarithm of 2 in two parts, the first of 33 bits, so that its products with the
// exponents of a float64 are exact.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// The Taylor series of (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2, by even and odd powers, highest
// first. What is left out is below 2⁻⁵⁷ of eʳ.
var (
	expEven = []float64{1.0 / 479001600, 1.0 / 3628800, 1.0 / 40320, 1.0 / 720, 1.0 / 24, 1.0 / 2}
	expOdd  = []float64{1.0 / 6227020800, 1.0 / 39916800, 1.0 / 362880, 1.0 / 5040, 1.0 / 120, 1.0 / 6}
)

// Exp is eˣ, within 1 ulp where it is no less than 2⁻¹⁰²². It is 0 or +Inf where a
// float64 holds no other value, and NaN of NaN.
//
//	x = n·ln 2 + r,  |r| ≤ ½ ln 2,   eˣ = 2ⁿ·eʳ
func Exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 709.8:
		return math.Inf(1)
	case x < -745.2:
		return 0
	}
	n := math.Floor(float64(x*math.Log2E) + 0.5)
	high, low := x-float64(n*ln2High), float64(n*ln2Low)
	r := high - low
	rest := (high - r) - low // what r has lost
	z := float64(r * r)
	even, odd := 0.0, 0.0
	for i, c := range expEven {
		even, odd = float64(even*z)+c, float64(odd*z)+expOdd[i]
	}
	y := 1 + (r + (rest + float64(z*(even+float64(r*odd)))))
	if -1022 < n && n < 1023 {
		return y * math.Float64frombits(uint64(1023+int64(n))<<52)
	}
	return math.Ldexp(y, int(n))
}
