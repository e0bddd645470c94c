package latent

import (
	"fmt"
	"math/rand/v2"

	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Occasional is a distribution of codes most of whose values are zero: value i is so but with the
// probability Rate[i], and then exponential with the mean Mean[i], independently of the others.
type Occasional struct {
	Rate, Mean []float32
}

var _ Prior = Occasional{}

// NewOccasional returns the distribution. A rate outside [0, 1], and a mean that is negative or not
// finite, are errors.
func NewOccasional(rate, mean []float32) (Occasional, error) {
	if len(rate) == 0 || len(rate) != len(mean) {
		return Occasional{}, fmt.Errorf("latent: occasional: %d rates and %d means, want as many, at least 1", len(rate), len(mean))
	}
	for i := range rate {
		if !(rate[i] >= 0 && rate[i] <= 1) {
			return Occasional{}, fmt.Errorf("latent: occasional: rate %d is %v, want it in [0, 1]", i, rate[i])
		}
		if !(mean[i] >= 0) || !finite(mean[i]) {
			return Occasional{}, fmt.Errorf("latent: occasional: mean %d is %v, want a finite number of at least 0", i, mean[i])
		}
	}
	return Occasional{rate, mean}, nil
}

// Dim implements [Prior].
func (o Occasional) Dim() int { return len(o.Rate) }

// Draw implements [Prior].
func (o Occasional) Draw(seed uint64, first int, z *tensor.Tensor) error {
	if err := checkRows(z, o.Dim()); err != nil {
		return fmt.Errorf("latent: occasional: %w", err)
	}
	drawRows("latent.Occasional.Draw", seed, first, z, func(src *rand.Rand, _ []float64, dst []float32) {
		for i, rate := range o.Rate {
			if dst[i] = 0; src.Float64() < float64(rate) {
				dst[i] = float32(-float64(float64(o.Mean[i]) * elementary.Log(1-float64(src.Float64()))))
			}
		}
	})
	return nil
}
