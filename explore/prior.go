package explore

import (
	"context"
	"fmt"

	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// Prior says from what distribution random codes are drawn: the model's own, or one
// that is fitted to the codes of data.
type Prior struct {
	Kind       string // model, or one of [latent.PriorKinds]; model if empty
	Split      string // to whose codes it is fitted
	Fit        int    // to how many at most
	Components int    // of gmm; 0 chooses by BIC
	Diagonal   bool   // gmm: covariances, in place of full ones
}

// modelPrior is the kind of the model's own prior.
const modelPrior = "model"

// PriorFit is what a fitted prior is, for a report.
type PriorFit struct {
	Prior string `json:"prior"`
	Split string `json:"prior_split"`
	latent.Fitted
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
	if err := OneOf("-prior", p.Kind, append([]string{modelPrior}, latent.PriorKinds()...)); err != nil {
		return err
	}
	if p.Kind != "gmm" && (p.Components != 0 || p.Diagonal) {
		return experiments.Usagef("-components and -diagonal are of -prior gmm, not %s", p.Kind)
	}
	if p.Components < 0 {
		return experiments.Usagef("-components %d, want at least 1, or 0 to choose", p.Components)
	}
	if p.Kind != modelPrior {
		return checkFit(p.Fit)
	}
	return nil
}

// none reports a prior that is asked for where nothing is drawn.
func (p Prior) none(why string) error {
	if p.Kind != "" && p.Kind != modelPrior {
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
func (p Prior) draw(ctx context.Context, m *training.Trained, n int, seed uint64) (*tensor.Tensor, *PriorFit, error) {
	if p.Kind == "" || p.Kind == modelPrior {
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

func (p Prior) fit(ctx context.Context, m *training.Trained, seed uint64) (latent.Prior, *PriorFit, error) {
	if !m.CanEncode() {
		return nil, nil, fmt.Errorf("explore: -prior %s is fitted to codes: %w", p.Kind, m.Lacks("encoder"))
	}
	ds, err := m.Split(ctx, p.Split)
	if err != nil {
		return nil, nil, err
	}
	var mean, logvar *tensor.Tensor
	if codes := (Options{Seed: seed}).some(ds, p.Fit); p.Kind == "aggregate" && m.HasPosterior() {
		mean, logvar, err = m.Posteriors(ctx, codes, codes.n)
	} else {
		mean, err = m.Codes(ctx, codes, codes.n)
	}
	if err != nil {
		return nil, nil, err
	}
	spec := latent.PriorSpec{Kind: p.Kind, Components: p.Components, Diagonal: p.Diagonal, Seed: seed}
	prior, fitted, err := latent.FitPrior(ctx, spec, mean, logvar)
	return prior, &PriorFit{p.Kind, p.Split, fitted}, err
}
