// Package metrics has what a number about a latent-space model means: likelihoods,
// distances between distributions, disentanglement, probes of codes. They are functions
// of arrays and know no model and no data set.
//
// Every measure comes with its standard error where one can be told, and is a function
// of its arguments: what is random in it depends on a seed alone.
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
