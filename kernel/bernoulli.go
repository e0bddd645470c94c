package kernel

import "math"

// BernoulliNLL is, for each row of logits l and targets t (len(dst), cols),
//
//	Σ max(l, 0) − l·t + ln(1 + e^−|l|)
//
// in nats, added up in float64.
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
			loss := f(j.row(1, r), j.row(2, r), j.row(3, r), float64(j.x[4][r]))
			if j.x[0] != nil {
				j.x[0][r] = float32(loss)
			}
		}
	}, dst, grad[:n], logits, targets[:n], g)
	j.byRow(len(g), n/max(1, len(g)), functionGrain)
}

// bernoulli gives the loss of a logit and the sigmoid. One division serves both:
// σ and the s of log1p over the common denominator (1 + e)(2 + e).
func bernoulli(l, t float64) (loss, mean float64) {
	e := exp(-math.Abs(l))
	p, q := e+1, e+2
	r := 1 / float64(p*q)
	s := float64(float64(e*p) * r)
	positive, top := 0.0, 1.0
	if l > 0 {
		positive = l
	}
	if l < 0 {
		top = e
	}
	loss = positive - float64(l*t) + float64(s*horner(float64(s*s), log1pTerms[:]))
	return loss, float64(float64(top*q) * r)
}

func bernoulliTwin(logits, targets []float32) float64 {
	var s lanes8
	for i, l := range logits {
		loss, _ := bernoulli(float64(l), float64(targets[i]))
		s[i%8] += loss
	}
	return s.total()
}

func bernoulliGradTwin(grad, logits, targets []float32, g float64) float64 {
	var s lanes8
	for i, l := range logits {
		t := float64(targets[i])
		loss, mean := bernoulli(float64(l), t)
		s[i%8] += loss
		grad[i] = float32(g * (mean - t))
	}
	return s.total()
}
