package elementary

import "math"

// Pow is xʸ for x ≥ 0. It is NaN of a negative x. For whole y it is made of products
// alone, within |y| ulps, and has the bits of [math.Pow]. For other y it is
//
//	xʸ = x^⌊y⌉ · e^((y − ⌊y⌉)·ln x)
//
// with the error of [Exp] and the relative error 2·|y − ⌊y⌉|·|ln x| ulps besides.
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y || x < 0:
		return math.NaN()
	case y == 1:
		return x
	case y == 0.5:
		return math.Sqrt(x)
	case y == -0.5:
		return 1 / math.Sqrt(x)
	case x == 0 || x > math.MaxFloat64 || math.Abs(y) >= 1<<62:
		if (x < 1) == (y > 0) {
			return 0
		}
		return math.Inf(1)
	}
	whole := math.Floor(math.Abs(y))
	part := math.Abs(y) - whole
	if part > 0.5 {
		whole, part = whole+1, part-1
	}
	product, exponent := 1.0, 0
	if part != 0 {
		product = Exp(float64(part * Log(x)))
	}
	// x^whole by squaring, its exponent apart so that nothing overflows on the way.
	square, by := math.Frexp(x)
	for i := int64(whole); i != 0; i >>= 1 {
		if by < -1<<12 || by > 1<<12 {
			exponent += by // beyond what a float64 holds
			break
		}
		if i&1 == 1 {
			product *= square
			exponent += by
		}
		square = float64(square * square)
		by *= 2
		if square < 0.5 {
			square *= 2
			by--
		}
	}
	if y < 0 {
		product, exponent = 1/product, -exponent
	}
	return math.Ldexp(product, exponent)
}
