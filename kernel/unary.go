package kernel

import "latentspace/nn/elementary"

// Exp is eˣ.
func Exp(dst, x []float32) { unary(dst, x, functionGrain, vec().exp) }

// Log is the natural logarithm.
func Log(dst, x []float32) { unary(dst, x, functionGrain, vec().log) }

// Tanh is the hyperbolic tangent.
func Tanh(dst, x []float32) { unary(dst, x, functionGrain, vec().tanh) }

// Sigmoid is 1/(1 + e⁻ˣ).
func Sigmoid(dst, x []float32) { unary(dst, x, functionGrain, vec().sigmoid) }

// Softplus is ln(1 + eˣ).
func Softplus(dst, x []float32) { unary(dst, x, functionGrain, vec().softplus) }

// Erf is the error function.
func Erf(dst, x []float32) { unary(dst, x, functionGrain, vec().erf) }

// Sin is the sine of an angle in radians.
func Sin(dst, x []float32) { unary(dst, x, functionGrain, eachOf(elementary.Sin)) }

// Cos is the cosine of an angle in radians.
func Cos(dst, x []float32) { unary(dst, x, functionGrain, eachOf(elementary.Cos)) }

// eachOf is the loop of a function on every path.
func eachOf(f func(float64) float64) func(dst, x []float32) {
	return func(dst, x []float32) {
		for i, v := range x[:len(dst)] {
			dst[i] = float32(f(float64(v)))
		}
	}
}

// ELU is x where x > 0 and alpha·(eˣ − 1) elsewhere.
func ELU(dst, x []float32, alpha float32) {
	j := begin(func(j *job, lo, hi int) { vec().elu(j.part(0, lo, hi), j.part(1, lo, hi), float64(j.s[0])) }, dst, x[:len(dst)])
	j.s[0] = alpha
	j.do(len(dst), functionGrain)
}

// ExpBounded is eˣ up to x = bound, and above it the tangent e^bound (1 + x − bound).
func ExpBounded(dst, x []float32, bound float32) {
	j := begin(func(j *job, lo, hi int) {
		b := float64(j.s[0])
		vec().expBounded(j.part(0, lo, hi), j.part(1, lo, hi), b, exp(b))
	}, dst, x[:len(dst)])
	j.s[0] = bound
	j.do(len(dst), functionGrain)
}

// Sqrt is √x.
func Sqrt(dst, x []float32) { unary(dst, x, elementGrain, vec().sqrt) }

// Square is x².
func Square(dst, x []float32) { pairs(dst, x, x, vec().mul) }

// Reciprocal is 1/x.
func Reciprocal(dst, x []float32) { unary(dst, x, elementGrain, vec().reciprocal) }

// ReLU is max(x, 0); NaN stays.
func ReLU(dst, x []float32) { unary(dst, x, elementGrain, vec().relu) }

// LeakyReLU is x where x > 0 and slope·x elsewhere.
func LeakyReLU(dst, x []float32, slope float32) { withScalar(dst, x, slope, vec().leakyReLU) }

// Scale is c·x.
func Scale(dst, x []float32, c float32) { withScalar(dst, x, c, vec().scale) }

// AddScalar is x + c.
func AddScalar(dst, x []float32, c float32) { withScalar(dst, x, c, vec().addScalar) }

// Fill sets every value to c.
func Fill(dst []float32, c float32) {
	j := begin(func(j *job, lo, hi int) { vec().fill(j.part(0, lo, hi), j.s[0]) }, dst)
	j.s[0] = c
	j.do(len(dst), elementGrain)
}

// unary runs a loop over chunks.
func unary(dst, x []float32, grain int, f func(dst, x []float32)) {
	j := begin(func(j *job, lo, hi int) { j.unary(j.part(0, lo, hi), j.part(1, lo, hi)) }, dst, x[:len(dst)])
	j.unary = f
	j.do(len(dst), grain)
}

// withScalar runs a loop with a number over chunks.
func withScalar(dst, x []float32, c float32, f func(dst, x []float32, c float32)) {
	j := begin(func(j *job, lo, hi int) { j.scalar(j.part(0, lo, hi), j.part(1, lo, hi), j.s[0]) }, dst, x[:len(dst)])
	j.scalar, j.s[0] = f, c
	j.do(len(dst), elementGrain)
}

func eluTwin(dst, x []float32, alpha float64) {
	for i, v := range x[:len(dst)] {
		y := float64(v)
		if !(v > 0) {
			y = alpha * expm1(y)
		}
		dst[i] = float32(y)
	}
}

func expBoundedTwin(dst, x []float32, bound, top float64) {
	for i, v := range x[:len(dst)] {
		dst[i] = float32(expBounded(float64(v), bound, top))
	}
}

// expBounded is eˣ, and above the bound the line through top = e^bound.
func expBounded(x, bound, top float64) float64 {
	if x > bound {
		return float64(top * (x + 1 - bound))
	}
	return exp(x)
}

func sqrtTwin(dst, x []float32) {
	for i, v := range x[:len(dst)] {
		dst[i] = sqrt(v)
	}
}

func reciprocalTwin(dst, x []float32) {
	for i, v := range x[:len(dst)] {
		dst[i] = 1 / v
	}
}

func reluTwin(dst, x []float32) {
	for i, v := range x[:len(dst)] {
		dst[i] = max(v, 0)
	}
}

func leakyReLUTwin(dst, x []float32, slope float32) {
	for i, v := range x[:len(dst)] {
		if !(v > 0) {
			v *= slope
		}
		dst[i] = v
	}
}

func scaleTwin(dst, x []float32, c float32) {
	for i, v := range x[:len(dst)] {
		dst[i] = c * v
	}
}

func addScalarTwin(dst, x []float32, c float32) {
	for i, v := range x[:len(dst)] {
		dst[i] = v + c
	}
}

func fillTwin(dst []float32, c float32) {
	for i := range dst {
		dst[i] = c
	}
}
