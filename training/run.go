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
	"latentspace/trained"
)

// Options say where and how an experiment runs.
type Options struct {
	Dir      string    // the run's folder; runs/ and the experiment's name if empty
	Fresh    bool      // move an old run in the folder aside
	Extend   bool      // let keys of the course of an old run be changed
	Log      io.Writer // progress and remarks, in whole lines unless Terminal
	Terminal bool      // Log is a terminal: show a bar

	hook func(step int, t *trainer) // of a test, after each step
	now  func() time.Time           // the clock of a test, which the steps are timed by
}

// ErrInterrupted is a run that was stopped by its context, after saving.
var ErrInterrupted = errors.New("interrupted")

// DefaultDir returns the folder of an experiment's run.
func DefaultDir(name string) string { return filepath.Join("runs", name) }

// Run trains an experiment, or goes on with it where it stopped, and returns the
// manifest of the finished run. When ctx ends it saves a checkpoint and returns
// [ErrInterrupted]. A run that is finished already is returned as it is.
//
// An experiment that differs from the run's in what its weights do not depend on goes on with
// the run. With Extend it may differ in the course of the training, too: from the step that
// the run is at, it is trained with the new values, and the change is part of its history.
func Run(ctx context.Context, cfg experiments.Config, o Options) (m *Manifest, err error) {
	dir := o.Dir
	if dir == "" {
		dir = DefaultDir(cfg.Name)
	}
	var r *run
	if o.Fresh { // an old run stays where it is if the new one cannot begin
		if r, err = newRun(ctx, cfg, o.Log); err != nil {
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
	if err := sweep(dir); err != nil {
		fmt.Fprintf(o.Log, "%v\n", err)
	}

	cfg, asThen := cfg.AsBegun(dir)
	if asThen {
		fmt.Fprintf(o.Log, "the run in %s was begun by an earlier program: its data are divided as that did it\n", dir)
	}
	f, err := readFormer(dir, o.Log)
	if err == nil && f != nil {
		err = f.noteKilled(o.Log)
	}
	switch {
	case err != nil:
		return nil, err
	case f != nil:
		var finished *Manifest
		if r, finished, err = f.resume(ctx, cfg, o); err != nil || finished != nil {
			return finished, err
		}
	case o.Extend:
		return nil, fmt.Errorf("training: -extend: %s holds no run to go on with", dir)
	case r == nil:
		if r, err = newRun(ctx, cfg, o.Log); err != nil {
			return nil, err
		}
	}
	if f == nil {
		if err := r.inspect(ctx, o.Log); err != nil {
			return nil, err
		}
	}
	r.dir, r.log, r.hook, r.now = dir, o.Log, o.hook, o.now
	r.store = checkpoints.Store{Dir: dir, Keep: cfg.Train.Checkpoint.Keep, FS: checkpoints.OS{}}
	r.manifest = Manifest{
		Name: cfg.Name, Model: cfg.ModelKind(), Seed: cfg.Seed,
		Program: programInfo(),
		Data: DataManifest{
			Kind: cfg.DataKind(), SHA256: r.splits.SHA256, Dir: r.folder,
			Train: r.splits.Train.Len(), Valid: r.splits.Valid.Len(), Test: r.splits.Test.Len(),
		},
	}
	if f != nil && f.manifest != nil {
		r.manifest.Program.Started = f.manifest.Program.Started
		r.manifest.ExamplesPerSecond = f.manifest.ExamplesPerSecond
		r.manifest.FitSeconds = f.manifest.FitSeconds
		if f.manifest.Status != statusFinished {
			r.manifest.Warnings = f.manifest.Warnings
		}
		r.earlier = f.manifest.Seconds
	}
	err = r.ended(func() error {
		if err := r.begin(f, cfg); err != nil {
			return err
		}
		m, err = r.train(ctx, o.Terminal)
		return err
	})
	return m, err
}

// newRun opens the data of an experiment and builds its model for a run from the beginning.
func newRun(ctx context.Context, cfg experiments.Config, log io.Writer) (*run, error) {
	splits, folder, t, err := prepare(ctx, cfg, whereabouts{})
	if err != nil {
		return nil, err
	}
	r := &run{trainer: t, splits: splits, folder: folder, meter: t.meter()}
	if err := r.firstWeights(nil, log); err != nil {
		return nil, err
	}
	return r, rehearse(ctx, cfg, splits, log)
}

// firstWeights takes those that the experiment has from a checkpoint, which are to be those of
// an origin, if it is known.
func (r *run) firstWeights(began *Origin, log io.Writer) error {
	origin, taken, err := r.initialise(began)
	if err != nil || origin == nil {
		return err
	}
	r.progress.Init = origin
	fmt.Fprintf(log, "%d of %d tensors begin with those of %s, step %d, SHA-256 %s\n",
		len(taken), len(r.params.All()), r.cfg.Train.Init.From, origin.Step, origin.SHA256)
	return nil
}

// inspect tells what training is likely to suffer from.
func (r *run) inspect(ctx context.Context, log io.Writer) error {
	seen, err := inspect(ctx, r.cfg, r.splits)
	if err != nil {
		return err
	}
	for _, note := range r.said(r.splits) {
		fmt.Fprintln(log, note)
	}
	for _, warning := range seen.warnings {
		fmt.Fprintf(log, "warning: %s\n", warning)
	}
	return nil
}

// run is an experiment in its folder.
type run struct {
	*trainer
	dir       string
	splits    *data.Splits
	folder    string // the absolute path of the data's, "" where the experiment names none
	log       io.Writer
	meter     *meter
	evaluator *evaluator // of the trainer's experiment
	store     checkpoints.Store
	model     *trained.Model // what the pictures are made with and the figures are measured of; nil before the first
	manifest  Manifest
	progress  progress
	configs   []experiments.Config // before each change of the history, and after the last
	history   []experiments.Change // those of progress, and those to come
	next      *trainer             // of the last of configs, where it is made already
	report    *reporter
	earlier   float64 // seconds of earlier processes
	started   time.Time
	saved     int // step of the newest checkpoint, -1 for none

	hook func(step int, t *trainer) // of a test, after each step
	now  func() time.Time           // the clock of a test
}

// begin writes what a new run begins with, or restores the newest checkpoint of
// an old one. A change of keys is part of the run as soon as run.json has it.
func (r *run) begin(f *former, cfg experiments.Config) error {
	r.started, r.saved = time.Now(), -1
	if f == nil {
		r.configs = []experiments.Config{cfg}
		if err := writeConfig(r.dir, cfg); err != nil {
			return err
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
	if err := writeMetrics(r.dir, r.progress.Records); err != nil {
		return err
	}
	if err := r.writeManifest(statusRunning); err != nil {
		return err
	}
	if f == nil {
		return nil
	}
	return f.writeConfig(cfg)
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
	} else if r.step >= r.total() {
		what = fmt.Sprintf("all %d steps made", r.step)
	}
	fmt.Fprintf(r.log, "%s: %s with %d parameters on %s (%d + %d + %d examples), %s, in %s\n",
		r.cfg.Name, r.manifest.Model, r.manifest.Parameters, r.manifest.Data.Kind,
		r.manifest.Data.Train, r.manifest.Data.Valid, r.manifest.Data.Test, what, r.dir)
	r.report = newReporter(r.log, terminal, r.trainer, r.now)
	defer r.report.close()
	if n := len(r.progress.Records); n > 0 && r.progress.Records[n-1].Step == r.step {
		r.draw(r.progress.Records[n-1]) // the run may have been stopped between the checkpoint and its pictures
	}

	if r.saved < 0 && (r.cfg.Train.OnNonFinite.Rollback || r.progress.Init != nil) {
		if err := r.save(); err != nil { // what can be gone back to, and needs no other file
			return nil, err
		}
	}
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
