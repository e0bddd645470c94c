package kernel

import "math"

// apply sets dst[i] = f(x[i]).
func apply(dst, x []float32, f func(float64) float64) {
	x = x[:len(dst)]
	For(len(dst), functionGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = float32(f(float64(x[i])))
		}
	})
}

// Exp is eˣ.
func Exp(dst, x []float32) { apply(dst, x, exp) }

// Log is the natural logarithm.
func Log(dst, x []float32) { apply(dst, x, math.Log) }

// Sqrt is √x.
func Sqrt(dst, x []float32) { apply(dst, x, math.Sqrt) }

// Tanh is the hyperbolic tangent.
func Tanh(dst, x []float32) { apply(dst, x, tanh) }

// Sigmoid is 1/(1 + e⁻ˣ).
func Sigmoid(dst, x []float32) { apply(dst, x, sigmoid) }

// Softplus is ln(1 + eˣ).
func Softplus(dst, x []float32) { apply(dst, x, softplus) }

// Erf is the error function.
func Erf(dst, x []float32) { apply(dst, x, math.Erf) }

// ELU is x where x > 0 and alpha·(eˣ − 1) elsewhere.
func ELU(dst, x []float32, alpha float32) {
	apply(dst, x, func(v float64) float64 {
		if v > 0 {
			return v
		}
		return float64(alpha) * expm1(v)
	})
}

// ExpBounded is eˣ up to x = bound, and above it the tangent e^bound (1 + x − bound).
func ExpBounded(dst, x []float32, bound float32) {
	b := float64(bound)
	top := exp(b)
	apply(dst, x, func(v float64) float64 {
		if v > b {
			return top * (1 + v - b)
		}
		return exp(v)
	})
}

// Square is x².
func Square(dst, x []float32) {
	x = x[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = x[i] * x[i]
		}
	})
}

// Reciprocal is 1/x.
func Reciprocal(dst, x []float32) {
	x = x[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = 1 / x[i]
		}
	})
}

// ReLU is max(x, 0); NaN stays.
func ReLU(dst, x []float32) {
	x = x[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = max(x[i], 0)
		}
	})
}

// LeakyReLU is x where x > 0 and slope·x elsewhere.
func LeakyReLU(dst, x []float32, slope float32) {
	x = x[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := x[i]
			if !(v > 0) {
				v *= slope
			}
			dst[i] = v
		}
	})
}

// Scale is c·x.
func Scale(dst, x []float32, c float32) {
	x = x[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = c * x[i]
		}
	})
}

// AddScalar is x + c.
func AddScalar(dst, x []float32, c float32) {
	x = x[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = x[i] + c
		}
	})
}

// Fill sets every value to c.
func Fill(dst []float32, c float32) {
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = c
		}
	})
}
