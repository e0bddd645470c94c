package explore

import (
	"context"
	"fmt"

	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/tensor"
)

// Prior says from what distribution random codes are drawn: the model's own, or one
// that is fitted to the codes of data.
type Prior struct {
	Kind       string // model, gaussian, gmm, kde or aggregate; model if empty
	Split      string // to whose codes it is fitted
	Fit        int    // to how many at most
	Components int    // of gmm; 0 chooses by BIC
	Diagonal   bool   // gmm: covariances, in place of full ones
}

var priorKinds = []string{"model", "gaussian", "gmm", "kde", "aggregate"}

// PriorFit is what a fitted prior is, for a report.
type PriorFit struct {
	Prior string `json:"prior"`
	Split string `json:"prior_split"`
	Codes int    `json:"prior_codes"` // to which it was fitted

	Components    int      `json:"components,omitempty"`     // of gmm
	LogLikelihood *float64 `json:"log_likelihood,omitempty"` // mean ln p of those codes, in nats
	BIC           *float64 `json:"bic,omitempty"`
	Bandwidth     float64  `json:"bandwidth,omitempty"` // of kde
}

// String says it in a line; nothing for the model's own.
func (p *PriorFit) String() string {
	if p == nil {
		return ""
	}
	s := fmt.Sprintf("prior: %s of %d codes of the %s split", p.Prior, p.Codes, p.Split)
	if p.Components > 0 {
		s += fmt.Sprintf(", %d components, log-likelihood %.4g nats, BIC %.6g", p.Components, *p.LogLikelihood, *p.BIC)
	}
	if p.Bandwidth > 0 {
		s += fmt.Sprintf(", bandwidth %.3g", p.Bandwidth)
	}
	return s + "\n"
}

func (p Prior) check() error {
	if p.Kind == "" {
		return nil
	}
	if err := oneOf("-prior", p.Kind, priorKinds); err != nil {
		return err
	}
	if p.Kind != "gmm" && (p.Components != 0 || p.Diagonal) {
		return experiments.Usagef("-components and -diagonal are of -prior gmm, not %s", p.Kind)
	}
	if p.Components < 0 {
		return experiments.Usagef("-components %d, want at least 1, or 0 to choose", p.Components)
	}
	if p.Kind != "model" {
		return checkFit(p.Fit)
	}
	return nil
}

// none reports a prior that is asked for where nothing is drawn.
func (p Prior) none(why string) error {
	if p.Kind != "" && p.Kind != "model" {
		return experiments.Usagef("-prior %s is of random draws: %s", p.Kind, why)
	}
	return nil
}

// checkFit reports a number of codes to fit to that is out of range.
func checkFit(fit int) error {
	if fit < 2 || fit > mostExamples {
		return experiments.Usagef("-fit %d codes, want it from 2 to %d", fit, mostExamples)
	}
	return nil
}

// draw returns n codes (n, dim), and what was fitted to draw them, nil for the
// model's own prior.
func (p Prior) draw(ctx context.Context, m Model, n int, seed uint64) (*tensor.Tensor, *PriorFit, error) {
	if p.Kind == "" || p.Kind == "model" {
		z, err := m.Draw(n, seed)
		return z, nil, err
	}
	prior, fit, err := p.fit(ctx, m, seed)
	if err != nil {
		return nil, nil, err
	}
	z, err := latent.Draws(prior, n, seed)
	return z, fit, err
}

func (p Prior) fit(ctx context.Context, m Model, seed uint64) (latent.Prior, *PriorFit, error) {
	if !m.CanEncode() {
		return nil, nil, fmt.Errorf("explore: -prior %s is fitted to codes: %w", p.Kind, m.Lacks("encoder"))
	}
	ds, err := m.Split(ctx, p.Split)
	if err != nil {
		return nil, nil, err
	}
	codes := Options{Seed: seed}.some(ds, p.Fit)
	fit := &PriorFit{Prior: p.Kind, Split: p.Split}
	if p.Kind == "aggregate" && m.HasPosterior() {
		mean, logvar, err := m.Posteriors(ctx, codes, codes.n)
		if err != nil {
			return nil, nil, err
		}
		fit.Codes = mean.Shape[0]
		a, err := latent.NewAggregate(mean, logvar)
		return a, fit, err
	}
	z, err := m.Codes(ctx, codes, codes.n)
	if err != nil {
		return nil, nil, err
	}
	fit.Codes = z.Shape[0]
	switch p.Kind {
	case "gaussian":
		g, err := latent.FitGaussian(z)
		return g, fit, err
	case "gmm":
		g, quality, err := latent.FitMixture(ctx, z, latent.MixtureOptions{Components: p.Components, Diagonal: p.Diagonal, Seed: seed})
		if err != nil {
			return nil, nil, err
		}
		fit.Components, fit.LogLikelihood, fit.BIC = len(g.Weights), &quality.LogLikelihood, &quality.BIC
		return g, fit, nil
	case "kde":
		fit.Bandwidth = latent.Silverman(z.Shape[0], z.Shape[1])
		k, err := latent.FitKDE(z, fit.Bandwidth)
		return k, fit, err
	}
	return latent.Empirical{Codes: z}, fit, nil
}
