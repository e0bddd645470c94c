package kernel

//go:generate go -C asm run ./vec -to ..
//go:generate go -C asm run ./gemm -to ..

// loops has the vectorised loops of one path. They trust their callers: every
// array is as long as the first, and one that is written may be one that is read,
// but does not begin within it, as they read elements ahead of those they write.
type loops struct {
	exp, log, tanh, sigmoid, softplus, erf func(dst, x []float32)

	elu        func(dst, x []float32, alpha float64)
	expBounded func(dst, x []float32, bound, top float64)

	add, sub, mul, div     func(dst, a, b []float32)
	addScaled              func(dst, a, b []float32, c float32)
	sqrt, reciprocal, relu func(dst, x []float32)
	flush                  func(dst, x []float32)
	leakyReLU              func(dst, x []float32, slope float32)
	scale, addScalar       func(dst, x []float32, c float32)
	fill                   func(dst []float32, c float32)
	reluGrad               func(dst, y, g []float32)
	leakyReLUGrad          func(dst, y, g []float32, slope float32)
	tanhGrad, sigmoidGrad  func(dst, y, g []float32)
	eluGrad                func(dst, y, g []float32, alpha float32)
	expBoundedGrad         func(dst, y, g []float32, top float32)
	normalise              func(dst, x, mean, factor, bias []float32)
	sgd                    func(w, g []float32, rate, decay float32)
	momentum, nesterov     func(w, g, u []float32, rate, mu, decay float32)
	rmsProp                func(w, g, v []float32, rate, rho, rest, eps float32)
	rmsPropMomentum        func(w, g, v, u []float32, rate, rho, rest, eps, mu float32)
	adam                   func(w, g, m, v []float32, beta1, rest1, beta2, rest2, rate, scale, eps, keep float32)
	ema                    func(avg, w []float32, rest float32)

	lstm     func(h, c, i, f, o, g, before []float32)
	lstmGrad func(i, f, o, g, dc, dh, c, before []float32)
	gru      func(h, r, z, n, q, before []float32)
	gruGrad  func(r, z, q, n, dh, before []float32)

	sum, sumSquares func(x []float32) float64
	sumExp          func(x []float32, top float64) float64 // Σ e^(x − top)
	expMinus        func(dst, x []float32, top float64)    // e^(x − top)
	largest         func(x []float32) float64              // the maximum, NaN passed over
	firstNonFinite  func(x []float32) int
	sumRows         func(sums []float64, x []float32, stride, rows int)                    // sums[j] += Σ x[i·stride + j]
	squareRows      func(sums, mean []float64, x []float32, stride, rows int)              // sums[j] += Σ (x − mean[j])²
	productRows     func(sums, products, mean []float64, g, x []float32, stride, rows int) // sums[j] += Σ g, products[j] += Σ g·(x − mean[j])

	bernoulli     func(logits, targets []float32) float64
	bernoulliGrad func(grad, logits, targets []float32, g float32) float64

	normal func(dst []float32, start, key uint64)

	fractions func(dst []float32, x []byte) // x/255, of whole registers
	expand    func(dst []float32, masks, values []byte, by float32)

	squaredDistance func(a, b []float32) float64
	boltzmann       func(x []float32, slope float64) (z, energy float64)
	repel2          func(x, y []float32, px, py float64) (z, fx, fy float64)
	repel3          func(x, y, w []float32, px, py, pw float64) (z, fx, fy, fw float64)
	deltaBarDelta   func(w, pull, push, u, gain []float32, a, b, rate, mu float32)
	below           func(dst []uint32, x []float32, bound float32) int
	countBelow      func(x []float32, low, high float32) (atLow, atHigh int)
	attract         func(force, own, y []float32, starts []int, columns []uint32, values []float32)
	attractPacked   func(force, own, y []float32, starts []int, entries []uint32, base uint32)

	attractCurve       func(force, own, y []float32, starts []int, columns []uint32, values []float32, a, b float32)
	attractCurvePacked func(force, own, y []float32, starts []int, entries []uint32, base uint32, a, b float32)
	repelCurve3        func(force, own, x, y, z []float32, a, b, softening float32)
}

// twins are the loops in Go, operation by operation what the assembly does.
var twins = loops{
	exp: each(exp), log: each(log), tanh: each(tanh), sigmoid: each(sigmoid), softplus: each(softplus), erf: each(erf),
	elu: eluTwin, expBounded: expBoundedTwin, expBoundedGrad: expBoundedGradTwin,

	add: addTwin, sub: subTwin, mul: mulTwin, div: divTwin, addScaled: addScaledTwin,
	sqrt: sqrtTwin, reciprocal: reciprocalTwin, relu: reluTwin, leakyReLU: leakyReLUTwin,
	scale: scaleTwin, addScalar: addScalarTwin, fill: fillTwin,
	reluGrad: reluGradTwin, leakyReLUGrad: leakyReLUGradTwin,
	tanhGrad: tanhGradTwin, sigmoidGrad: sigmoidGradTwin, eluGrad: eluGradTwin, normalise: normaliseTwin,
	flush: flushTwin, sgd: sgdTwin, momentum: momentumTwin, nesterov: nesterovTwin,
	rmsProp: rmsPropTwin, rmsPropMomentum: rmsPropMomentumTwin, adam: adamTwin, ema: emaTwin,

	lstm: lstmTwin, lstmGrad: lstmGradTwin, gru: gruTwin, gruGrad: gruGradTwin,

	sum: sumTwin, sumSquares: sumSquaresTwin, sumExp: sumExpTwin, expMinus: expMinusTwin, largest: largestTwin,
	firstNonFinite: firstNonFiniteTwin, sumRows: sumRowsTwin, squareRows: squareRowsTwin, productRows: productRowsTwin,
	bernoulli: bernoulliTwin, bernoulliGrad: bernoulliGradTwin,
	normal: normalTwin, fractions: fractionsTwin, expand: expandTwin,

	squaredDistance: squaredDistanceTwin, boltzmann: boltzmannTwin, repel2: repel2Twin, repel3: repel3Twin,
	deltaBarDelta: deltaBarDeltaTwin, below: belowTwin, countBelow: countBelowTwin, attract: attractTwin, attractPacked: attractPackedTwin,
	attractCurve: attractCurveTwin, attractCurvePacked: attractCurvePackedTwin, repelCurve3: repelCurve3Twin,
}

// vec has the loops of the current path.
func vec() *loops { return &vecs[current] }

// each makes a loop of a function. Arguments are converted ahead: on amd64 a
// conversion waits for the register that the result before was in.
func each(f func(float64) float64) func(dst, x []float32) {
	return func(dst, x []float32) {
		var wide [16]float64
		for i := 0; i < len(dst); i += len(wide) {
			block := dst[i:min(i+len(wide), len(dst))]
			for j, v := range x[i:][:len(block)] {
				wide[j] = float64(v)
			}
			for j := range block {
				block[j] = float32(f(wide[j]))
			}
		}
	}
}
