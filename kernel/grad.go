package kernel

// Gradients of activations: f′·g, with f′ known from the output y of f.

// ReLUGrad is g where y > 0 and 0 elsewhere.
func ReLUGrad(dst, y, g []float32) { pairs(dst, y, g, vec().reluGrad) }

// LeakyReLUGrad is g where y > 0 and slope·g elsewhere.
func LeakyReLUGrad(dst, y, g []float32, slope float32) {
	n := len(dst)
	j := begin(func(j *job, lo, hi int) {
		vec().leakyReLUGrad(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi), j.s[0])
	}, dst, y[:n], g[:n])
	j.s[0] = slope
	j.do(n, elementGrain)
}

// TanhGrad is g·(1 − y²).
func TanhGrad(dst, y, g []float32) { pairs(dst, y, g, vec().tanhGrad) }

// SigmoidGrad is g·y·(1 − y).
func SigmoidGrad(dst, y, g []float32) { pairs(dst, y, g, vec().sigmoidGrad) }

// ELUGrad is g where y > 0 and g·(y + alpha) elsewhere.
func ELUGrad(dst, y, g []float32, alpha float32) {
	n := len(dst)
	j := begin(func(j *job, lo, hi int) {
		vec().eluGrad(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi), j.s[0])
	}, dst, y[:n], g[:n])
	j.s[0] = alpha
	j.do(n, elementGrain)
}

// ExpBoundedGrad is g·min(y, top), the derivative of [ExpBounded] where e^bound is top.
func ExpBoundedGrad(dst, y, g []float32, top float32) {
	n := len(dst)
	j := begin(func(j *job, lo, hi int) {
		vec().expBoundedGrad(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi), j.s[0])
	}, dst, y[:n], g[:n])
	j.s[0] = top
	j.do(n, elementGrain)
}

func reluGradTwin(dst, y, g []float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	for i := range dst {
		v := g[i]
		if !(y[i] > 0) {
			v = 0
		}
		dst[i] = v
	}
}

func leakyReLUGradTwin(dst, y, g []float32, slope float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	for i := range dst {
		v := g[i]
		if !(y[i] > 0) {
			v *= slope
		}
		dst[i] = v
	}
}

func tanhGradTwin(dst, y, g []float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	for i := range dst {
		dst[i] = g[i] * (1 - float32(y[i]*y[i]))
	}
}

func sigmoidGradTwin(dst, y, g []float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	for i := range dst {
		dst[i] = float32(g[i]*y[i]) * (1 - y[i])
	}
}

func eluGradTwin(dst, y, g []float32, alpha float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	for i := range dst {
		v := g[i]
		if !(y[i] > 0) {
			v *= y[i] + alpha
		}
		dst[i] = v
	}
}

func expBoundedGradTwin(dst, y, g []float32, top float32) {
	y, g = y[:len(dst)], g[:len(dst)]
	for i := range dst {
		v := y[i]
		if top < v {
			v = top
		}
		dst[i] = g[i] * v
	}
}
