package elementary

import "math"

// lnSeries is that of artanh(s)/s in z = s², highest power first.
var lnSeries = []float64{1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3, 1}

// Log is the natural logarithm, within 3 ulps:
//
//	x = m·2ᵉ with √½ ≤ m < √2,   s = (m−1)/(m+1),   ln x = e·ln 2 + 2 artanh s
//
// It is −Inf of zero, NaN of a negative number and NaN, and +Inf of +Inf.
func Log(x float64) float64 {
	switch {
	case x != x || x > math.MaxFloat64:
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	s := (m - 1) / (m + 1)
	artanh := float64(s * horner(lnSeries, float64(s*s)))
	return float64(float64(e)*math.Ln2) + float64(2*artanh)
}

// Log10 is the decimal logarithm, within 4 ulps. It is exact for the powers of ten from
// 1 to 10²².
func Log10(x float64) float64 {
	y := Log(x) / math.Ln10
	if n := math.Round(y); n >= 0 && n <= 22 && Pow(10, n) == x {
		return n
	}
	return y
}

// Log1p is ln(1 + x), within 4 ulps, also for an x so small that 1 + x is 1:
//
//	u = 1 + x rounded,   ln(1 + x) = ln u · x/(u − 1)
//
// Goldberg, What Every Computer Scientist Should Know About Floating-Point Arithmetic,
// ACM Computing Surveys 1991, theorem 4.
func Log1p(x float64) float64 {
	u := 1 + x
	if u == 1 || u > math.MaxFloat64 {
		return x
	}
	if u <= 0 || u != u {
		return Log(u)
	}
	return Log(u) * (x / (u - 1))
}

// LogTwoPi is ln 2π, of normal densities.
const LogTwoPi = 1.837877066409345483560659472811235279722794947275566825634
