package umap

import (
	"context"

	"latentspace/metrics"
	"latentspace/tensor"
)

// nearest finds the k nearest others of each of the points x.
func nearest(ctx context.Context, x *tensor.Tensor, k int) (*near, error) {
	return narrow(x.Shape[0], k)(metrics.Nearest(ctx, x, x, k, true))
}

// among finds the k nearest of base for each of the points x.
func among(ctx context.Context, x, base *tensor.Tensor, k int) (*near, error) {
	return narrow(x.Shape[0], k)(metrics.Nearest(ctx, x, base, k, false))
}

func narrow(n, k int) func(*metrics.Neighbours, error) (*near, error) {
	return func(all *metrics.Neighbours, err error) (*near, error) {
		if err != nil {
			return nil, err
		}
		near := &near{n: n, k: k, ids: make([]uint32, n*k), distances: make([]float32, n*k)}
		for i, id := range all.IDs {
			near.ids[i], near.distances[i] = uint32(id), float32(all.Distances[i])
		}
		return near, nil
	}
}
