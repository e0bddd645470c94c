package training

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/rundir"
	"latentspace/training/ranks"
)

// Options says where and how an experiment runs.
type Options struct {
	Dir      string    // the run's folder; runs/ and the experiment's name if empty
	Fresh    bool      // move an old run in the folder aside
	Extend   bool      // let keys of the course of an old run be changed
	Log      io.Writer // progress and remarks, in whole lines unless Terminal
	Terminal bool      // Log is a terminal: show a bar

	// Ranks are processes that divide the shards of each step. Each calls Run with the same experiment and
	// the same folder, which all can read and rank 0 writes. nil for a process by itself.
	Ranks *ranks.World

	hook func(step int, t *trainer) // of a test, after each step
	now  func() time.Time           // the clock of a test, which the steps are timed by
}

// mostDamaged is how many damaged files a manifest names.
const mostDamaged = 1000

// ErrInterrupted is the error of a run that its context stopped, after saving.
var ErrInterrupted = errors.New("interrupted")

// DefaultDir returns the folder of an experiment's run.
func DefaultDir(name string) string { return filepath.Join("runs", name) }

// Run trains an experiment, or goes on with it where it stopped, and returns the
// manifest of the finished run. When ctx ends it saves a checkpoint and returns
// [ErrInterrupted]. If the run is already finished, Run returns its manifest.
//
// The experiment may differ from the run's in keys that no weight depends on. With Extend it may
// also change the course of the training: from its present step on, the run is trained with the new
// values, and the change is part of its history.
func Run(ctx context.Context, cfg experiments.Config, o Options) (m *rundir.Manifest, err error) {
	dir := o.Dir
	if dir == "" {
		dir = DefaultDir(cfg.Name)
	}
	team := teamOf(o.Ranks)
	if err := team.samePlan(dir, cfg, o); err != nil {
		return nil, err
	}
	var r *run
	if o.Fresh { // an old run stays where it is if the new one cannot begin
		r, err = newRun(ctx, cfg, o.Log)
		if err := team.Agree(err); err != nil {
			return nil, err
		}
	}
	release, err := team.open(dir, o)
	defer func() { err = errors.Join(err, release()) }()
	if err != nil {
		return nil, err
	}

	cfg, asThen := cfg.AsBegun(dir)
	if asThen {
		fmt.Fprintf(o.Log, "the run in %s was begun by an earlier program: its data are divided as that did it\n", dir)
	}
	f, err := readFormer(dir, o.Log)
	if err == nil && f != nil {
		f.silent = !team.First()
		err = f.noteKilled(o.Log)
	}
	if err := team.Agree(err); err != nil { // all have read the folder: from here on it may change
		return nil, err
	}
	var finished *rundir.Manifest
	switch {
	case f != nil:
		r, finished, err = f.resume(ctx, cfg, o)
	case o.Extend:
		err = fmt.Errorf("training: -extend: %s holds no run to go on with", dir)
	case r == nil:
		r, err = newRun(ctx, cfg, o.Log)
	}
	if err == nil && f == nil {
		err = r.inspect(ctx, o.Log)
	}
	if err := team.Agree(err); err != nil || finished != nil {
		return finished, err
	}
	if err := r.enter(team, f); err != nil {
		return nil, err
	}
	r.dir, r.log, r.hook, r.now = dir, o.Log, o.hook, o.now
	r.store = checkpoints.Store{Dir: dir, Keep: cfg.Train.Checkpoint.Keep, FS: atomicfile.OS{}}
	r.manifest = rundir.Manifest{
		Name: cfg.Name, Model: cfg.ModelKind(), Seed: cfg.Seed,
		Program: rundir.ThisProgram(),
		Data: rundir.DataManifest{
			Kind: cfg.DataKind(), SHA256: r.splits.SHA256, Dir: r.folder,
			Train: r.splits.Train.Len(), Valid: r.splits.Valid.Len(), Test: r.splits.Test.Len(),
			Damaged: r.splits.Damaged[:min(len(r.splits.Damaged), mostDamaged)],
		},
	}
	if f != nil && f.manifest != nil {
		r.manifest.Program.Started = f.manifest.Program.Started
		r.manifest.ExamplesPerSecond = f.manifest.ExamplesPerSecond
		r.manifest.FitSeconds = f.manifest.FitSeconds
		if f.manifest.Status != rundir.Finished {
			r.manifest.Warnings = f.manifest.Warnings
		}
		r.earlier = f.manifest.Seconds
	}
	err = r.ended(func() error {
		if err := r.begin(f, cfg); err != nil {
			return err
		}
		defer collectEarly()()
		m, err = r.train(team.context(ctx), o.Terminal)
		return err
	})
	return m, err
}

// newRun opens the data of an experiment and builds its model for a run from the beginning.
func newRun(ctx context.Context, cfg experiments.Config, log io.Writer) (*run, error) {
	splits, folder, t, err := prepare(ctx, cfg, rundir.Whereabouts{})
	if err != nil {
		return nil, err
	}
	r := &run{trainer: t, splits: splits, folder: folder, meter: t.meter()}
	if err := r.firstWeights(nil, log); err != nil {
		return nil, err
	}
	return r, rehearse(ctx, cfg, splits, log)
}

// firstWeights loads the weights that the experiment takes from a checkpoint. If their origin is
// known, the checkpoint must be the same.
func (r *run) firstWeights(began *rundir.Origin, log io.Writer) error {
	origin, taken, err := r.initialise(began)
	if err != nil || origin == nil {
		return err
	}
	r.progress.Init = origin
	fmt.Fprintf(log, "%d of %d tensors begin with those of %s, step %d, SHA-256 %s\n",
		len(taken), len(r.params.All()), r.cfg.Train.Init.From, origin.Step, origin.SHA256)
	return nil
}

// inspect logs remarks about the data, and warnings of likely trouble.
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
