package metrics

import (
	"math"

	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// ActiveVariance is the variance of a posterior's mean above which a dimension counts
// as used.
//
// Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, ICLR 2016, section 5.2.
const ActiveVariance = 0.01

// UsedKL is the mean divergence from the prior, in nats, below which a dimension counts
// as unused.
const UsedKL = 0.01

// Dimension says how one dimension of the code is used over many examples.
type Dimension struct {
	KL       Estimate // of the posterior from the prior, mean, in nats
	Variance Estimate // of the posterior's mean
	Noise    float64  // mean variance of the posterior
	Mean     float64  // of the posterior's mean
}

// Dimensions returns how each dimension of diagonal Gaussian posteriors is used.
//
//	mu, logvar (n, d)   logvar nil for codes that are points: no KL and no noise
func Dimensions(mu, logvar *tensor.Tensor) []Dimension {
	n, d := mu.Shape[0], mu.Shape[1]
	all := make([]Dimension, d)
	column, kl := make([]float64, n), make([]float64, n)
	for k := range all {
		for i := range n {
			column[i] = float64(mu.Data[i*d+k])
			if logvar != nil {
				lv := float64(logvar.Data[i*d+k])
				kl[i] = gaussianKL(column[i], lv)
				all[k].Noise += elementary.Exp(lv) / float64(n)
			}
		}
		all[k].Mean = Mean(column).Value
		all[k].Variance = variance(column)
		if logvar != nil {
			all[k].KL = Mean(kl)
		}
	}
	return all
}

// variance is that of values, with the error √((m₄ − s⁴)/n) by the fourth moment m₄.
func variance(x []float64) Estimate {
	n := float64(len(x))
	mean := Mean(x).Value
	var second, fourth float64
	for _, v := range x {
		e := float64((v - mean) * (v - mean))
		second += e / n
		fourth += float64(e*e) / n
	}
	return Estimate{second, math.Sqrt(max(0, fourth-float64(second*second)) / n)}
}

// CountAbove is how many estimates are above a bound. Each estimate counts with the probability
// that it is above the bound, given a normal error. The error of the count is
//
//	SE = √(Σ Φ(t)·(1 − Φ(t))),   t = (value − bound)/error
func CountAbove(all []Estimate, bound float64) Estimate {
	var count Estimate
	for _, e := range all {
		if e.Value > bound {
			count.Value++
		}
		if e.Error > 0 {
			p := float64(elementary.Erfc((bound-e.Value)/(e.Error*math.Sqrt2)) / 2)
			if doubt := float64(p * (1 - p)); doubt > 1e-12 {
				count.Error += doubt
			}
		}
	}
	count.Error = math.Sqrt(count.Error)
	return count
}
