package metrics

import (
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/nn/linalg"
	"latentspace/tensor"
)

// Frechet is the squared Fréchet distance of normal distributions with the moments of
// two sets of features:
//
//	d² = |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2·(Σ₁^½·Σ₂·Σ₁^½)^½)
//
//	x (n, d)   y (m, d)
//
// Few examples bias it upwards, by about as much as two sets of the same source are apart: only
// compare figures of the same n. The error is a jackknife's over parts of both sets. Covariances
// may be singular. It is an error if a set has fewer than twenty examples or a NaN, and if neither
// set varies.
//
// Heusel et al., GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
// Equilibrium, NIPS 2017, equation 6; there in the features of a large network.
func Frechet(x, y *tensor.Tensor) (Estimate, error) {
	if x.Shape[0] < 2*groups || y.Shape[0] < 2*groups {
		return Estimate{}, unfit("Fréchet distance of %d and %d examples, want at least %d of each", x.Shape[0], y.Shape[0], 2*groups)
	}
	for _, set := range []*tensor.Tensor{x, y} {
		if i := kernel.FirstNonFinite(set.Data); i >= 0 {
			return Estimate{}, unfit("example %d has a feature of %v, want numbers", i/set.Shape[1], set.Data[i])
		}
	}
	if constant(x) && constant(y) {
		return Estimate{}, unfit("Fréchet distance of features that are the same for all examples of either set: it would be that of two points")
	}
	all, err := Jackknife(min(x.Shape[0], y.Shape[0]), func(out func(int) bool) ([]float64, error) {
		v, err := frechet(without(x, out), without(y, out))
		return []float64{v}, err
	})
	if err != nil {
		return Estimate{}, err
	}
	return all[0], nil
}

func frechet(x, y *tensor.Tensor) (float64, error) {
	mx, sx := moments(x)
	my, sy := moments(y)
	return FrechetOf(mx, sx, my, sy)
}

// FrechetOf is [Frechet] of normal distributions themselves, by their means (d) and
// covariances (d, d).
//
// The trace of the root is the sum of the singular values of Σ₁^½·Σ₂^½, whose rounding is
// relative to the largest and not to its square: of singular covariances, too, d² is good
// within d·2⁻⁴⁸ of the traces.
func FrechetOf(mx, sx, my, sy []float64) (float64, error) {
	d := 0.0
	n := len(mx)
	for k, v := range mx {
		d += float64((v - my[k]) * (v - my[k]))
		d += sx[k*n+k] + sy[k*n+k]
	}
	rootX, err := symmetricRoot(sx, n)
	if err != nil {
		return 0, err
	}
	rootY, err := symmetricRoot(sy, n)
	if err != nil {
		return 0, err
	}
	singular, err := singularValues(linalg.Product(rootX, rootY, n, n, n), n)
	if err != nil {
		return 0, err
	}
	for _, v := range singular {
		d -= float64(2 * v)
	}
	return max(0, d), nil
}

// symmetricRoot is the square root of a positive semidefinite matrix (n, n). Eigenvalues
// that are no more than rounding leaves of zero count as zero.
func symmetricRoot(s []float64, n int) ([]float64, error) {
	values, vectors, err := linalg.Eigen(s, n)
	if err != nil {
		return nil, unfit("Fréchet distance: a covariance: %v", err)
	}
	scaled := slices.Clone(vectors)
	for k, v := range values {
		root := 0.0
		if v > float64(n)*0x1p-52*values[0] {
			root = math.Sqrt(v)
		}
		for j := range n {
			scaled[k*n+j] *= root
		}
	}
	return linalg.Product(linalg.Transposed(vectors, n, n), scaled, n, n, n), nil
}

// singularValues are those of a (n, n), falling: the eigenvalues of the symmetric matrix
// (0 a; aᵀ 0) are these and their negatives.
func singularValues(a []float64, n int) ([]float64, error) {
	both := make([]float64, 4*n*n)
	for i := range n {
		copy(both[(n+i)*2*n:], a[i*n:(i+1)*n])
	}
	values, err := linalg.Eigenvalues(both, 2*n)
	if err != nil {
		return nil, unfit("Fréchet distance: a product of covariances: %v", err)
	}
	return values[:n], nil
}

// moments are the mean (d) and the covariance (d, d), over n−1, of rows.
func moments(x *tensor.Tensor) (mean, covariance []float64) {
	n, d := x.Shape[0], x.Shape[1]
	mean, covariance = make([]float64, d), make([]float64, d*d)
	for i := range n {
		for k, v := range row(x, i) {
			mean[k] += float64(v)
		}
	}
	for k := range mean {
		mean[k] /= float64(n)
	}
	centred := make([]float64, d)
	for i := range n {
		for k, v := range row(x, i) {
			centred[k] = float64(v) - mean[k]
		}
		for k, v := range centred {
			linalg.AddScaled(covariance[k*d:k*d+k+1], v, centred[:k+1])
		}
	}
	for k := range d {
		for j := range k + 1 {
			v := covariance[k*d+j] / float64(n-1)
			covariance[k*d+j], covariance[j*d+k] = v, v
		}
	}
	return mean, covariance
}
