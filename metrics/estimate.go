// Package metrics defines the numbers that describe a latent-space model: likelihoods,
// distances between distributions, disentanglement, probes of codes. They are functions
// of arrays and know no model and no data set.
//
// Every measure has its standard error if one is known, and is a function of its
// arguments: anything random depends only on a seed.
package metrics

import "math"

// Estimate is a number and its standard error, in the same unit.
type Estimate struct {
	Value float64
	Error float64
}

// Mean is the mean of values as an estimate of the mean of what they are drawn from:
//
//	x̄ = Σ xᵢ/n   SE = √(Σ (xᵢ − x̄)²/(n·(n−1)))
//
// The error of one value is infinite, that of none NaN, as is its mean.
func Mean(values []float64) Estimate {
	n := float64(len(values))
	mean := 0.0
	for _, v := range values {
		mean += v
	}
	mean /= n
	if len(values) == 1 {
		return Estimate{mean, math.Inf(1)}
	}
	squares := 0.0
	for _, v := range values {
		squares += float64((v - mean) * (v - mean))
	}
	return Estimate{mean, math.Sqrt(squares / (n * (n - 1)))}
}
