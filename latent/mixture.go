package latent

import (
	"context"
	"errors"
	"fmt"

	"latentspace/internal/random"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Mixture is a mixture of Gaussians,
//
//	p(z) = Σ Weights[k] · N(z; μₖ, Σₖ)
//
// fitted to codes by [FitMixture], which also says how.
type Mixture struct {
	Weights    []float64 // of the components; they add up to 1
	Components []Gaussian

	LogLikelihood float64 // mean ln p(z) over the codes it was fitted to, in nats
	BIC           float64 // Bayesian information criterion: see [FitMixture]
	Iterations    int     // of expectation and maximisation
}

// MixtureOptions say what mixture to fit.
type MixtureOptions struct {
	Components int    // 0 chooses by BIC
	Diagonal   bool   // covariances, in place of full ones
	Seed       uint64 // of the centres to begin with
}

// maxComponents is the largest number of components that BIC may choose.
const maxComponents = 64

// fewDistinctError is codes of which fewer are distinct than there are to be components.
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
func FitMixture(ctx context.Context, z *tensor.Tensor, o MixtureOptions) (*Mixture, error) {
	if err := checkCodes(z, 2); err != nil {
		return nil, fmt.Errorf("latent: mixture: %w", err)
	}
	if o.Components < 0 || o.Components > z.Shape[0] {
		return nil, fmt.Errorf("latent: mixture: %d components of %d codes, want 1 to as many, or 0 to choose", o.Components, z.Shape[0])
	}
	if o.Components > 0 {
		m, err := newEM(z, o.Diagonal).fit(ctx, o.Components, o.Seed)
		if err != nil {
			return nil, fmt.Errorf("latent: mixture: %w", err)
		}
		return m, nil
	}
	var best *Mixture
	for k := 1; k <= min(maxComponents, z.Shape[0]); k *= 2 {
		m, err := newEM(z, o.Diagonal).fit(ctx, k, o.Seed)
		if err != nil {
			if _, few := errors.AsType[fewDistinctError](err); few && best != nil {
				break
			}
			return nil, fmt.Errorf("latent: mixture: %w", err)
		}
		if best != nil && m.BIC >= best.BIC {
			break
		}
		best = m
	}
	return best, nil
}

// Draw implements [Prior].
func (m *Mixture) Draw(seed uint64, index int, dst []float32) {
	src := random.Code("latent.Mixture.Draw", seed, index)
	u, k := src.Float64(), 0
	for ; k < len(m.Weights)-1 && u >= m.Weights[k]; k++ {
		u -= m.Weights[k]
	}
	m.Components[k].draw(src, dst)
}

// LogDensity implements [Density].
func (m *Mixture) LogDensity(z []float32) float64 {
	terms := make([]float64, len(m.Weights))
	for k, g := range m.Components {
		terms[k] = elementary.Log(m.Weights[k]) + g.LogDensity(z)
	}
	return logSumExp(terms)
}
