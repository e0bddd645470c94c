package umap

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/tensor"
)

// span is how wide the start is.
const span = 10

// start returns points (n, dims) along the first principal components, or random ones, in units of
// the spread.
func (o *Options) start(ctx context.Context, x *tensor.Tensor) ([]float32, error) {
	n, d := x.Shape[0], x.Shape[1]
	y, key := make([]float32, n*o.Dims), kernel.Seed(o.Seed, "umap.start")
	if o.Random {
		kernel.Uniform(y, key)
		for i, v := range y {
			y[i] = span * (v - 0.5)
		}
		return y, nil
	}
	kernel.Normal(y, key)
	k := min(o.Dims, d, n-1)
	p, err := latent.FitPCA(ctx, latent.Matrix{X: x}, d, k)
	if err != nil {
		return nil, fmt.Errorf("umap: start: %w", err)
	}
	scores := make([]float32, n*k)
	p.Transform(scores, x.Data)
	low, high := float32(math.Inf(1)), float32(math.Inf(-1))
	for i := 0; i < len(scores); i += k {
		low, high = min(low, scores[i]), max(high, scores[i])
	}
	scale := 0.0
	if high > low {
		scale = span / (float64(high) - float64(low))
	}
	for i := range y {
		noise := float64(1e-4 * span * float64(y[i]))
		y[i] = float32(noise)
		if c := i % o.Dims; c < k {
			y[i] = float32(noise + float64(scale*float64(scores[i/o.Dims*k+c])))
		}
	}
	return y, nil
}
