package training

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/experiments"
	"latentspace/metrics"
	"latentspace/rundir"
	"latentspace/trained"
	"latentspace/trained/saved"
)

// run is an experiment in its folder.
type run struct {
	*trainer
	dir       string
	splits    *data.Splits
	folder    string // absolute path of the data, "" if the experiment names none
	log       io.Writer
	meter     *meter
	evaluator *evaluator // of the trainer's experiment
	store     checkpoints.Store
	model     *trained.Model   // for pictures and figures; nil before the first
	variance  metrics.Estimate // of training examples, 0 before samples are first looked at
	kept      *saved.KeptPrior // that the last checkpoint keeps; nil before the end
	manifest  rundir.Manifest
	progress  progress
	configs   []experiments.Config // before each change of the history, and after the last
	history   []experiments.Change // those of progress, and those to come
	next      *trainer             // of the last of configs, if it has been built
	report    *reporter
	events    *rundir.Events     // for TensorBoard; nil if train.log lacks it
	tracking  []*rundir.Tracking // by servers of MLflow
	earlier   float64            // seconds of earlier processes
	started   time.Time
	tidied    time.Time // when unused memory was last given back
	curved    time.Time // when curves were last drawn
	behind    bool      // whether they lack a record
	saved     int       // step of the newest checkpoint, -1 for none

	hook func(step int, t *trainer) // of a test, after each step
	now  func() time.Time           // the clock of a test
}

// begin writes the first files of a new run, or restores the newest checkpoint of an
// old one. A change of keys is part of the run as soon as run.json has it.
func (r *run) begin(f *former, cfg experiments.Config) error {
	r.started, r.saved = time.Now(), -1
	if f == nil {
		r.configs = []experiments.Config{cfg}
		if r.team.First() {
			if err := rundir.WriteConfig(r.dir, cfg); err != nil {
				return err
			}
		}
	} else if f.checkpoint != nil {
		var err error
		if r.progress, err = r.restore(f.checkpoint, r.splits.SHA256, r.meter); err != nil {
			return fmt.Errorf("training: %s: %w", f.path, err)
		}
		r.saved, r.manifest.Checkpoint = f.step, filepath.Base(f.path)
		fmt.Fprintf(r.log, "going on from %s\n", f.path)
	} // else stopped before the first checkpoint: begin again
	r.evaluator = newEvaluator(r.cfg, r.told, r.memory)
	r.openLogs(cfg)
	if err := r.rewriteRecords(); err != nil {
		return err
	}
	if err := r.writeManifest(rundir.Running); err != nil {
		return err
	}
	if f == nil {
		return nil
	}
	return f.writeConfig(cfg)
}

// train runs the loop to its end.
func (r *run) train(ctx context.Context, terminal bool) (_ *rundir.Manifest, err error) {
	step, stop, err := r.steps(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { stop() }() // another one after a rollback
	what := fmt.Sprintf("steps %d to %d", r.step+1, r.total())
	if _, ok := r.fitted(); ok {
		what = "fitted at once"
	} else if r.step >= r.total() {
		what = fmt.Sprintf("all %d steps made", r.step)
	}
	fmt.Fprintf(r.log, "%s: %s with %d parameters on %s (%d + %d + %d examples), %s, in %s\n",
		r.cfg.Name, r.manifest.Model, r.manifest.Parameters, r.manifest.Data.Kind,
		r.manifest.Data.Train, r.manifest.Data.Valid, r.manifest.Data.Test, what, r.dir)
	r.warnOfSlowKernels(r.total()-r.step, r.log)
	r.report = newReporter(r.log, terminal, r.trainer, r.now)
	defer r.report.close()
	n := len(r.progress.Records)
	r.tidied, r.curved = time.Now(), time.Now()
	r.behind = n > 0 // if the process that made the last record was killed before it drew
	if n > 0 && r.progress.Records[n-1].Step == r.step {
		// The run may have been stopped between the checkpoint and its pictures.
		if err := r.draw(r.progress.Records[n-1]); err != nil {
			return nil, r.failed(err)
		}
	}

	if r.saved < 0 && (r.cfg.Train.OnNonFinite.Rollback || r.progress.Init != nil) {
		if err := r.save(); err != nil { // for rollbacks, and so that going on needs no other file
			return nil, err
		}
	}
	r.track(ctx)
	for {
		if r.epochDue() {
			err = r.endEpoch(ctx)
		} else if r.evaluationDue() {
			err = r.evaluateStep(ctx)
		} else if r.changeDue() {
			if err = r.change(terminal); err == nil {
				stop()
				step, stop, err = r.steps(ctx)
			}
		} else if r.step >= r.total() || r.progress.Stopped != "" {
			break
		} else if err = ctx.Err(); err == nil {
			if err = step(); err == nil && r.hook != nil {
				r.hook(r.step, r.trainer)
			}
		}
		if ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())) {
			return nil, r.interrupted()
		}
		if err != nil {
			if err = r.goBack(err); err == nil {
				stop()
				step, stop, err = r.steps(ctx)
			}
		}
		if err != nil {
			return nil, r.failed(err)
		}
	}
	return r.finish(ctx)
}

// save writes a checkpoint and then the manifest.
func (r *run) save() error {
	if r.progress.Best != nil {
		r.store.Best = r.progress.Best.Step
	}
	if w := r.progress.Watch; w != nil {
		w.Saved(r.step)
		r.store.Good = w.Good
	}
	c, err := r.checkpoint(r.splits.SHA256, r.meter, r.progress)
	if err != nil {
		return err
	}
	if err := describePrior(r.kept, c); err != nil {
		return err
	}
	if !r.team.First() {
		r.saved, r.manifest.Checkpoint = r.step, filepath.Base(r.store.Path(r.step))
		return nil
	}
	path, err := r.store.Save(r.step, c)
	if path == "" {
		return err
	}
	if err != nil { // the checkpoint is safe; an old one could not be deleted
		r.report.line("%v", err)
	}
	r.saved, r.manifest.Checkpoint = r.step, filepath.Base(path)
	return r.writeManifest(rundir.Running)
}

// writeManifest brings the manifest up to date and writes it, as do the methods that write something
// else, in the first process of a team.
func (r *run) writeManifest(status string) error {
	m := &r.manifest
	m.Status, m.Step, m.Epoch = status, r.step, r.epoch(r.step)
	m.ParamsSHA256 = checkpoints.Hash(r.params.All())
	m.Seconds = r.earlier + time.Since(r.started).Seconds()
	m.Parameters, m.Init, m.History = r.parameters(), r.progress.Init, r.history
	m.Best, m.Stopped, m.Metrics.Figures = r.progress.Best, r.progress.Stopped, r.progress.figures()
	if epochs := r.progress.epochs(); len(epochs) > 0 {
		last := epochs[len(epochs)-1]
		m.Metrics.Train, m.Metrics.Valid = last.Train, last.Valid
	}
	if r.report != nil {
		if rate, ok := r.report.pace.Rate(); ok {
			m.ExamplesPerSecond = rate
		}
	}
	if !r.team.First() {
		return nil
	}
	if status != rundir.Running {
		r.lastCurves() // before it says that there is nothing left to do
	}
	return m.Write(r.dir)
}
