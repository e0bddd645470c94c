package training

import (
	"context"
	"fmt"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/trained/saved"
)

// A model that is fitted has one step, the fit, which is its only epoch. What follows
// the step is the same as for other models: checkpoint, evaluation, pictures, manifest.

// fitted returns the model if it is fitted rather than trained.
func (t *trainer) fitted() (models.Fitted, bool) {
	m, ok := t.cfg.Model.(models.Fitted)
	return m, ok
}

// prepareFit makes the parameters of a model that will be fitted to n examples.
func (t *trainer) prepareFit(n int) error {
	t.epochs, t.perEpoch, t.examples = 1, 1, n
	t.Laps = []saved.Lap{{PerEpoch: 1, Batch: n}}
	for _, p := range t.cfg.Model.Phases() {
		if _, _, err := p.Graph(t.params, nn.Options{Name: "fit." + p.Name}, t.told, 1); err != nil {
			return err
		}
	}
	t.trained = t.params.Trained()
	return nil
}

// fit is the only step of a model that is fitted.
func (r *run) fit(ctx context.Context, m models.Fitted) error {
	start := r.report.now()
	if err := m.Fit(ctx, r.splits.Drawn(r.splits.Train, r.cfg.Seed), r.params); err != nil {
		return fmt.Errorf("training: fit to the training set: %w", err)
	}
	took := r.report.now().Sub(start)
	r.step = 1
	r.manifest.FitSeconds = took.Seconds()
	r.report.step(r.step, 0, took, r.meter)
	return nil
}
