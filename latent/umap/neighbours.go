package umap

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/tensor"
)

// exactPoints is the most points whose neighbours are all exact. Of more, most are found: umap-learn
// has as many as 4,096.
const exactPoints = 10_000

// space makes points x ready to be searched.
func space(ctx context.Context, x *tensor.Tensor, seed uint64) (*nearest.Space, error) {
	search := nearest.Exact
	if x.Shape[0] > exactPoints {
		search = nearest.Clustered
	}
	s, err := nearest.New(ctx, x, nearest.Options{Search: search, Seed: seed})
	if err != nil {
		return nil, fmt.Errorf("umap: %w", err)
	}
	return s, nil
}

// near are the k nearest rows of a space for each of n points, nearest first.
type near struct {
	n, k      int
	ids       []uint32  // (n, k)
	distances []float32 // (n, k), scaled
}

// roots takes the distances from their squares.
func roots(from *nearest.Neighbours, err error) (*near, error) {
	if err != nil {
		return nil, fmt.Errorf("umap: %w", err)
	}
	kernel.For(from.N*from.K, grain, func(lo, hi int) {
		for i, d := range from.Distances[lo:hi] {
			from.Distances[lo+i] = float32(math.Sqrt(float64(d)))
		}
	})
	return &near{from.N, from.K, from.IDs, from.Distances}, nil
}
