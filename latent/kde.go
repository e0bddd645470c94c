package latent

import (
	"fmt"
	"math"

	"latentspace/internal/random"
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

// FitKDE returns the kernel density estimate of codes (n, d), of which it keeps the
// memory. Fewer than two codes, one that is not finite and a bandwidth that is not
// above zero are errors.
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

// Draw implements [Prior].
func (k *KDE) Draw(seed uint64, index int, dst []float32) {
	src := random.Code("latent.KDE.Draw", seed, index)
	code := row(k.Codes, src.IntN(k.Codes.Shape[0]))
	k.Kernel.draw(src, dst)
	for i, c := range code {
		dst[i] += c
	}
}

// LogDensity implements [Density].
func (k *KDE) LogDensity(z []float32) float64 {
	terms, diff := make([]float64, k.Codes.Shape[0]), make([]float64, len(z))
	for i := range terms {
		for j, c := range row(k.Codes, i) {
			diff[j] = float64(z[j]) - float64(c)
		}
		terms[i] = logNormal(diff, k.Kernel.Chol)
	}
	return logSumExp(terms) - elementary.Log(float64(len(terms)))
}

// row is code i of codes (n, d).
func row(z *tensor.Tensor, i int) []float32 {
	d := z.Shape[1]
	return z.Data[i*d : (i+1)*d]
}
