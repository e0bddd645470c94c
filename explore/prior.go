package explore

import (
	"context"
	"fmt"

	"latentspace/experiments"
	"latentspace/explore/progress"
	"latentspace/latent"
	"latentspace/latent/fitting"
	"latentspace/tensor"
	"latentspace/training"
)

// Prior says from what distribution random codes are drawn: the model's own, or one
// that is fitted to the codes of data.
type Prior struct {
	Kind       string // model, or one of [fitting.Kinds]; if empty the one that the checkpoint keeps, or else the model's
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
	Kept  bool   `json:"prior_kept,omitempty"` // by the checkpoint
	fitting.Fitted
}

// String says it in a line; nothing for the model's own.
func (p *PriorFit) String() string {
	if p == nil {
		return ""
	}
	s := fmt.Sprintf("prior: %s", p.what())
	if p.Components > 0 && p.LogLikelihood != nil && p.BIC != nil {
		s += fmt.Sprintf(", %d components, log-likelihood %.4g nats, BIC %.6g", p.Components, *p.LogLikelihood, *p.BIC)
	}
	if p.FlowLoss != nil {
		s += fmt.Sprintf(", %d updates, loss %.4g squared units", p.Updates, *p.FlowLoss)
	}
	if p.Bandwidth > 0 {
		s += fmt.Sprintf(", bandwidth %.3g", p.Bandwidth)
	}
	return s + "\n"
}

// what is the prior in a few words.
func (p *PriorFit) what() string {
	s := fmt.Sprintf("%s of %d codes", p.Prior, p.Codes)
	if p.Kept {
		return s + ", kept in the checkpoint"
	}
	return s + fmt.Sprintf(" of the %s split", p.Split)
}

func (p Prior) check() error {
	if p.Kind == "" {
		p.Kind = modelPrior // as neither has options
	}
	if err := OneOf("-prior", p.Kind, append([]string{modelPrior}, fitting.Kinds()...)); err != nil {
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
// model's own prior. The seed and the log are those of the options.
func (p Prior) draw(ctx context.Context, m *training.Trained, n int, o Options) (*tensor.Tensor, *PriorFit, error) {
	m, fit, err := p.Of(ctx, m, o)
	if err != nil {
		return nil, nil, err
	}
	z, err := m.Draw(n, o.Seed)
	return z, fit, err
}

// Of returns the model whose codes are drawn from the prior, and what was fitted, nil where
// nothing was for this.
func (p Prior) Of(ctx context.Context, m *training.Trained, o Options) (*training.Trained, *PriorFit, error) {
	switch {
	case p.Kind == "" && m.Kept != nil:
		return m, &PriorFit{Prior: m.Kept.Kind, Split: "train", Kept: true, Fitted: m.Kept.Fitted}, nil
	case p.Kind == "":
		return m, nil, nil
	case p.Kind == modelPrior:
		return drawing(m, nil), nil, nil
	}
	prior, fit, err := p.fit(ctx, m, o)
	if err != nil {
		return m, nil, err
	}
	return drawing(m, prior), fit, nil
}

// drawing is the model whose codes are drawn from a prior, nil for its own.
func drawing(m *training.Trained, prior latent.Prior) *training.Trained {
	t := *m
	t.Model, t.Kept = m.With(prior), nil
	return &t
}

func (p Prior) fit(ctx context.Context, m *training.Trained, o Options) (latent.Prior, *PriorFit, error) {
	if !m.CanEncode() {
		return nil, nil, fmt.Errorf("explore: -prior %s is fitted to codes: %w", p.Kind, m.Lacks("encoder"))
	}
	ds, err := m.Split(ctx, p.Split)
	if err != nil {
		return nil, nil, err
	}
	codes := (Options{Seed: o.Seed}).some(ds, p.Fit)
	spec := fitting.Spec{Kind: p.Kind, Components: p.Components, Diagonal: p.Diagonal, Seed: o.Seed}
	if p.Kind == "flow" {
		var told *progress.Progress
		spec.Progress = func(done, total int) {
			if told == nil {
				told = o.progress("fitting a flow", total)
			}
			told.At(done, "")
		}
		defer func() {
			if told != nil {
				told.Close()
			}
		}()
	}
	prior, fitted, err := m.FitPrior(ctx, codes, codes.n, spec)
	return prior, &PriorFit{Prior: p.Kind, Split: p.Split, Fitted: fitted}, err
}
