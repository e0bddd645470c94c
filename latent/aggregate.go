package latent

import (
	"fmt"
	"slices"

	"latentspace/internal/random"
	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Aggregate is the aggregate posterior of a variational autoencoder, the mixture of
// what it makes of each of n examples:
//
//	q(z) = 1/n Σ N(z; μᵢ, diag exp(logvarᵢ))
//
// A draw is an example picked at random and a sample of its posterior.
//
// Makhzani, Shlens, Jaitly, Goodfellow and Frey, Adversarial Autoencoders, arXiv
// 1511.05644, 2015, equation 1; Tomczak and Welling, VAE with a VampPrior, AISTATS
// 2018, section 2.
type Aggregate struct {
	Mean, LogVar *tensor.Tensor // (n, d)
}

// NewAggregate returns the aggregate posterior of means and log-variances (n, d), of
// which it keeps the memory. Shapes that differ and values that are not finite are errors.
func NewAggregate(mean, logvar *tensor.Tensor) (Aggregate, error) {
	if err := checkCodes(mean, 1); err != nil {
		return Aggregate{}, fmt.Errorf("latent: aggregate: %w", err)
	}
	if !slices.Equal(mean.Shape, logvar.Shape) {
		return Aggregate{}, fmt.Errorf("latent: aggregate: log-variances of shape %v, want %v as the means", logvar.Shape, mean.Shape)
	}
	if i := kernel.FirstNonFinite(logvar.Data); i >= 0 {
		return Aggregate{}, fmt.Errorf("latent: aggregate: a log-variance of code %d is %v, want finite values", i/mean.Shape[1], logvar.Data[i])
	}
	return Aggregate{mean, logvar}, nil
}

// Draw implements [Prior].
func (a Aggregate) Draw(seed uint64, index int, dst []float32) {
	src := random.Code("latent.Aggregate.Draw", seed, index)
	i := src.IntN(a.Mean.Shape[0])
	logvar := row(a.LogVar, i)
	for j, m := range row(a.Mean, i) {
		dst[j] = float32(float64(m) + float64(elementary.Exp(float64(logvar[j])/2)*normal(src)))
	}
}

// LogDensity implements [Density].
func (a Aggregate) LogDensity(z []float32) float64 {
	terms := make([]float64, a.Mean.Shape[0])
	for i := range terms {
		mean, logvar := row(a.Mean, i), row(a.LogVar, i)
		for j, m := range mean {
			e, lv := float64(z[j])-float64(m), float64(logvar[j])
			terms[i] -= float64((float64(e*e*elementary.Exp(-lv)) + lv + elementary.LogTwoPi) / 2)
		}
	}
	return logSumExp(terms) - elementary.Log(float64(len(terms)))
}

// Empirical is the distribution of given codes (n, d), each as likely as the others:
// what [Aggregate] is for an autoencoder, whose posteriors are points. It has no density.
type Empirical struct {
	Codes *tensor.Tensor
}

// Draw implements [Prior].
func (e Empirical) Draw(seed uint64, index int, dst []float32) {
	src := random.Code("latent.Empirical.Draw", seed, index)
	copy(dst, row(e.Codes, src.IntN(e.Codes.Shape[0])))
}
