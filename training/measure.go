package training

import (
	"context"
	"fmt"
	"io"

	"latentspace/data"
	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/internal/panics"
	"latentspace/models"
	"latentspace/rundir"
	"latentspace/trained"
	"latentspace/training/watch"
)

// measure measures the figures of train.evaluate on the validation set. Two
// measurements of the same weights agree to the bit. Problems go to warn.
func measure(ctx context.Context, c experiments.Config, m *trained.Model, splits *data.Splits, warn func(error)) (*evaluation.Report, error) {
	e := c.Train.Evaluate
	t := Trained{Model: m, Config: c}
	return evaluation.Measure(ctx, t.Subject(splits, splits.Valid, "valid"), evaluation.Options{
		Metrics: e.Metrics, N: e.N, Draws: e.Draws, Seed: c.Seed, Cache: evaluation.DefaultCache(), Warn: warn,
	})
}

// rehearse measures the untrained model, to find figures that cannot be measured before the first
// step: an error if the best checkpoint is chosen by one, else a remark to log. A fitted model is
// evaluated only once and needs no rehearsal.
func rehearse(ctx context.Context, c experiments.Config, splits *data.Splits, log io.Writer) error {
	t := c.Train
	if splits.Valid.Len() == 0 {
		switch {
		case len(t.Evaluate.Metrics) > 0:
			return fmt.Errorf("training: train.evaluate: the data has no validation examples to measure on; give it some with data.valid")
		case t.Patience > 0:
			return fmt.Errorf("training: train.patience: the data has no validation examples to compare by; give it some with data.valid")
		}
	}
	if _, ok := c.Model.(models.Fitted); ok || len(t.Evaluate.Metrics) == 0 {
		return nil
	}
	told, err := toldOf(c, splits)
	if err != nil {
		return err
	}
	m, err := untrained(c, told)
	if err != nil {
		return err
	}
	report, err := measure(ctx, c, m, splits, func(err error) { fmt.Fprintf(log, "train.evaluate: %v\n", err) })
	if ctx.Err() != nil {
		return fmt.Errorf("%w before the first step", ErrInterrupted)
	}
	if err != nil {
		return fmt.Errorf("training: train.evaluate: %w", err)
	}
	for _, name := range t.Evaluate.Metrics {
		why, kind := report.Missing(name)
		switch {
		case kind == evaluation.Present || kind == evaluation.Undefined: // after training it may be a number
		case kind == evaluation.Failed: // after training it may succeed
			fmt.Fprintf(log, "train.evaluate.metrics: before the first step %s is left out: %s\n", name, why)
		case name == t.Best:
			return fmt.Errorf("training: train.best: %s cannot be measured: %s", name, why)
		default:
			fmt.Fprintf(log, "train.evaluate.metrics: %s is left out: %s\n", name, why)
		}
	}
	return nil
}

// evaluationDue reports whether the figures of this step have yet to be measured: at
// every multiple of train.evaluate.every and after the last step.
func (r *run) evaluationDue() bool {
	e, last := r.cfg.Train.Evaluate, r.progress.Evaluated
	if len(e.Metrics) == 0 || last == r.step {
		return false
	}
	return r.step == r.total() || e.Every.Passed(last, r.step, r.epoch)
}

// evaluate returns the figures that the first rank measures. The only errors are the end of ctx and that
// of an exchange.
func (r *run) evaluate(ctx context.Context) (found rundir.Figures, err error) {
	if r.team.First() {
		if found, err = r.figures(ctx); err != nil {
			return nil, err
		}
	}
	return found, r.team.ofFirst(&found)
}

// figures measures those of the weights that would be sampled. A figure that cannot be measured is
// reported and left out, and training goes on: the only error is the end of ctx.
func (r *run) figures(ctx context.Context) (rundir.Figures, error) {
	found := rundir.Figures{}
	var report *evaluation.Report
	err := panics.Caught(func() error {
		m, err := r.current()
		if err != nil {
			return err
		}
		report, err = measure(ctx, r.cfg, m, r.splits, func(err error) { r.report.line("step %d: %v", r.step, err) })
		return err
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		r.report.line("step %d: the figures of train.evaluate are left out: %v", r.step, err)
		return found, nil
	}
	for _, name := range r.cfg.Train.Evaluate.Metrics {
		if f, ok := report.Figure(name); ok {
			found[name] = rundir.Estimate{Value: f.Value, Error: f.Error}
			continue
		}
		_, fitted := r.fitted()
		if why, kind := report.Missing(name); kind != evaluation.Lacking || fitted || name == r.cfg.Train.Best {
			r.report.line("step %d: %s is left out: %s", r.step, name, why)
		} // the others were reported before the first step
	}
	return found, nil
}

// evaluated records figures and reports whether this step is the best so far by
// train.best.
func (r *run) evaluated(found rundir.Figures) (better bool) {
	r.progress.Evaluated = r.step
	if by := r.cfg.Train.Best; by != experiments.ByLoss {
		e, ok := found[by]
		better = r.compare(e.Value, ok)
	}
	return better
}

// compare is [progress.compare] at this step, once the model is whole. At the last step there is
// nothing to stop.
func (r *run) compare(value float64, measured bool) (better bool) {
	if !models.Whole(r.cfg.Model, r.time()) {
		return false
	}
	better = r.progress.compare(r.cfg.Train, experiments.LossOf(r.cfg.Model), r.step, value, measured)
	if r.step == r.total() {
		r.progress.Stopped = ""
	}
	return better
}

// evaluateStep measures at a step that ends no epoch, records it, and saves a checkpoint
// where it is the best, the last, or due, or where a run may go back to. A run that is killed before measures again.
func (r *run) evaluateStep(ctx context.Context) error {
	variety, err := r.look(ctx, r.meter.means())
	if err != nil {
		return err
	}
	found, err := r.evaluate(ctx)
	if err != nil {
		return err
	}
	within := rundir.Record{Step: r.step, Epoch: r.epoch(r.step), Figures: found, Diversity: variety}
	r.progress.Records = append(r.progress.Records, within)
	better := r.evaluated(found)
	r.report.line("step %d  %s", r.step, found.Format(r.cfg.Train.Evaluate.Metrics))
	if err := r.addRecord(within); err != nil {
		return err
	}
	varied := r.cfg.Train.OnCollapse.Rollback && variety != nil && variety.Value >= watch.Varied
	if better || varied || r.checkpointDue() || r.progress.Stopped != "" {
		if err := r.save(); err != nil {
			return err
		}
	}
	r.track(ctx)
	return r.draw(within)
}
