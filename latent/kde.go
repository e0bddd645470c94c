package latent

import (
	"fmt"
	"math"
	"math/rand/v2"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// KDE is a kernel density estimate: around each code lies a normal kernel of the
// codes' own covariance Σ, narrowed by the bandwidth h,
//
//	p(z) = 1/n Σ N(z; codeᵢ, h²Σ)
//
// A draw is a code picked at random and noise of the kernel. The covariance of the
// draws is (1 + h²)Σ.
type KDE struct {
	Codes     *tensor.Tensor // (n, d)
	Bandwidth float64        // h
	Kernel    Gaussian       // N(0, h²Σ)
}

// Silverman is the bandwidth that is best for n codes of d values if they are normal:
//
//	h = (4 / ((d+2)·n))^(1/(d+4))
//
// Silverman, Density Estimation for Statistics and Data Analysis, 1986, equation 4.14.
func Silverman(n, d int) float64 {
	return elementary.Pow(4/(float64(d+2)*float64(n)), 1/float64(d+4))
}

// FitKDE returns the kernel density estimate of codes (n, d). It keeps the tensor.
// Fewer than two codes, one that is not finite and a bandwidth that is not above zero
// are errors.
func FitKDE(z *tensor.Tensor, bandwidth float64) (*KDE, error) {
	if err := checkCodes(z, 2); err != nil {
		return nil, fmt.Errorf("latent: kde: %w", err)
	}
	if !(bandwidth > 0) || math.IsInf(bandwidth, 0) {
		return nil, fmt.Errorf("latent: kde: bandwidth %v, want a finite one above 0", bandwidth)
	}
	g, err := FitGaussian(z)
	if err != nil {
		return nil, err
	}
	for i := range g.Chol {
		g.Chol[i] = float32(bandwidth * float64(g.Chol[i]))
	}
	clear(g.Mean)
	return &KDE{z, bandwidth, g}, nil
}

// FitSilvermanKDE is [FitKDE] with the bandwidth of [Silverman].
func FitSilvermanKDE(z *tensor.Tensor) (*KDE, error) {
	if err := checkCodes(z, 2); err != nil {
		return nil, fmt.Errorf("latent: kde: %w", err)
	}
	return FitKDE(z, Silverman(z.Shape[0], z.Shape[1]))
}

// Dim implements [Prior].
func (k *KDE) Dim() int { return k.Kernel.Dim() }

// check reports codes that do not fit the kernel.
func (k *KDE) check() error {
	if err := k.Kernel.check(); err != nil {
		return fmt.Errorf("kernel: %w", err)
	}
	return checkTable(k.Codes, k.Dim())
}

// Draw implements [Prior].
func (k *KDE) Draw(seed uint64, first int, z *tensor.Tensor) error {
	err := k.check()
	if err == nil {
		err = checkRows(z, k.Dim())
	}
	if err != nil {
		return fmt.Errorf("latent: kde: draw: %w", err)
	}
	drawRows("latent.KDE.Draw", seed, first, z, func(src *rand.Rand, scratch []float64, dst []float32) {
		code := row(k.Codes, src.IntN(k.Codes.Shape[0]))
		k.Kernel.draw(src, scratch, dst)
		for i, c := range code {
			dst[i] += c
		}
	})
	return nil
}

// LogDensity implements [Density]. Codes that do not vary in some direction have a singular
// kernel, which is an error. The time is that of n·d operations for each row of z.
func (k *KDE) LogDensity(z *tensor.Tensor, dst []float64) error {
	err := k.check()
	if err == nil {
		err = checkDensity(z, k.Dim(), dst)
	}
	peak := 0.0
	if err == nil {
		peak, err = k.Kernel.logPeak()
	}
	if err != nil {
		return fmt.Errorf("latent: kde: log-density: %w", err)
	}
	// Distances are those of codes that are whitened once, seen from one of them.
	origin := Gaussian{Mean: row(k.Codes, 0), Chol: k.Kernel.Chol}
	n, d := k.Codes.Shape[0], k.Dim()
	white := make([]float64, n*d)
	kernel.For(n, drawGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			origin.whiten(row(k.Codes, i), white[i*d:(i+1)*d])
		}
	})
	peak -= elementary.Log(float64(n))
	logDensities(z, dst, d+n, func(z []float32, scratch []float64) float64 {
		at, terms := scratch[:d], scratch[d:]
		origin.whiten(z, at)
		for i := range terms {
			square := 0.0
			for j, c := range white[i*d : (i+1)*d] {
				e := at[j] - c
				square += float64(e * e)
			}
			terms[i] = -float64(square / 2)
		}
		return peak + logSumExp(terms)
	})
	return nil
}
