package training

import (
	"context"
	"fmt"
	"strings"
	"time"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/internal/panics"
	"latentspace/rundir"
)

// epochDue reports whether an epoch is complete and has no record yet.
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
	valid, err := r.losses(ctx, "validation", r.splits.Valid)
	if err != nil {
		return err
	}
	train := r.meter.means()
	if _, ok := r.fitted(); ok {
		if train, err = r.losses(ctx, "training", r.splits.Train); err != nil {
			return err
		}
		if train == nil {
			train = rundir.Metrics{} // so that the epoch still has a record
		}
	}
	variety, err := r.look(ctx, train)
	if err != nil {
		return err
	}
	ended := rundir.Record{Step: r.step, Epoch: r.epoch(r.step), Train: train, Valid: valid, Diversity: variety}
	due := r.evaluationDue()
	if due {
		if ended.Figures, err = r.evaluate(ctx); err != nil {
			return err
		}
	}
	r.progress.Records = append(r.progress.Records, ended)
	r.meter.reset()
	if term := experiments.LossOf(r.cfg.Model); r.cfg.Train.Best == experiments.ByLoss && term != "" && r.splits.Valid.Len() > 0 {
		v, ok := valid.Get(term)
		r.compare(v, ok)
	}
	if due {
		r.evaluated(ended.Figures)
	}
	shown := "train: " + formatMetrics(ended.Train)
	if valid != nil {
		shown += "  valid: " + formatMetrics(valid)
	}
	if len(ended.Figures) > 0 {
		shown += "  " + ended.Figures.Format(r.cfg.Train.Evaluate.Metrics)
	}
	if variety != nil {
		shown += fmt.Sprintf("  diversity %.3g", variety.Value)
	}
	r.report.line("epoch %d/%d  %s%s", ended.Epoch, r.epochs, shown, r.report.rate())
	if err := r.addRecord(ended); err != nil {
		return err
	}
	if err := r.save(); err != nil {
		return err
	}
	r.track(ctx)
	return r.draw(ended)
}

// openLogs prepares the logs of an experiment.
func (r *run) openLogs(cfg experiments.Config) {
	if !r.team.First() {
		return
	}
	now := time.Now
	if r.now != nil {
		now = r.now
	}
	for _, log := range cfg.Train.Log {
		switch log := log.(type) {
		case experiments.TensorBoard:
			r.events = &rundir.Events{Dir: r.dir, Config: cfg, Now: now}
		case experiments.MLflow:
			r.tracking = append(r.tracking, &rundir.Tracking{Dir: r.dir, Config: cfg, To: log, Now: now})
		}
	}
}

// track sends the records to the servers that do not have them. That one is away is a warning of
// the run: what it missed is sent at the next record.
func (r *run) track(ctx context.Context) {
	for _, t := range r.tracking {
		if err := t.Send(ctx, r.progress.Records); err != nil && ctx.Err() == nil {
			r.warn(err.Error())
		}
	}
}

// rewriteRecords writes the records so far into metrics.jsonl and the file of TensorBoard, and no
// others.
func (r *run) rewriteRecords() error {
	if !r.team.First() {
		return nil
	}
	for _, t := range r.tracking {
		t.GoBack(r.step)
	}
	if err := rundir.WriteMetrics(r.dir, r.progress.Records); err != nil || r.events == nil {
		return err
	}
	return r.events.Agree(r.progress.Records)
}

// addRecord writes the last of the records into metrics.jsonl and the file of TensorBoard. That of an
// epoch has histograms of the weights there.
func (r *run) addRecord(last rundir.Record) error {
	if !r.team.First() {
		return nil
	}
	if err := rundir.WriteMetrics(r.dir, r.progress.Records); err != nil || r.events == nil {
		return err
	}
	if !last.EndsEpoch() {
		return r.events.Add(last, nil)
	}
	return r.events.Add(last, r.histograms())
}

// histograms are the values that the histograms of an epoch count: the trained weights, and the
// running means of their gradients if the optimizer keeps such. Both are part of every checkpoint,
// so that a run which goes on has the same.
func (t *trainer) histograms() map[string][]float32 {
	all := map[string][]float32{}
	for _, name := range t.trained {
		all["weights/"+name] = t.params.Get(name).Data
	}
	for _, p := range t.phases {
		prefix := "gradients/"
		if len(t.phases) > 1 {
			prefix += p.Name + "/"
		}
		for slot, v := range p.optimizer.State() {
			switch kind, name, _ := strings.Cut(slot, "/"); kind {
			case "m", "velocity":
				all[prefix+name] = v.Data
			}
		}
	}
	return all
}

// losses returns the losses on a data set, of which each rank measures a part of the batches. Losses
// that cannot be measured are left out and become a warning of the run, and training goes on: the only
// errors are the end of ctx and that of an exchange.
func (r *run) losses(ctx context.Context, of string, ds data.Dataset) (rundir.Metrics, error) {
	var m *batchTerms
	part, parts := r.team.Rank()
	left := panics.Caught(func() (err error) {
		m, err = r.evaluator.part(ctx, r.weights(), r.splits.Drawn(ds, r.cfg.Seed), part, parts)
		return err
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	left, err := r.team.firstError(left)
	if err != nil {
		return nil, err
	}
	if left != nil {
		r.warn(fmt.Sprintf("step %d: the losses of the %s set are left out: %v", r.step, of, left))
		return nil, nil
	}
	if err := r.team.Sum(m.values); err != nil { // x + 0 is x: the values stay as they are
		return nil, err
	}
	return m.means(), nil
}
