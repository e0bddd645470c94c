// Package fitting has the table of the distributions that can be fitted to codes, and kept in a file.
package fitting

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/latent"
	"latentspace/tensor"
)

// Spec says what kind of prior to fit to codes.
type Spec struct {
	Kind       string // one of [Kinds]
	Components int    // of gmm; 0 chooses by BIC: see [latent.FitMixture]
	Diagonal   bool   // gmm: covariances, in place of full ones
	Flow       Flow   // of flow
	Seed       uint64 // gmm: of the centres to begin with; flow: of the first weights, the batches and the noise
	// Progress is told how many updates of a flow are done, and how many there are; nil tells nobody.
	Progress func(done, total int)
}

// Fitted describes a fitted prior, for a report. Values that the kind does not have are zero or
// nil.
type Fitted struct {
	Codes int `json:"prior_codes"` // to which it was fitted

	Components    int      `json:"components,omitempty"`     // of gmm
	LogLikelihood *float64 `json:"log_likelihood,omitempty"` // of gmm: mean ln p of those codes, in nats
	BIC           *float64 `json:"bic,omitempty"`            // of gmm
	Bandwidth     float64  `json:"bandwidth,omitempty"`      // of kde
	Updates       int      `json:"updates,omitempty"`        // of flow
	FlowLoss      *float64 `json:"flow_loss,omitempty"`      // of flow: mean over the last tenth of the updates
}

// entry says how a kind of prior is fitted to codes, and how it is read from tensors. A nil
// read means that tensors cannot hold it.
type entry struct {
	fit  func(ctx context.Context, s Spec, mean, logvar *tensor.Tensor) (latent.Prior, Fitted, error)
	read func(tensors map[string]*tensor.Tensor) (latent.Kept, error)
}

var kinds = map[string]entry{
	"aggregate": {fit: fitAggregate},
	"flow":      {fit: fitFlow, read: readFlow},
	"gaussian":  {fit: fitGaussian, read: latent.ReadGaussian},
	"gmm":       {fit: fitGMM, read: latent.ReadMixture},
	"kde":       {fit: fitKDE},
}

// Kinds returns the kinds of priors that can be fitted, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Check reports an unknown kind and fields that are out of range or that the kind does not have.
func (s Spec) Check() error {
	if _, err := kindOf(s.Kind); err != nil {
		return err
	}
	if s.Kind != "gmm" && (s.Components != 0 || s.Diagonal) {
		return fmt.Errorf("fitting: prior %s with components or diagonal covariances, which only gmm has", s.Kind)
	}
	if s.Components < 0 {
		return fmt.Errorf("fitting: prior gmm of %d components, want at least 1, or 0 to choose", s.Components)
	}
	if s.Kind != "flow" && s.Flow != (Flow{}) {
		return fmt.Errorf("fitting: prior %s with updates, width, blocks or steps, which only flow has", s.Kind)
	}
	var wrong error
	s.Flow.Check(func(key, format string, args ...any) {
		wrong = errors.Join(wrong, fmt.Errorf("fitting: prior flow: %s "+format, append([]any{key}, args...)...))
	})
	return wrong
}

// Fit fits a prior to the codes of examples, and describes it:
//
//	gaussian    the normal distribution of their mean and covariance: [latent.FitGaussian]
//	flow        a flow from noise, trained by gradient descent: [parts.Flow]
//	gmm         a mixture of normal distributions: [latent.FitMixture]
//	kde         a normal kernel around each, as wide as [latent.Silverman] says: [latent.FitKDE]
//	aggregate   the mixture of their posteriors: [latent.NewAggregate]; without, [latent.Empirical]
//
//	mean (n, d)   logvar (n, d), or nil
//
// For a model whose codes are points, mean has the codes and logvar is nil. For one whose codes
// are distributions, mean has their means and logvar their log-variances, which only aggregate
// reads. The other kinds fitted to means are narrower than the distribution that the decoder was
// trained on; fitted to draws ([latent.DrawPosteriors]) they are as wide.
//
// Ghosh, Sajjadi, Vergari, Black and Schölkopf, From Variational to Deterministic
// Autoencoders, ICLR 2020, section 4: ex-post density estimation.
func Fit(ctx context.Context, s Spec, mean, logvar *tensor.Tensor) (latent.Prior, Fitted, error) {
	if err := s.Check(); err != nil {
		return nil, Fitted{}, err
	}
	p, fitted, err := kinds[s.Kind].fit(ctx, s, mean, logvar)
	if err != nil {
		return nil, Fitted{}, err
	}
	fitted.Codes = mean.Shape[0]
	return p, fitted, nil
}

func kindOf(kind string) (entry, error) {
	k, ok := kinds[kind]
	if !ok {
		return k, fmt.Errorf("fitting: prior %q, want one of %s", kind, strings.Join(Kinds(), ", "))
	}
	return k, nil
}

func fitGaussian(_ context.Context, _ Spec, mean, _ *tensor.Tensor) (latent.Prior, Fitted, error) {
	g, err := latent.FitGaussian(mean)
	return g, Fitted{}, err
}

func fitGMM(ctx context.Context, s Spec, mean, _ *tensor.Tensor) (latent.Prior, Fitted, error) {
	m, fit, err := latent.FitMixture(ctx, mean, latent.MixtureOptions{Components: s.Components, Diagonal: s.Diagonal, Seed: s.Seed})
	if err != nil {
		return nil, Fitted{}, err
	}
	return m, Fitted{Components: len(m.Weights), LogLikelihood: &fit.LogLikelihood, BIC: &fit.BIC}, nil
}

func fitKDE(_ context.Context, _ Spec, mean, _ *tensor.Tensor) (latent.Prior, Fitted, error) {
	k, err := latent.FitSilvermanKDE(mean)
	if err != nil {
		return nil, Fitted{}, err
	}
	return k, Fitted{Bandwidth: k.Bandwidth}, nil
}

func fitAggregate(_ context.Context, _ Spec, mean, logvar *tensor.Tensor) (latent.Prior, Fitted, error) {
	if logvar != nil {
		a, err := latent.NewAggregate(mean, logvar)
		return a, Fitted{}, err
	}
	e, err := latent.NewEmpirical(mean)
	return e, Fitted{}, err
}

// CheckKept returns an error for an unknown kind of prior and for one that a file cannot keep:
// kde and aggregate consist of all the codes that they were fitted to. It needs no codes, so it
// can be called before training begins.
func CheckKept(kind string) error {
	k, err := kindOf(kind)
	if err == nil && k.read == nil {
		err = fmt.Errorf("fitting: prior %s cannot be kept, as it consists of all the codes that it is fitted to: want flow, gaussian or gmm", kind)
	}
	return err
}

// Read is the inverse of Tensors of a [latent.Kept] prior, whose kind is one of [Kinds] that [CheckKept] accepts. A tensor
// that is missing, one of another name or shape and a value that cannot be are errors. The prior may
// share memory with the tensors.
func Read(kind string, tensors map[string]*tensor.Tensor) (latent.Kept, error) {
	if err := CheckKept(kind); err != nil {
		return nil, err
	}
	p, err := kinds[kind].read(tensors)
	if err != nil {
		return nil, fmt.Errorf("fitting: prior %s: %w", kind, err)
	}
	return p, nil
}
