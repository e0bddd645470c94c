package kernel

import "math"

// BernoulliNLL is, for each row of logits l and targets t (len(dst), cols),
//
//	Σ max(l, 0) − l·t + ln(1 + e^−|l|)
//
// in nats, added up in float64. A loss of less than e⁻³² is 0, and so is its gradient.
func BernoulliNLL(dst, logits, targets []float32) {
	j := begin(func(j *job, lo, hi int) {
		f := vec().bernoulli
		for r := lo; r < hi; r++ {
			j.x[0][r] = float32(f(j.row(1, r), j.row(2, r)))
		}
	}, dst, logits, targets[:len(logits)])
	j.byRow(len(dst), len(logits)/max(1, len(dst)), functionGrain)
}

// BernoulliNLLGrad is [BernoulliNLL], the same bits, together with its gradient by
// the logits, for one exponential and one division per element:
//
//	grad = g·(σ(l) − t)
//
// g has a factor for every row. dst may be nil, for the gradient alone.
func BernoulliNLLGrad(dst, grad, logits, targets, g []float32) {
	n := len(logits)
	j := begin(func(j *job, lo, hi int) {
		f := vec().bernoulliGrad
		for r := lo; r < hi; r++ {
			loss := f(j.row(1, r), j.row(2, r), j.row(3, r), j.x[4][r])
			if j.x[0] != nil {
				j.x[0][r] = float32(loss)
			}
		}
	}, dst, grad[:n], logits, targets[:n], g)
	j.byRow(len(g), n/max(1, len(g)), functionGrain)
}

// The arithmetic is that of float32, with fused multiply-adds: a loss and a derivative are
// within two units in the last place. Losses are added up in float64.

// The terms of the polynomials, with the largest relative error of the function.
var (
	// (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2: 3e-9.
	expSingleTerms = [...]float32{0.49999994, 0.16666517, 0.041668102, 0.0083691925, 0.0013838903}
	// (ln(1 + e) − e)/e² for e ≤ 1: 5e-9.
	log1pSingleTerms = [...]float32{
		-0.4999993, 0.33330464, -0.24958019, 0.19692102, -0.15344881, 0.10661128, -0.05745723, 0.020086242, -0.0032904686,
	}
)

// certain is from which logit on, of either sign, an outcome is taken for certain: the probability of the
// other, below e⁻³² = 1.3e-14, is 0. Beside the gradient of anything uncertain it is lost in rounding. But
// there are pixels that are black in every example, and what is made of their gradients alone would be
// subnormal: the gradient of a mean over 128 from a logit of 82 on, products of it before, and the
// squares that optimizers make from 39 on. Many processors take some hundred cycles for each.
const certain = 32

// reduceSingle gives u = eʳ − 1 and the bits of 2ⁿ without those of 1, where x = n ln 2 + r.
func reduceSingle(x float32) (u float32, n uint32) {
	// At 3·2²² a float32 has no fraction: adding rounds, and leaves n in the low bits.
	const magic, ln2High, ln2Low = 3 << 22, 0.693359375, math.Ln2 - 0.693359375
	t := fma(x, math.Log2E, magic)
	whole := t - magic
	r := fma(whole, -ln2Low, fma(whole, -ln2High, x))
	c, r2 := &expSingleTerms, float32(r*r)
	q := fma(r2, fma(r2, c[4], fma(r, c[3], c[2])), fma(r, c[1], c[0]))
	return fma(r2, q, r), math.Float32bits(t) << 23
}

// expSingle is eˣ for x ≤ 0, and 0 for x < −certain.
func expSingle(x float32) float32 {
	u, n := reduceSingle(x)
	e := math.Float32frombits(math.Float32bits(u+1) + n)
	if x < -certain {
		e = 0
	}
	return e
}

// log1pSingle is ln(1 + e) for e in [0, 1].
func log1pSingle(e float32) float32 {
	c, e2 := &log1pSingleTerms, float32(e*e)
	e4 := float32(e2 * e2)
	high := fma(e4, c[8], fma(e2, fma(e, c[7], c[6]), fma(e, c[5], c[4])))
	low := fma(e2, fma(e, c[3], c[2]), fma(e, c[1], c[0]))
	return fma(e2, fma(e4, high, low), e)
}

// bernoulli gives the loss of a logit and its derivative σ(l) − t. A target t under a logit
// l costs what 1 − t does under −l, so that the logit is taken to be at most zero: then
// nothing large cancels.
func bernoulli(l, t float32) (loss, slope float32) {
	const sign = 1 << 31
	bits := math.Float32bits(l)
	x := math.Float32frombits(bits | sign)
	if bits&sign == 0 {
		t = 1 - t
	}
	e := expSingle(x)
	d := e/(e+1) - t
	return fma(-x, t, log1pSingle(e)), math.Float32frombits(math.Float32bits(d) ^ (bits | sign) ^ bits)
}

func bernoulliTwin(logits, targets []float32) float64 {
	var s lanes8
	for i, l := range logits {
		loss, _ := bernoulli(l, targets[i])
		s[i%8] += float64(loss)
	}
	return s.total()
}

func bernoulliGradTwin(grad, logits, targets []float32, g float32) float64 {
	var s lanes8
	for i, l := range logits {
		loss, slope := bernoulli(l, targets[i])
		s[i%8] += float64(loss)
		grad[i] = g * slope
	}
	return s.total()
}
