package tsne

import (
	"context"
	"fmt"

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
	if len(x.Shape) != 2 || x.Shape[1] == 0 {
		return 0, fmt.Errorf("tsne: x has shape %v, want (points, columns)", x.Shape)
	}
	if err := finite("x", x); err != nil {
		return 0, err
	}
	if err := embeds(x, y); err != nil {
		return 0, err
	}
	n := x.Shape[0]
	if k < 1 || 2*k >= n {
		return 0, fmt.Errorf("tsne: trustworthiness of %d neighbours among %d points, want at least 1 and fewer than half", k, n)
	}
	before, err := nearest.New(ctx, x, nearest.Options{Search: nearest.Exact})
	if err != nil {
		return 0, fmt.Errorf("tsne: %w", err)
	}
	after, err := nearest.New(ctx, y, nearest.Options{Search: nearest.Exact})
	if err != nil {
		return 0, fmt.Errorf("tsne: %w", err)
	}
	near, err := after.Neighbours(ctx, k)
	if err != nil {
		return 0, err
	}
	excess, err := before.Excess(ctx, near)
	if err != nil {
		return 0, err
	}
	return 1 - float64(excess)*2/(float64(n)*float64(k)*float64(2*n-3*k-1)), nil
}
