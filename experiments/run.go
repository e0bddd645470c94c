package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/trained"
)

// Options say where and how an experiment runs.
type Options struct {
	Dir      string    // the run's folder; runs/ and the experiment's name if empty
	Fresh    bool      // move an old run in the folder aside
	Log      io.Writer // progress and remarks, in whole lines unless Terminal
	Terminal bool      // Log is a terminal: show a bar

	hook func(step int, t *trainer) // of a test, after each step
}

// ErrInterrupted is a run that was stopped by its context, after saving.
var ErrInterrupted = errors.New("interrupted")

// DefaultDir returns the folder of an experiment's run.
func DefaultDir(name string) string { return filepath.Join("runs", name) }

// Run trains an experiment, or goes on with it where it stopped, and returns the
// manifest of the finished run. When ctx ends it saves a checkpoint and returns
// [ErrInterrupted]. A run that is finished already is returned as it is.
func Run(ctx context.Context, cfg Config, o Options) (m *Manifest, err error) {
	dir := o.Dir
	if dir == "" {
		dir = DefaultDir(cfg.Name)
	}
	var splits *data.Splits
	var t *trainer
	if o.Fresh { // an old run stays where it is if the new one cannot begin
		if splits, t, err = prepare(ctx, cfg); err != nil {
			return nil, err
		}
		if err := cfg.rehearse(ctx, splits, o.Log); err != nil {
			return nil, err
		}
		aside, err := moveAside(dir)
		if err != nil {
			return nil, err
		}
		if aside != "" {
			fmt.Fprintf(o.Log, "the old run is now %s\n", aside)
		}
	}
	release, err := claim(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, release()) }()

	cfg, asThen := cfg.asBegun(dir)
	if asThen {
		fmt.Fprintf(o.Log, "the run in %s was begun by an earlier program: its data are divided as that did it\n", dir)
	}
	begun, err := sameConfig(dir, cfg)
	if err != nil {
		return nil, err
	}
	old, err := readManifest(dir)
	if err != nil && !begun {
		return nil, err
	}
	if err != nil {
		fmt.Fprintf(o.Log, "%v; it is written anew\n", err)
	}
	if old != nil && old.Status == statusFinished && old.whole(dir, o.Log) {
		fmt.Fprintf(o.Log, "%s is finished: step %d, %s\n", dir, old.Step, formatMetrics(old.Metrics.Test))
		if old.Stopped != "" {
			fmt.Fprintln(o.Log, old.Stopped)
		}
		return old, nil
	}

	if t == nil {
		if splits, t, err = prepare(ctx, cfg); err != nil {
			return nil, err
		}
		if !begun {
			if err := cfg.rehearse(ctx, splits, o.Log); err != nil {
				return nil, err
			}
		}
	}
	if !begun {
		seen, err := cfg.inspect(ctx, splits)
		if err != nil {
			return nil, err
		}
		for _, note := range t.said(splits) {
			fmt.Fprintln(o.Log, note)
		}
		for _, warning := range seen.warnings {
			fmt.Fprintf(o.Log, "warning: %s\n", warning)
		}
	}
	r := &run{
		trainer: t, dir: dir, splits: splits, log: o.Log, meter: t.meter(), hook: o.hook,
		evaluator: newEvaluator(cfg, splits.Train.Shape(), t.memory),
		store:     checkpoints.Store{Dir: dir, Keep: cfg.Train.Checkpoint.Keep, FS: checkpoints.OS{}},
		manifest: Manifest{
			Name: cfg.Name, Model: cfg.modelKind(), Seed: cfg.Seed,
			Parameters: t.params.Count(), Program: programInfo(),
			Data: DataManifest{
				Kind: cfg.dataKind(), SHA256: splits.SHA256,
				Train: splits.Train.Len(), Valid: splits.Valid.Len(), Test: splits.Test.Len(),
			},
		},
	}
	if old != nil {
		r.manifest.Program.Started = old.Program.Started
		r.manifest.ExamplesPerSecond = old.ExamplesPerSecond
		r.manifest.FitSeconds = old.FitSeconds
		r.earlier = old.Seconds
	}
	if err := r.begin(begun); err != nil {
		return nil, err
	}
	return r.train(ctx, o.Terminal)
}

// run is an experiment in its folder.
type run struct {
	*trainer
	dir       string
	splits    *data.Splits
	log       io.Writer
	meter     *meter
	evaluator *evaluator
	store     checkpoints.Store
	model     *trained.Model // what the pictures are made with and the figures are measured of; nil before the first
	manifest  Manifest
	progress  progress
	report    *reporter
	earlier   float64 // seconds of earlier processes
	started   time.Time
	saved     int // step of the newest checkpoint, -1 for none

	hook func(step int, t *trainer) // of a test, after each step
}

// begin writes what a new run begins with, or restores the newest checkpoint of
// an old one.
func (r *run) begin(begun bool) error {
	r.started, r.saved = time.Now(), -1
	if !begun {
		if err := writeConfig(r.dir, r.cfg); err != nil {
			return err
		}
	} else {
		c, step, path, err := r.store.Latest(func(err error) { fmt.Fprintf(r.log, "%v\n", err) })
		switch {
		case errors.Is(err, checkpoints.ErrNone):
			// Stopped before the first checkpoint: begin again.
		case err != nil:
			return err
		default:
			if r.progress, err = r.restore(c, r.splits.SHA256, r.meter); err != nil {
				return fmt.Errorf("experiments: %s: %w", path, err)
			}
			r.saved, r.manifest.Checkpoint = step, filepath.Base(path)
			fmt.Fprintf(r.log, "going on from %s\n", path)
		}
	}
	if err := writeMetrics(r.dir, r.progress.Records); err != nil {
		return err
	}
	return r.writeManifest(statusRunning)
}

// train runs the loop to its end.
func (r *run) train(ctx context.Context, terminal bool) (_ *Manifest, err error) {
	step, stop, err := r.steps(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { stop() }() // another one after a rollback
	what := fmt.Sprintf("steps %d to %d", r.step+1, r.total())
	if _, ok := r.fitted(); ok {
		what = "fitted at once"
	}
	fmt.Fprintf(r.log, "%s: %s with %d parameters on %s (%d + %d + %d examples), %s, in %s\n",
		r.cfg.Name, r.manifest.Model, r.manifest.Parameters, r.manifest.Data.Kind,
		r.manifest.Data.Train, r.manifest.Data.Valid, r.manifest.Data.Test, what, r.dir)
	r.report = newReporter(r.log, terminal, r.trainer)
	defer r.report.close()
	if n := len(r.progress.Records); n > 0 && r.progress.Records[n-1].Step == r.step {
		r.draw(r.progress.Records[n-1]) // the run may have been stopped between the checkpoint and its pictures
	}

	if r.saved < 0 && r.cfg.Train.OnNonFinite.Rollback {
		if err := r.save(); err != nil { // what can be gone back to
			return nil, err
		}
	}
	for {
		if r.epochDue() {
			err = r.endEpoch(ctx)
		} else if r.evaluationDue() {
			err = r.evaluateStep(ctx)
		} else if r.step == r.total() || r.progress.Stopped != "" {
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
