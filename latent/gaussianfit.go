package latent

import (
	"fmt"
	"math"

	"latentspace/nn/linalg"
	"latentspace/tensor"
)

// Fit returns the Gaussian of a mean and a covariance, those of the codes of the
// training set where a model has no prior of its own, as an autoencoder, or where
// its codes have drifted from it.
//
//	mean (d)   covariance (d, d) row-major, of which the lower triangle is read
//
// A covariance that is singular, because some directions are unused, or barely
// indefinite from rounding, gets the first of τ·10⁻⁹, τ·10⁻⁸ … τ·10⁻⁵ on its diagonal
// that suffices, where τ is the mean variance. It is an error if none suffices, if a
// value is not finite, if the triangles differ and if a length does not fit.
//
// Ghosh, Sajjadi, Vergari, Black and Schölkopf, From Variational to Deterministic
// Autoencoders, ICLR 2020, section 4: ex-post density estimation.
func Fit(mean, covariance []float32) (Gaussian, error) {
	d := len(mean)
	if d == 0 {
		return Gaussian{}, fmt.Errorf("latent: fit: mean of 0 values, want at least 1")
	}
	if len(covariance) != d*d {
		return Gaussian{}, fmt.Errorf("latent: fit: covariance of %d values, want %d×%d", len(covariance), d, d)
	}
	for i, v := range mean {
		if !finite(v) {
			return Gaussian{}, fmt.Errorf("latent: fit: mean[%d] is %v, want a finite value", i, v)
		}
	}
	if err := checkCovariance(covariance, d); err != nil {
		return Gaussian{}, err
	}
	trace := 0.0
	for i := range d {
		trace += float64(covariance[i*d+i])
	}
	g := Gaussian{Mean: append([]float32(nil), mean...), Chol: make([]float32, d*d)}
	if trace == 0 {
		return g, nil // a single point: every factor is zero
	}
	sym := make([]float64, d*d)
	for _, jitter := range []float64{0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5} {
		for i := range d {
			for j := range i + 1 {
				sym[i*d+j] = float64(covariance[i*d+j])
			}
			sym[i*d+i] += jitter * trace / float64(d)
		}
		l, ok := linalg.Cholesky(sym, d)
		if !ok {
			continue
		}
		for i, v := range l {
			g.Chol[i] = float32(v)
		}
		return g, nil
	}
	return Gaussian{}, fmt.Errorf("latent: fit: covariance is indefinite beyond rounding, want eigenvalues of at least −10⁻⁵ of the mean variance %.6g", trace/float64(d))
}

// FitGaussian returns the Gaussian with the mean and the covariance of codes (n, d),
// by [Fit]. Fewer than two codes and values that are not finite are errors.
func FitGaussian(z *tensor.Tensor) (Gaussian, error) {
	if err := checkCodes(z, 2); err != nil {
		return Gaussian{}, fmt.Errorf("latent: gaussian: %w", err)
	}
	d := z.Shape[1]
	mean64 := columnMeans(z.Data, d)
	centred, mean := make([]float32, len(z.Data)), make([]float32, d)
	for i, v := range z.Data {
		centred[i] = float32(float64(v) - mean64[i%d])
	}
	covariance := make([]float32, d*d)
	for i, v := range gram(centred, d) {
		covariance[i] = float32(v)
	}
	for j := range mean {
		mean[j] = float32(mean64[j])
	}
	return Fit(mean, covariance)
}

// checkCovariance returns an error for a value of a (d, d) matrix that no covariance
// has.
func checkCovariance(covariance []float32, d int) error {
	for i := range d {
		if v := covariance[i*d+i]; !finite(v) || v < 0 {
			return fmt.Errorf("latent: fit: covariance[%d][%d] is %v, want a finite variance of at least 0", i, i, v)
		}
		for j := range i {
			low, high := covariance[i*d+j], covariance[j*d+i]
			if !finite(low) || !finite(high) {
				return fmt.Errorf("latent: fit: covariance[%d][%d] is %v and [%d][%d] is %v, want finite values", i, j, low, j, i, high)
			}
			// No covariance exceeds the larger variance: that is the scale of rounding.
			scale := max(covariance[i*d+i], covariance[j*d+j])
			if math.Abs(float64(low)-float64(high)) > 1e-4*float64(scale) {
				return fmt.Errorf("latent: fit: covariance[%d][%d] is %v and [%d][%d] is %v, want a symmetric matrix", i, j, low, j, i, high)
			}
		}
	}
	return nil
}

func finite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }
