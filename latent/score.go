package latent

import (
	"fmt"
	"math"

	"latentspace/tensor"
)

// MeanLogDensity returns how good a prior is for codes z (n, d), in nats, with its standard error:
//
//	mean = 1/n Σ ln p(zᵢ)   standardError = √(Σ (ln p(zᵢ) − mean)² / (n(n−1)))
//
// The higher of two is the better prior, if neither was fitted to these codes. Where they are draws
// of posteriors ([DrawPosteriors]) the mean is the part of the evidence lower bound that depends on
// the prior: the difference of two priors is the gain of the bound per example, which
// [MeanLogRatio] measures with a smaller error. The means of posteriors lie closer together than
// draws, and favour a prior that is too narrow.
//
// Fewer than two codes, a log-density that is not finite and the errors of [Density] are errors.
//
// Hoffman and Johnson, ELBO Surgery, NIPS workshop on Advances in Approximate Bayesian
// Inference 2016, section 3.
func MeanLogDensity(p Density, z *tensor.Tensor) (mean, standardError float64, err error) {
	values, err := logDensitiesOf(p, z)
	if err != nil {
		return 0, 0, err
	}
	mean, standardError = meanAndError(values)
	return mean, standardError, nil
}

// MeanLogRatio returns by how many nats p is the better prior than q for codes z (n, d), with
// the standard error of the differences:
//
//	mean = 1/n Σ (ln p(zᵢ) − ln q(zᵢ))
//
// The standard error is smaller than that of the difference of two [MeanLogDensity], as the
// codes are the same. The errors are those of MeanLogDensity.
func MeanLogRatio(p, q Density, z *tensor.Tensor) (mean, standardError float64, err error) {
	values, err := logDensitiesOf(p, z)
	if err != nil {
		return 0, 0, err
	}
	others, err := logDensitiesOf(q, z)
	if err != nil {
		return 0, 0, err
	}
	for i, v := range others {
		values[i] -= v
	}
	mean, standardError = meanAndError(values)
	return mean, standardError, nil
}

// logDensitiesOf returns ln p of at least two codes, each finite.
func logDensitiesOf(p Density, z *tensor.Tensor) ([]float64, error) {
	if err := checkCodes(z, 2); err != nil {
		return nil, fmt.Errorf("latent: mean log-density: %w", err)
	}
	values := make([]float64, z.Shape[0])
	if err := p.LogDensity(z, values); err != nil {
		return nil, fmt.Errorf("latent: mean log-density: %w", err)
	}
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("latent: mean log-density: code %d has %v, want a finite log-density", i, v)
		}
	}
	return values, nil
}

// meanAndError returns the mean of at least two values and its standard error.
func meanAndError(values []float64) (mean, standardError float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v
	}
	mean /= n
	square := 0.0
	for _, v := range values {
		square += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(square / (n * (n - 1)))
}
