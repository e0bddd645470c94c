package latent

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/tensor"
)

// PriorSpec says what kind of prior to fit to codes.
type PriorSpec struct {
	Kind       string // one of [PriorKinds]
	Components int    // of gmm; 0 chooses by BIC: see [FitMixture]
	Diagonal   bool   // gmm: covariances, in place of full ones
	Seed       uint64 // gmm: of the centres to begin with
}

// Fitted describes a fitted prior, for a report. Values that the kind does not have are zero or
// nil.
type Fitted struct {
	Codes int `json:"prior_codes"` // to which it was fitted

	Components    int      `json:"components,omitempty"`     // of gmm
	LogLikelihood *float64 `json:"log_likelihood,omitempty"` // of gmm: mean ln p of those codes, in nats
	BIC           *float64 `json:"bic,omitempty"`            // of gmm
	Bandwidth     float64  `json:"bandwidth,omitempty"`      // of kde
}

// priorKind says how a kind of prior is fitted to codes, and how it is read from tensors. A nil
// read means that tensors cannot hold it.
type priorKind struct {
	fit  func(ctx context.Context, s PriorSpec, mean, logvar *tensor.Tensor) (Prior, Fitted, error)
	read func(tensors map[string]*tensor.Tensor) (Prior, error)
}

var priorKinds = map[string]priorKind{
	"aggregate": {fit: fitAggregate},
	"gaussian":  {fit: fitNormal, read: readGaussian},
	"gmm":       {fit: fitGMM, read: readMixture},
	"kde":       {fit: fitKDE},
}

// PriorKinds returns the kinds of priors that can be fitted, sorted.
func PriorKinds() []string { return slices.Sorted(maps.Keys(priorKinds)) }

// Check reports an unknown kind and fields that are out of range or that the kind does not have.
func (s PriorSpec) Check() error {
	if _, err := kindOf(s.Kind); err != nil {
		return err
	}
	if s.Kind != "gmm" && (s.Components != 0 || s.Diagonal) {
		return fmt.Errorf("latent: prior %s with components or diagonal covariances, which only gmm has", s.Kind)
	}
	if s.Components < 0 {
		return fmt.Errorf("latent: prior gmm of %d components, want at least 1, or 0 to choose", s.Components)
	}
	return nil
}

// FitPrior fits a prior to the codes of examples, and describes it:
//
//	gaussian    the normal distribution of their mean and covariance: [FitGaussian]
//	gmm         a mixture of normal distributions: [FitMixture]
//	kde         a normal kernel around each, as wide as [Silverman] says: [FitKDE]
//	aggregate   the mixture of their posteriors: [NewAggregate]; without, [Empirical]
//
//	mean (n, d)   logvar (n, d), or nil
//
// For a model whose codes are points, mean has the codes and logvar is nil. For one whose codes
// are distributions, mean has their means and logvar their log-variances, which only aggregate
// reads. The other kinds fitted to means are narrower than the distribution that the decoder was
// trained on; fitted to draws ([DrawPosteriors]) they are as wide.
//
// Ghosh, Sajjadi, Vergari, Black and Schölkopf, From Variational to Deterministic
// Autoencoders, ICLR 2020, section 4: ex-post density estimation.
func FitPrior(ctx context.Context, s PriorSpec, mean, logvar *tensor.Tensor) (Prior, Fitted, error) {
	if err := s.Check(); err != nil {
		return nil, Fitted{}, err
	}
	p, fitted, err := priorKinds[s.Kind].fit(ctx, s, mean, logvar)
	if err != nil {
		return nil, Fitted{}, err
	}
	fitted.Codes = mean.Shape[0]
	return p, fitted, nil
}

func kindOf(kind string) (priorKind, error) {
	k, ok := priorKinds[kind]
	if !ok {
		return k, fmt.Errorf("latent: prior %q, want one of %s", kind, strings.Join(PriorKinds(), ", "))
	}
	return k, nil
}

func fitNormal(_ context.Context, _ PriorSpec, mean, _ *tensor.Tensor) (Prior, Fitted, error) {
	g, err := FitGaussian(mean)
	return g, Fitted{}, err
}

func fitGMM(ctx context.Context, s PriorSpec, mean, _ *tensor.Tensor) (Prior, Fitted, error) {
	m, fit, err := FitMixture(ctx, mean, MixtureOptions{Components: s.Components, Diagonal: s.Diagonal, Seed: s.Seed})
	if err != nil {
		return nil, Fitted{}, err
	}
	return m, Fitted{Components: len(m.Weights), LogLikelihood: &fit.LogLikelihood, BIC: &fit.BIC}, nil
}

func fitKDE(_ context.Context, _ PriorSpec, mean, _ *tensor.Tensor) (Prior, Fitted, error) {
	if err := checkCodes(mean, 2); err != nil {
		return nil, Fitted{}, fmt.Errorf("latent: kde: %w", err)
	}
	h := Silverman(mean.Shape[0], mean.Shape[1])
	k, err := FitKDE(mean, h)
	return k, Fitted{Bandwidth: h}, err
}

func fitAggregate(_ context.Context, _ PriorSpec, mean, logvar *tensor.Tensor) (Prior, Fitted, error) {
	if logvar != nil {
		a, err := NewAggregate(mean, logvar)
		return a, Fitted{}, err
	}
	if err := checkCodes(mean, 1); err != nil {
		return nil, Fitted{}, fmt.Errorf("latent: aggregate: %w", err)
	}
	return Empirical{mean}, Fitted{}, nil
}
