package kernel

// Gradients of activations: f′·g, with f′ known from the output y of f.

// ReLUGrad is g where y > 0 and 0 elsewhere.
func ReLUGrad(dst, y, g []float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := g[i]
			if !(y[i] > 0) {
				v = 0
			}
			dst[i] = v
		}
	})
}

// LeakyReLUGrad is g where y > 0 and slope·g elsewhere.
func LeakyReLUGrad(dst, y, g []float32, slope float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := g[i]
			if !(y[i] > 0) {
				v *= slope
			}
			dst[i] = v
		}
	})
}

// TanhGrad is g·(1 − y²).
func TanhGrad(dst, y, g []float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = g[i] * (1 - float32(y[i]*y[i]))
		}
	})
}

// SigmoidGrad is g·y·(1 − y).
func SigmoidGrad(dst, y, g []float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = float32(g[i]*y[i]) * (1 - y[i])
		}
	})
}

// ELUGrad is g where y > 0 and g·(y + alpha) elsewhere.
func ELUGrad(dst, y, g []float32, alpha float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	For(len(dst), elementGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := g[i]
			if !(y[i] > 0) {
				v *= y[i] + alpha
			}
			dst[i] = v
		}
	})
}

// ExpBoundedGrad is g·min(eˣ, e^bound): it takes the input of [ExpBounded].
func ExpBoundedGrad(dst, x, g []float32, bound float32) {
	x, g = x[:len(dst)], g[:len(dst)]
	For(len(dst), functionGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			dst[i] = float32(float64(g[i]) * exp(float64(min(x[i], bound))))
		}
	})
}
