package metrics

import (
	"math"

	"latentspace/nn/elementary"
)

// LogMean is the logarithm of the mean of numbers that are known by their logarithms,
//
//	ln (1/k Σ exp aᵢ) = m + ln (1/k Σ exp(aᵢ − m)),   m = max aᵢ
//
// which are added one after another. It neither overflows nor loses the largest. That
// of nothing is −∞.
//
// With aᵢ = ln p(x|zᵢ) + ln p(zᵢ) − ln q(zᵢ|x) for draws zᵢ of q(z|x) it is the
// importance-sampled estimate of ln p(x), a lower bound in the mean that rises to ln p(x)
// with k.
//
// Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, ICLR 2016,
// equation 8.
type LogMean struct {
	max, sum float64
	n        int
}

// Add adds a number by its logarithm.
func (l *LogMean) Add(a float64) {
	switch {
	case l.n == 0:
		l.max, l.sum = a, 1
	case a > l.max:
		l.max, l.sum = a, float64(l.sum*elementary.Exp(l.max-a))+1
	case !math.IsInf(a, -1):
		l.sum += elementary.Exp(a - l.max)
	}
	l.n++
}

// Value is the logarithm of the mean.
func (l *LogMean) Value() float64 {
	if l.n == 0 || math.IsInf(l.max, -1) {
		return math.Inf(-1)
	}
	return l.max + elementary.Log(l.sum/float64(l.n))
}
