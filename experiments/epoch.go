package experiments

import "context"

// epochDue reports whether an epoch is complete that has no record.
func (r *run) epochDue() bool {
	recorded := 0
	if n := len(r.progress.Records); n > 0 {
		recorded = r.progress.Records[n-1].Epoch
	}
	return r.epoch(r.step) > recorded
}

// endEpoch validates, measures the figures where they are due, records the epoch, and
// saves a checkpoint and pictures.
func (r *run) endEpoch(ctx context.Context) error {
	valid, err := r.evaluator.run(ctx, r.weights(), r.splits.Valid, r.splits.Binarize)
	if err != nil {
		return err
	}
	train := r.meter.means()
	if _, ok := r.fitted(); ok {
		if train, err = r.evaluator.run(ctx, r.weights(), r.splits.Train, r.splits.Binarize); err != nil {
			return err
		}
	}
	ended := record{Step: r.step, Epoch: r.epoch(r.step), Train: train, Valid: valid}
	due := r.evaluationDue()
	if due {
		if ended.Figures, err = r.evaluate(ctx); err != nil {
			return err
		}
	}
	r.progress.Records = append(r.progress.Records, ended)
	r.meter.reset()
	if v, ok := valid.Get("loss"); ok && r.cfg.Train.Best == byLoss && hasOneLoss(r.cfg.Model) {
		r.compare(v, true)
	}
	if due {
		r.evaluated(ended.Figures)
	}
	shown := "train: " + formatMetrics(ended.Train)
	if valid != nil {
		shown += "  valid: " + formatMetrics(valid)
	}
	if len(ended.Figures) > 0 {
		shown += "  " + ended.Figures.format(r.cfg.Train.Evaluate.Metrics)
	}
	r.report.line("epoch %d/%d  %s  %s", ended.Epoch, r.epochs, shown, r.report.rate())
	if err := writeMetrics(r.dir, r.progress.Records); err != nil {
		return err
	}
	if err := r.save(); err != nil {
		return err
	}
	r.draw(ended)
	return nil
}
