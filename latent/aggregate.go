package latent

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Aggregate is the aggregate posterior of a variational autoencoder, the mixture of the
// posteriors of n examples:
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

// NewAggregate returns the aggregate posterior of means and log-variances (n, d). It keeps the two
// tensors. Shapes that differ and values that are not finite are errors.
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

// Dim implements [Prior].
func (a Aggregate) Dim() int { return columns(a.Mean) }

// check reports means and log-variances that do not fit together.
func (a Aggregate) check() error {
	if err := checkTable(a.Mean, a.Dim()); err != nil {
		return fmt.Errorf("means: %w", err)
	}
	if err := checkTable(a.LogVar, a.Dim()); err != nil {
		return fmt.Errorf("log-variances: %w", err)
	}
	if a.LogVar.Shape[0] != a.Mean.Shape[0] {
		return fmt.Errorf("%d log-variances, want %d as there are means", a.LogVar.Shape[0], a.Mean.Shape[0])
	}
	return nil
}

// Draw implements [Prior].
func (a Aggregate) Draw(seed uint64, first int, z *tensor.Tensor) error {
	err := a.check()
	if err == nil {
		err = checkRows(z, a.Dim())
	}
	if err != nil {
		return fmt.Errorf("latent: aggregate: draw: %w", err)
	}
	drawRows("latent.Aggregate.Draw", seed, first, z, func(src *rand.Rand, _ []float64, dst []float32) {
		a.draw(src, src.IntN(a.Mean.Shape[0]), dst)
	})
	return nil
}

// LogDensity implements [Density]. A posterior that is a point, as its variance is 0 in
// double precision, has none and is an error. The time is that of n·d operations for each row of z.
func (a Aggregate) LogDensity(z *tensor.Tensor, dst []float64) error {
	err := a.check()
	if err == nil {
		err = checkDensity(z, a.Dim(), dst)
	}
	var precision, peak []float64
	if err == nil {
		precision, peak, err = a.peaks()
	}
	if err != nil {
		return fmt.Errorf("latent: aggregate: log-density: %w", err)
	}
	logDensities(z, dst, len(peak), func(z []float32, terms []float64) float64 {
		d := len(z)
		for i := range terms {
			square, mean := 0.0, row(a.Mean, i)[:d]
			for j, p := range precision[i*d : (i+1)*d] {
				e := float64(z[j]) - float64(mean[j])
				square += float64(float64(e*e) * p)
			}
			terms[i] = peak[i] - float64(square/2)
		}
		return logSumExp(terms)
	})
	return nil
}

// peaks returns exp(−logvar) (n, d), and ln N(μᵢ; μᵢ, …)/n.
func (a Aggregate) peaks() (precision, peak []float64, err error) {
	n, d := a.Mean.Shape[0], a.Dim()
	precision, peak = make([]float64, n*d), make([]float64, n)
	for i := range peak {
		peak[i] = -elementary.Log(float64(n))
		for j, lv := range row(a.LogVar, i) {
			p := elementary.Exp(-float64(lv))
			if math.IsInf(p, 1) || math.IsNaN(p) {
				return nil, nil, fmt.Errorf("value %d of posterior %d has the log-variance %v, that of a point, which has no density", j, i, lv)
			}
			precision[i*d+j] = p
			peak[i] -= float64((float64(lv) + elementary.LogTwoPi) / 2)
		}
	}
	return precision, peak, nil
}
