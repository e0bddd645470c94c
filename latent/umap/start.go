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

// start returns places (n, dims) of the rows of the space along the first principal components of
// points x, or random ones, by the spread.
func (m *Map) start(ctx context.Context, x *tensor.Tensor) ([]float32, error) {
	y, err := m.o.start(ctx, x)
	if err != nil {
		return nil, err
	}
	return m.rows(y), nil
}

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
	x = scaled(x)
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

// scaled brings values whose squares a float32 might not hold to about 1, by a power of two.
func scaled(x *tensor.Tensor) *tensor.Tensor {
	most := 0.0
	for _, v := range x.Data {
		most = max(most, math.Abs(float64(v)))
	}
	if most == 0 || most > 0x1p-40 && most < 0x1p40 {
		return x
	}
	_, exponent := math.Frexp(most)
	y := tensor.New(x.Shape...)
	kernel.Scale(y.Data, x.Data, float32(math.Ldexp(1, -max(exponent, -126))))
	return y
}
