package tsne

import (
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/nn/linalg"
)

// startDeviation is the standard deviation of the first coordinate of the start.
const startDeviation = 1e-4

// start returns points (n, dims) to start from, in the order of the space.
func (o *Options) start(s *nearest.Space) ([]float32, error) {
	if o.Start == nil {
		return alongAxes(s, o.Dims, o.Seed)
	}
	y := fromOrder(o.Start.Data, s.Order, o.Dims)
	if *o.Early == 0 {
		return y, nil
	}
	for k := range o.Dims {
		mean := 0.0
		for i := k; i < len(y); i += o.Dims {
			mean += float64(y[i]) / float64(s.N)
		}
		for i := k; i < len(y); i += o.Dims {
			y[i] = float32(float64(y[i]) - mean)
		}
	}
	return atStart(y, o.Dims, o.Seed), nil
}

// alongAxes returns points (n, dims) along the first principal components, the
// deviation of the first startDeviation, and normal noise of a hundredth of that.
// The entry of a component that is largest in magnitude is positive.
//
// Kobak and Linderman, Initialization is critical for preserving global data
// structure in both t-SNE and UMAP, Nature Biotechnology 2021.
func alongAxes(s *nearest.Space, dims int, seed uint64) ([]float32, error) {
	axes, err := components(s, dims)
	if err != nil {
		return nil, err
	}
	scores := make([]float32, s.N*dims)
	s.Tiles(func(lo, m int, columns []float32) {
		kernel.MatMul(scores[lo*dims:][:m*dims], columns, axes, m, dims, s.D, true, false, false)
	})
	return atStart(scores, dims, seed), nil
}

// atStart returns points such that the deviation of the first coordinate, about zero, is
// startDeviation, with noise.
func atStart(scores []float32, dims int, seed uint64) []float32 {
	y := make([]float32, len(scores))
	kernel.Normal(y, kernel.Seed(seed, "tsne.start"))
	first := 0.0
	for i := 0; i < len(scores); i += dims {
		first += float64(float64(scores[i]) * float64(scores[i]))
	}
	scale := 0.0
	if first > 0 {
		scale = startDeviation / math.Sqrt(first/float64(len(y)/dims))
	}
	for i, v := range scores {
		y[i] = float32(float64(scale*float64(v)) + float64(0.01*startDeviation*float64(y[i])))
	}
	return y
}

// components returns the principal axes (d, dims), with zeros for those beyond d.
func components(s *nearest.Space, dims int) ([]float32, error) {
	sum, part := make([]float64, s.D*s.D), make([]float32, s.D*s.D)
	s.Tiles(func(_, m int, b []float32) {
		kernel.MatMul(part, b, b, s.D, s.D, m, false, true, false)
		for i, v := range part {
			sum[i] += float64(v)
		}
	})
	_, vectors, err := linalg.Eigen(sum, s.D)
	if err != nil {
		return nil, fmt.Errorf("tsne: start: the covariance of %d columns: %w", s.D, err)
	}
	axes := make([]float32, s.D*dims)
	for c := range min(dims, s.D) {
		axis, largest := vectors[c*s.D:(c+1)*s.D], 0.0
		for _, v := range axis {
			if math.Abs(v) > math.Abs(largest) {
				largest = v
			}
		}
		for i, v := range axis {
			axes[i*dims+c] = float32(math.Copysign(1, largest) * v)
		}
	}
	return axes, nil
}
