package tsne

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/tensor"
)

// Trustworthiness is how much of the neighbourhoods of points y was there in x, from
// 0 to 1:
//
//	1 − 2/(nk(2n − 3k − 1)) · Σᵢ Σⱼ max(0, r(i, j) − k)
//
//	x (n, d)   y (n, dims)
//
// where j runs over the k nearest neighbours of i in y and is the r(i, j)-th nearest
// in x. Of equally near points that with the smaller index is nearer. The work grows
// with n². k below 1 or from n/2 on, values that are not finite and shapes that do not
// fit are errors.
//
// Venna and Kaski, Neighborhood Preservation in Nonlinear Projection Methods, ICANN
// 2001.
func Trustworthiness(ctx context.Context, x, y *tensor.Tensor, k int) (float64, error) {
	trust, _, err := SampledTrustworthiness(ctx, x, y, k, math.MaxInt)
	return trust, err
}

// SampledTrustworthiness estimates [Trustworthiness] from a sample of the points i, one drawn from each
// of as many equal ranges of the index, and returns the standard error of the estimate. The work grows
// with n times the sample. A sample of all points, or more, has no error. One below 2 is refused.
func SampledTrustworthiness(ctx context.Context, x, y *tensor.Tensor, k, sample int) (trust, stderr float64, err error) {
	if err := checkTrust(x, y, k, sample); err != nil {
		return 0, 0, err
	}
	before, err := nearest.New(ctx, x, nearest.Options{Search: nearest.Exact})
	if err != nil {
		return 0, 0, fmt.Errorf("tsne: %w", err)
	}
	after, err := nearest.New(ctx, y, nearest.Options{Search: nearest.Exact})
	if err != nil {
		return 0, 0, fmt.Errorf("tsne: %w", err)
	}
	n := x.Shape[0]
	rows := strata(n, min(sample, n))
	near, err := after.NeighboursOf(ctx, rows, k)
	if err != nil {
		return 0, 0, err
	}
	excess, err := before.Excess(ctx, near, rows)
	if err != nil {
		return 0, 0, err
	}
	sum, squares := 0, 0.0
	for _, v := range excess {
		sum += v
	}
	m, most := float64(len(rows)), float64(k)*float64(2*n-3*k-1)
	for _, v := range excess {
		d := float64(v) - float64(sum)/m
		squares += float64(d * d)
	}
	if len(rows) < n {
		stderr = 2 / most * math.Sqrt(squares/(m*(m-1)))
	}
	return 1 - float64(sum)*2/(m*most), stderr, nil
}

// strata are m of n rows: all, or one drawn from each of m strata.
func strata(n, m int) []int {
	rows, key := make([]int, m), kernel.Seed(1, "tsne.trustworthiness")
	for i := range rows {
		low, high := i*n/m, (i+1)*n/m
		rows[i] = min(low+int(float64(key.Uniform(i))*float64(high-low)), high-1)
	}
	return rows
}

func checkTrust(x, y *tensor.Tensor, k, sample int) error {
	if len(x.Shape) != 2 || x.Shape[1] == 0 {
		return fmt.Errorf("tsne: x has shape %v, want (points, columns)", x.Shape)
	}
	if err := finite("x", x); err != nil {
		return err
	}
	if err := embeds(x, y); err != nil {
		return err
	}
	if n := x.Shape[0]; k < 1 || 2*k >= n {
		return fmt.Errorf("tsne: trustworthiness of %d neighbours among %d points, want at least 1 and fewer than half", k, n)
	}
	if sample < 2 {
		return fmt.Errorf("tsne: trustworthiness of a sample of %d points, want at least 2", sample)
	}
	return nil
}
