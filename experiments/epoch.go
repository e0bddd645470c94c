package experiments

import (
	"context"
)

// epochDue reports whether an epoch is complete that has no record.
func (r *run) epochDue() bool {
	recorded := 0
	if n := len(r.progress.Epochs); n > 0 {
		recorded = r.progress.Epochs[n-1].Epoch
	}
	return r.epoch(r.step) > recorded
}

// endEpoch validates, records the epoch, and saves a checkpoint and pictures.
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
	record := epochRecord{Step: r.step, Epoch: r.epoch(r.step), Train: train, Valid: valid}
	r.progress.Epochs = append(r.progress.Epochs, record)
	r.meter.reset()
	if v, ok := valid.Get("loss"); ok && len(r.cfg.Model.Phases()) == 1 && (r.progress.Best == nil || v < r.progress.Best.Value) {
		r.progress.Best = &best{Step: r.step, By: "valid loss", Value: v}
	}
	shown := "train: " + formatMetrics(record.Train)
	if valid != nil {
		shown += "  valid: " + formatMetrics(valid)
	}
	r.report.line("epoch %d/%d  %s  %s", record.Epoch, r.epochs, shown, r.report.rate())
	if err := writeMetrics(r.dir, r.progress.Epochs); err != nil {
		return err
	}
	if err := r.save(); err != nil {
		return err
	}
	r.draw()
	return nil
}
