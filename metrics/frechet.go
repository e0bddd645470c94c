package metrics

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"latentspace/nn/kernel"
	"latentspace/nn/tensor"
)

// Frechet is the squared Fréchet distance of normal distributions with the moments of
// two sets of features:
//
//	d² = |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2·(Σ₁^½·Σ₂·Σ₁^½)^½)
//
//	x (n, d)   y (m, d)
//
// Few examples bias it upwards, by about as much as two sets of the same source are
// apart: compare figures of the same n only. The error is a jackknife's over parts of
// both sets. Covariances may be singular. Fewer than twenty examples of a set are an error, as
// are values that are no numbers and two sets of which neither varies.
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
	all, err := jackknife(min(x.Shape[0], y.Shape[0]), func(out func(int) bool) ([]float64, error) {
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

// FrechetOf is [Frechet] of normal distributions themselves, by their means and
// covariances.
func FrechetOf(mx []float64, sx *mat.SymDense, my []float64, sy *mat.SymDense) (float64, error) {
	d := 0.0
	for k, v := range mx {
		d += float64((v - my[k]) * (v - my[k]))
		d += sx.At(k, k) + sy.At(k, k)
	}
	root, err := symmetricRoot(sx)
	if err != nil {
		return 0, err
	}
	var half, product mat.Dense
	half.Mul(root, sy)
	product.Mul(&half, root)
	n := len(mx)
	inner := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			inner.SetSym(i, j, (product.At(i, j)+product.At(j, i))/2)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(inner, true) { // without the vectors gonum 0.17 panics where a block of the matrix is tiny
		return 0, unfit("Fréchet distance: the eigenvalues of the covariances do not converge")
	}
	for _, v := range e.Values(nil) {
		d -= 2 * math.Sqrt(max(0, v))
	}
	return max(0, d), nil
}

// symmetricRoot is the square root of a positive semidefinite matrix; eigenvalues that
// rounding has made negative count as zero.
func symmetricRoot(s *mat.SymDense) (*mat.Dense, error) {
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		return nil, unfit("Fréchet distance: the eigenvalues of a covariance do not converge")
	}
	var v, scaled, root mat.Dense
	e.VectorsTo(&v)
	values := e.Values(nil)
	scaled.Apply(func(_, j int, x float64) float64 { return x * math.Sqrt(max(0, values[j])) }, &v)
	root.Mul(&scaled, v.T())
	return &root, nil
}

// moments are the mean and the covariance, over n−1, of rows.
func moments(x *tensor.Tensor) (mean []float64, covariance *mat.SymDense) {
	n, d := x.Shape[0], x.Shape[1]
	mean = make([]float64, d)
	for i := range n {
		for k, v := range row(x, i) {
			mean[k] += float64(v)
		}
	}
	for k := range mean {
		mean[k] /= float64(n)
	}
	centred := mat.NewDense(n, d, nil)
	for i := range n {
		for k, v := range row(x, i) {
			centred.Set(i, k, float64(v)-mean[k])
		}
	}
	covariance = mat.NewSymDense(d, nil)
	covariance.SymOuterK(1/float64(n-1), centred.T())
	return mean, covariance
}
