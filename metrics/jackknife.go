package metrics

import (
	"math"

	"latentspace/tensor"
)

// groups is the number of parts of a sample for the error of a figure that is not a
// mean.
const groups = 10

// Jackknife is the estimates of figures of a sample of n, with errors by leaving out one
// of g = [groups] parts after another, the parts as alike as their order allows:
//
//	SE² = (g−1)/g Σ (θᵢ − θ̄)²
//
// f returns the figures of the sample without the rows for which out is true.
//
// Tukey, Bias and Confidence in Not-quite Large Samples, Annals of Mathematical
// Statistics 29, 1958.
func Jackknife(n int, f func(out func(i int) bool) ([]float64, error)) ([]Estimate, error) {
	whole, err := f(func(int) bool { return false })
	if err != nil {
		return nil, err
	}
	g := min(groups, n)
	without := make([][]float64, g)
	for k := range without {
		if without[k], err = f(func(i int) bool { return i%g == k }); err != nil {
			return nil, err
		}
	}
	all := make([]Estimate, len(whole))
	for j, v := range whole {
		column := make([]float64, g)
		for k := range column {
			column[k] = without[k][j]
		}
		mean, squares := Mean(column).Value, 0.0
		for _, v := range column {
			squares += float64((v - mean) * (v - mean))
		}
		all[j] = Estimate{v, math.Sqrt(squares * float64(g-1) / float64(g))}
	}
	return all, nil
}

// without is the rows of x that are not out.
func without(x *tensor.Tensor, out func(i int) bool) *tensor.Tensor {
	d := x.Shape[1]
	var kept []float32
	for i := range x.Shape[0] {
		if !out(i) {
			kept = append(kept, row(x, i)...)
		}
	}
	return &tensor.Tensor{Shape: []int{len(kept) / d, d}, Data: kept}
}
