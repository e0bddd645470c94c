package data

import "math"

// The functions of package math differ in their last bits from one architecture to
// another: some are assembly, and compilers fuse products into sums. Here each
// product is rounded by a conversion, so all machines draw the same data.

// sinSeries and cosSeries are the Taylor series in z = x², highest power first.
// On |x| ≤ π/4 what is left out is below 2⁻⁵⁰.
var (
	sinSeries = []float64{-1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040, 1.0 / 120, -1.0 / 6, 1}
	cosSeries = []float64{1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24, -1.0 / 2, 1}
)

// circle returns the sine and the cosine of an angle counted in full turns.
func circle(turns float64) (sin, cos float64) {
	quarters := math.Floor(float64(turns*4) + 0.5)
	x := (turns - quarters/4) * (2 * math.Pi)
	z := x * x
	s, c := float64(x*horner(sinSeries, z)), horner(cosSeries, z)
	switch int(quarters) & 3 {
	case 0:
		return s, c
	case 1:
		return c, -s
	case 2:
		return -s, -c
	default:
		return -c, s
	}
}

// lnSeries is that of artanh(s)/s in z = s², highest power first.
var lnSeries = []float64{1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3, 1}

// ln returns the natural logarithm of x > 0:
//
//	x = m·2ᵉ with √½ ≤ m < √2,   s = (m−1)/(m+1),   ln x = e·ln 2 + 2 artanh s
func ln(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	s := (m - 1) / (m + 1)
	artanh := float64(s * horner(lnSeries, s*s))
	return float64(float64(e)*math.Ln2) + float64(2*artanh)
}

// horner evaluates a polynomial, highest power first.
func horner(coefficients []float64, z float64) float64 {
	y := 0.0
	for _, c := range coefficients {
		y = float64(y*z) + c
	}
	return y
}
