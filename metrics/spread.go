package metrics

import (
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Spread is how features vary over examples.
type Spread struct {
	// Alive is the number of features that vary: their deviation is more than a
	// thousandth of the largest deviation and, because of rounding, a millionth of the
	// feature's size.
	Alive int
	// Rank is how many independent features there are, the participation ratio of the
	// eigenvalues λ of the covariance C:
	//
	//	(Σ λ)²/Σ λ² = (tr C)²/tr C²
	//
	// from 1, where all features go up and down together, to the number of features, if all vary
	// independently and equally; 0 if none varies. The error is a jackknife's.
	//
	// Gao et al., A Theory of Multineuronal Dimensionality, Dynamics and Measurement, bioRxiv 2017.
	Rank Estimate
}

// SpreadOf returns how features x (n, d) vary. Fewer than twenty examples and NaN are errors.
func SpreadOf(x *tensor.Tensor) (Spread, error) {
	if x.Shape[0] < 2*groups {
		return Spread{}, unfit("the spread of features of %d examples, want at least %d", x.Shape[0], 2*groups)
	}
	if i := kernel.FirstNonFinite(x.Data); i >= 0 {
		return Spread{}, unfit("example %d has a feature of %v, want numbers", i/x.Shape[1], x.Data[i])
	}
	var s Spread
	mean, c := moments(x)
	d := len(mean)
	largest := 0.0
	for k := range mean {
		largest = max(largest, math.Sqrt(c[k*d+k]))
	}
	for k, m := range mean {
		if math.Sqrt(c[k*d+k]) > max(1e-3*largest, 1e-6*math.Abs(m)) {
			s.Alive++
		}
	}
	if s.Alive == 0 {
		return s, nil
	}
	all, err := Jackknife(x.Shape[0], func(out func(int) bool) ([]float64, error) {
		_, c := moments(without(x, out))
		return []float64{participation(c, d)}, nil
	})
	if err != nil {
		return Spread{}, err
	}
	s.Rank = all[0]
	return s, nil
}

// participation is the participation ratio of the eigenvalues of a covariance (d, d).
func participation(c []float64, d int) float64 {
	trace, squares := 0.0, 0.0
	for i, v := range c {
		if i%d == i/d {
			trace += v
		}
		squares += float64(v * v)
	}
	if squares == 0 {
		return 0
	}
	return float64(trace*trace) / squares
}

// VarianceRatio is the variance of features x (n, d) in all over that of features y (m, d):
//
//	tr C_x / tr C_y
//
// with the error of a jackknife over parts of both sets. It is an error if a set has fewer than
// twenty examples or a NaN, and if y does not vary.
func VarianceRatio(x, y *tensor.Tensor) (Estimate, error) {
	if x.Shape[0] < 2*groups || y.Shape[0] < 2*groups {
		return Estimate{}, unfit("variances of features of %d and %d examples, want at least %d of each", x.Shape[0], y.Shape[0], 2*groups)
	}
	for _, set := range []*tensor.Tensor{x, y} {
		if i := kernel.FirstNonFinite(set.Data); i >= 0 {
			return Estimate{}, unfit("example %d has a feature of %v, want numbers", i/set.Shape[1], set.Data[i])
		}
	}
	all, err := Jackknife(min(x.Shape[0], y.Shape[0]), func(out func(int) bool) ([]float64, error) {
		of := without(y, out)
		if constant(of) {
			return nil, unfit("variances of features over those of others, which are the same for all of %d examples", of.Shape[0])
		}
		return []float64{totalVariance(without(x, out)) / totalVariance(of)}, nil
	})
	if err != nil {
		return Estimate{}, err
	}
	return all[0], nil
}

// TotalVariance is the variance of features x (n, d) in all, the mean of n/(n − 1)·‖xᵢ − x̄‖² over
// the examples:
//
//	tr C = Σᵢ ‖xᵢ − x̄‖²/(n − 1)
//
// It is an error if there are fewer than two, or a NaN.
func TotalVariance(x *tensor.Tensor) (Estimate, error) {
	n := x.Shape[0]
	if n < 2 {
		return Estimate{}, unfit("the variance of %d examples, want at least 2", n)
	}
	if i := kernel.FirstNonFinite(x.Data); i >= 0 {
		return Estimate{}, unfit("example %d has a feature of %v, want numbers", i/(x.Len()/n), x.Data[i])
	}
	mean := make([]float64, x.Len()/n)
	for i, v := range x.Data {
		mean[i%len(mean)] += float64(v) / float64(n)
	}
	squares := make([]float64, n)
	for i, v := range x.Data {
		e := float64(v) - mean[i%len(mean)]
		squares[i/len(mean)] += float64(e*e) * float64(n) / float64(n-1)
	}
	return Mean(squares), nil
}

// Diversity is the variance in all of one set over that of another, each as [TotalVariance] has it,
// with the error of a quotient of independent estimates. It is an error if the other does not vary.
func Diversity(of, over Estimate) (Estimate, error) {
	if !(over.Value > 0) {
		return Estimate{}, unfit("a variance over one of %v, want it above 0", over.Value)
	}
	ratio := of.Value / over.Value
	return Estimate{ratio, elementary.Hypot(of.Error/over.Value, ratio*over.Error/over.Value)}, nil
}

// MeanVariance is the mean of the variances of features x (n, d), tr C/d.
func MeanVariance(x *tensor.Tensor) float64 { return totalVariance(x) / float64(x.Shape[1]) }

// totalVariance is the sum of the variances of the columns.
func totalVariance(x *tensor.Tensor) float64 {
	total := 0.0
	for k := range x.Shape[1] {
		total += variance(column(x, k)).Value
	}
	return total
}

// constant reports whether all rows are equal.
func constant(x *tensor.Tensor) bool {
	for i := range x.Shape[0] {
		if !slices.Equal(row(x, i), row(x, 0)) {
			return false
		}
	}
	return true
}
