package latent

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Mixture is a mixture of Gaussians,
//
//	p(z) = Σ Weights[k] · N(z; μₖ, Σₖ)
//
// of components of equal dimension. [FitMixture] fits it to codes. All fields are
// single precision, so that tensors can hold them.
type Mixture struct {
	Weights    []float32 // of the components; they add up to 1 within rounding
	Components []Gaussian
}

// MixtureFit says how well a mixture fits the codes that it was fitted to.
type MixtureFit struct {
	LogLikelihood float64 // mean ln p(z) of the codes, in nats
	BIC           float64 // Bayesian information criterion: see [FitMixture]
	Iterations    int     // of expectation and maximisation
}

// MixtureOptions says what mixture to fit.
type MixtureOptions struct {
	Components int    // 0 chooses by BIC
	Diagonal   bool   // covariances, in place of full ones
	Seed       uint64 // of the centres to begin with
}

// maxComponents is the largest number of components that BIC may choose.
const maxComponents = 64

// fewDistinctError means that there are fewer distinct codes than components.
type fewDistinctError struct{ components, distinct int }

func (e fewDistinctError) Error() string {
	return fmt.Sprintf("%d components of %d distinct codes, want at most as many", e.components, e.distinct)
}

// FitMixture fits a mixture to codes z (n, d) by expectation and maximisation. The
// steps, of the responsibilities r and then of the parameters,
//
//	rᵢₖ = Weights[k] N(zᵢ; μₖ, Σₖ) / p(zᵢ)
//	Weights[k] = Nₖ/n,   μₖ = Σᵢ rᵢₖ zᵢ / Nₖ,   Σₖ = Σᵢ rᵢₖ (zᵢ−μₖ)(zᵢ−μₖ)ᵀ / Nₖ + 10⁻⁵τ·I
//
// with Nₖ = Σᵢ rᵢₖ and τ the mean variance of the codes, raise the likelihood, but
// for the last term, which keeps a component from collapsing onto a point. They begin with
// each code at the nearest of centres drawn by k-means++ and end when the mean
// log-likelihood rises by less than 10⁻³ nats, or after 100 iterations.
//
// Zero components ask for the number of 1, 2, 4 … 64 with the lowest
//
//	BIC = −2 Σ ln p(zᵢ) + m ln n,   m the number of parameters
//
// where the search ends at the first number that is worse than the one before, or more
// than there are distinct codes. More components than those where the number is given,
// a covariance that rounding makes indefinite, fewer than two codes and values that are
// not finite are errors.
//
// Dempster, Laird and Rubin, Maximum Likelihood from Incomplete Data via the EM
// Algorithm, JRSS B 1977; Arthur and Vassilvitskii, k-means++, SODA 2007; Schwarz,
// Estimating the Dimension of a Model, Annals of Statistics 1978.
func FitMixture(ctx context.Context, z *tensor.Tensor, o MixtureOptions) (*Mixture, MixtureFit, error) {
	m, fit, err := fitMixture(ctx, z, o)
	if err != nil {
		return nil, MixtureFit{}, fmt.Errorf("latent: mixture: %w", err)
	}
	return m, fit, nil
}

func fitMixture(ctx context.Context, z *tensor.Tensor, o MixtureOptions) (best *Mixture, fit MixtureFit, err error) {
	if err := checkCodes(z, 2); err != nil {
		return nil, fit, err
	}
	if o.Components < 0 || o.Components > z.Shape[0] {
		return nil, fit, fmt.Errorf("%d components of %d codes, want 1 to as many, or 0 to choose", o.Components, z.Shape[0])
	}
	if o.Components > 0 {
		return newEM(z, o.Diagonal).fit(ctx, o.Components, o.Seed)
	}
	for k := 1; k <= min(maxComponents, z.Shape[0]); k *= 2 {
		m, f, err := newEM(z, o.Diagonal).fit(ctx, k, o.Seed)
		if err != nil {
			if _, few := errors.AsType[fewDistinctError](err); few && best != nil {
				break
			}
			return nil, fit, err
		}
		if best != nil && f.BIC >= fit.BIC {
			break
		}
		best, fit = m, f
	}
	return best, fit, nil
}

// Dim implements [Prior].
func (m *Mixture) Dim() int {
	if len(m.Components) == 0 {
		return 0
	}
	return m.Components[0].Dim()
}

// check reports components that do not fit the weights or each other.
func (m *Mixture) check() error {
	if k := len(m.Components); k == 0 || len(m.Weights) != k {
		return fmt.Errorf("%d weights of %d components, want at least 1 of each and as many", len(m.Weights), k)
	}
	for k, g := range m.Components {
		if err := g.check(); err != nil {
			return fmt.Errorf("component %d: %w", k, err)
		}
		if g.Dim() != m.Dim() {
			return fmt.Errorf("component %d has %d values, want %d as the first", k, g.Dim(), m.Dim())
		}
	}
	return nil
}

// Draw implements [Prior].
func (m *Mixture) Draw(seed uint64, first int, z *tensor.Tensor) error {
	err := m.check()
	if err == nil {
		err = checkRows(z, m.Dim())
	}
	if err != nil {
		return fmt.Errorf("latent: mixture: draw: %w", err)
	}
	drawRows("latent.Mixture.Draw", seed, first, z, func(src *rand.Rand, scratch []float64, dst []float32) {
		u, k := src.Float64(), 0
		for ; k < len(m.Weights)-1 && u >= float64(m.Weights[k]); k++ {
			u -= float64(m.Weights[k])
		}
		m.Components[k].draw(src, scratch, dst)
	})
	return nil
}

// LogDensity implements [Density]. A component with a singular covariance is an error.
func (m *Mixture) LogDensity(z *tensor.Tensor, dst []float64) error {
	err := checkDensity(z, m.Dim(), dst)
	var most []float64
	if err == nil {
		most, err = m.logPeaks()
	}
	diagonal := make([]bool, len(most))
	for k := range diagonal {
		diagonal[k] = m.Components[k].diagonal()
	}
	if err != nil {
		return fmt.Errorf("latent: mixture: log-density: %w", err)
	}
	logDensities(z, dst, m.Dim()+len(most), func(z []float32, scratch []float64) float64 {
		white, terms := scratch[:len(z)], scratch[len(z):]
		for k, g := range m.Components {
			square := 0.0
			if diagonal[k] {
				square = g.scaledSquare(z)
			} else {
				square = g.whiten(z, white)
			}
			terms[k] = most[k] - float64(square/2)
		}
		return logSumExp(terms)
	})
	return nil
}

// logPeaks are ln Weights[k]·N(μₖ; μₖ, Σₖ).
func (m *Mixture) logPeaks() ([]float64, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	most := make([]float64, len(m.Components))
	for k, g := range m.Components {
		peak, err := g.logPeak()
		if err != nil {
			return nil, fmt.Errorf("component %d: %w", k, err)
		}
		most[k] = elementary.Log(float64(m.Weights[k])) + peak
	}
	return most, nil
}
