package latent

import (
	"fmt"
	"math/rand/v2"

	"latentspace/internal/random"
	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// DrawPosteriors returns a draw (n, d) from each of the posteriors that a variational
// autoencoder has of n examples:
//
//	zᵢ = meanᵢ + exp(logvarᵢ/2)·ε,   ε ~ N(0, I)
//
//	mean, logvar (n, d)
//
// Draw i is a function of the seed, i and its posterior. The decoder was trained on such draws,
// so a prior can be fitted to them, and judged by them, in place of the means: see
// [MeanLogDensity]. Shapes that differ and values that are not finite are errors.
func DrawPosteriors(mean, logvar *tensor.Tensor, seed uint64) (*tensor.Tensor, error) {
	a, err := NewAggregate(mean, logvar)
	if err != nil {
		return nil, fmt.Errorf("latent: posteriors: %w", err)
	}
	z := tensor.New(mean.Shape...)
	kernel.For(mean.Shape[0], drawGrain, func(lo, hi int) {
		keys := random.NewCodes("latent.DrawPosteriors", seed)
		for i := lo; i < hi; i++ {
			a.draw(keys.At(i), i, row(z, i))
		}
	})
	return z, nil
}

// draw writes a draw of posterior i to dst.
func (a Aggregate) draw(src *rand.Rand, i int, dst []float32) {
	logvar := row(a.LogVar, i)
	for j, m := range row(a.Mean, i) {
		dst[j] = float32(float64(m) + float64(elementary.Exp(float64(logvar[j])/2)*normal(src)))
	}
}
