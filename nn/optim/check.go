package optim

import "math"

// The kernels compute in single precision, so ranges hold after rounding to it: a
// beta of 0.99999999 is 1, an epsilon of 1e-50 is 0.

// checkPositive reports a value that is not a finite number above zero.
func checkPositive(report func(key, format string, args ...any), key string, x float64) {
	if f := float32(x); !(f > 0) || math.IsInf(float64(f), 1) {
		report(key, "%v, want a number above 0 within single precision", x)
	}
}

// checkNotNegative reports a value that is not a finite number from zero up.
func checkNotNegative(report func(key, format string, args ...any), key string, x float64) {
	if f := float32(x); !(x >= 0) || math.IsInf(float64(f), 1) {
		report(key, "%v, want a number of at least 0 within single precision", x)
	}
}

// checkBelowOne reports a value outside [0, 1).
func checkBelowOne(report func(key, format string, args ...any), key string, x float64) {
	if !(x >= 0 && float32(x) < 1) {
		report(key, "%v, want a number in [0, 1) within single precision", x)
	}
}
