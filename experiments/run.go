package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"time"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/models"
	"latentspace/nn/tensor"
	"latentspace/trained"
)

// Options say where and how an experiment runs.
type Options struct {
	Dir      string    // the run's folder; runs/ and the experiment's name if empty
	Fresh    bool      // move an old run in the folder aside
	Log      io.Writer // progress and remarks, in whole lines unless Terminal
	Terminal bool      // Log is a terminal: show a bar
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

	begun, err := sameConfig(dir, cfg)
	if err != nil {
		return nil, err
	}
	old, err := readManifest(dir)
	if err != nil && !begun {
		return nil, err
	}
	if old != nil && old.Status == statusFinished && old.whole(dir, o.Log) {
		fmt.Fprintf(o.Log, "%s is finished: step %d, %s\n", dir, old.Step, formatMetrics(old.Metrics.Test))
		return old, nil
	}

	if t == nil {
		if splits, t, err = prepare(ctx, cfg); err != nil {
			return nil, err
		}
	}
	r := &run{
		trainer: t, dir: dir, splits: splits, log: o.Log, meter: t.meter(),
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

// prepare opens the data of an experiment and builds its model.
func prepare(ctx context.Context, cfg Config) (*data.Splits, *trainer, error) {
	splits, err := cfg.Data.Open(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, fmt.Errorf("%w before the first step", ErrInterrupted)
		}
		return nil, nil, err
	}
	if err := checkRange(cfg.Model, splits.Train); err != nil {
		return nil, nil, err
	}
	debug.FreeOSMemory() // reading files leaves as much behind as they hold
	t, err := newTrainer(cfg, splits.Train.Shape(), splits.Train.Len())
	return splits, t, err
}

// checkRange reports values that a model's likelihood does not know, in the first
// thousand examples.
func checkRange(m models.Model, ds data.Dataset) error {
	u, ok := m.(interface{ UnitInterval() (key, instead string) })
	if !ok {
		return nil
	}
	key, instead := u.UnitInterval()
	if key == "" {
		return nil
	}
	x := make([]float32, tensor.Size(ds.Shape()))
	for i := range min(1000, ds.Len()) {
		if err := ds.Read(i, x); err != nil {
			return err
		}
		for _, v := range x {
			if !(v >= 0 && v <= 1) {
				return fmt.Errorf("experiments: %s wants values in [0, 1], and example %d of the training set has %v; use %s", key, i, v, instead)
			}
		}
	}
	return nil
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
	model     *trained.Model // what the pictures are made with; nil before the first
	manifest  Manifest
	progress  progress
	report    *reporter
	earlier   float64 // seconds of earlier processes
	started   time.Time
	saved     int // step of the newest checkpoint, -1 for none
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
	if err := writeMetrics(r.dir, r.progress.Epochs); err != nil {
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
	defer stop()
	what := fmt.Sprintf("steps %d to %d", r.step+1, r.total())
	if _, ok := r.fitted(); ok {
		what = "fitted at once"
	}
	fmt.Fprintf(r.log, "%s: %s with %d parameters on %s (%d + %d + %d examples), %s, in %s\n",
		r.cfg.Name, r.manifest.Model, r.manifest.Parameters, r.manifest.Data.Kind,
		r.manifest.Data.Train, r.manifest.Data.Valid, r.manifest.Data.Test, what, r.dir)
	r.report = newReporter(r.log, terminal, r.trainer)
	defer r.report.close()
	if n := len(r.progress.Epochs); n > 0 && r.progress.Epochs[n-1].Step == r.step {
		r.draw() // the run may have been stopped between the checkpoint and its pictures
	}

	for {
		if r.epochDue() {
			err = r.endEpoch(ctx)
		} else if r.step == r.total() {
			break
		} else if err = ctx.Err(); err == nil {
			err = step()
		}
		if ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())) {
			return nil, r.interrupted()
		}
		if err != nil {
			return nil, r.failed(err)
		}
	}
	return r.finish(ctx)
}

// steps returns what makes a step, and what ends the reading of batches.
func (r *run) steps(ctx context.Context) (step func() error, stop func(), err error) {
	if m, ok := r.fitted(); ok {
		return func() error { return r.fit(ctx, m) }, func() {}, nil
	}
	stream, err := data.NewStream(r.splits.Train, data.StreamOptions{
		Batch: r.cfg.Train.Batch, Seed: r.cfg.Seed, Binarize: r.splits.Binarize, Start: r.step * r.perStep,
	})
	if err != nil {
		return nil, nil, err
	}
	next := func() (*data.Batch, error) { return stream.Next(ctx) }
	return func() error { return r.stepOnce(next) }, stream.Close, nil
}

// epochDue reports whether an epoch is complete that has no record.
func (r *run) epochDue() bool {
	recorded := 0
	if n := len(r.progress.Epochs); n > 0 {
		recorded = r.progress.Epochs[n-1].Epoch
	}
	return r.epoch(r.step) > recorded
}

// stepOnce makes a training step and saves a checkpoint where one is due.
func (r *run) stepOnce(next func() (*data.Batch, error)) error {
	start := time.Now()
	if err := r.trainer.run(next, r.meter); err != nil {
		return err
	}
	r.report.step(r.step, r.epoch(r.step-1), time.Since(start), r.meter)
	if every := r.cfg.Train.Checkpoint.Every; every > 0 && r.step%every == 0 && !r.epochDue() {
		return r.save()
	}
	return nil
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

// save writes a checkpoint and then the manifest.
func (r *run) save() error {
	c, err := r.checkpoint(r.splits.SHA256, r.meter, r.progress)
	if err != nil {
		return err
	}
	if r.progress.Best != nil {
		r.store.Best = r.progress.Best.Step
	}
	path, err := r.store.Save(r.step, c)
	if path == "" {
		return err
	}
	if err != nil { // the checkpoint is safe; an old one could not be deleted
		r.report.line("%v", err)
	}
	r.saved, r.manifest.Checkpoint = r.step, filepath.Base(path)
	return r.writeManifest(statusRunning)
}

// interrupted saves and says how to go on.
func (r *run) interrupted() error {
	r.report.close()
	if _, ok := r.fitted(); ok && r.step == 0 {
		return errors.Join(fmt.Errorf("%w before the fit was done; the same command begins it again", ErrInterrupted),
			r.writeManifest(statusInterrupted))
	}
	if r.saved != r.step || r.epochDue() {
		if err := r.save(); err != nil {
			return fmt.Errorf("%w at step %d, and not saved: %w", ErrInterrupted, r.step, err)
		}
	}
	if err := r.writeManifest(statusInterrupted); err != nil {
		return err
	}
	return fmt.Errorf("%w at step %d of %d: saved %s; the same command goes on from there",
		ErrInterrupted, r.step, r.total(), filepath.Join(r.dir, r.manifest.Checkpoint))
}

// failed notes the error in the manifest and tells it.
func (r *run) failed(err error) error {
	r.report.close()
	var bad *NonFiniteError
	if errors.As(err, &bad) && r.manifest.Checkpoint != "" {
		bad.Last = filepath.Join(r.dir, r.manifest.Checkpoint)
	}
	r.manifest.Error = err.Error()
	return errors.Join(err, r.writeManifest(statusFailed))
}

// finish measures the test set and writes the manifest of the finished run.
func (r *run) finish(ctx context.Context) (*Manifest, error) {
	test, err := r.evaluator.run(ctx, r.weights(), r.splits.Test, r.splits.Binarize)
	if ctx.Err() != nil {
		return nil, r.interrupted()
	}
	if err != nil {
		return nil, r.failed(err)
	}
	r.report.close()
	r.manifest.Metrics.Test = test
	if err := r.writeManifest(statusFinished); err != nil {
		return nil, err
	}
	fmt.Fprintf(r.log, "finished %s after %s  test: %s  %.0f examples/s\n", r.dir,
		time.Duration(r.manifest.Seconds*float64(time.Second)).Round(100*time.Millisecond), formatMetrics(test), r.manifest.ExamplesPerSecond)
	return &r.manifest, nil
}

// writeManifest brings the manifest up to date and writes it.
func (r *run) writeManifest(status string) error {
	m := &r.manifest
	m.Status, m.Step, m.Epoch = status, r.step, r.epoch(r.step)
	m.ParamsSHA256 = checkpoints.Hash(r.params.All())
	m.Seconds = r.earlier + time.Since(r.started).Seconds()
	m.Best = r.progress.Best
	if n := len(r.progress.Epochs); n > 0 {
		m.Metrics.Train, m.Metrics.Valid = r.progress.Epochs[n-1].Train, r.progress.Epochs[n-1].Valid
	}
	if r.report != nil && len(r.report.times) > 0 {
		m.ExamplesPerSecond = r.report.examplesPerSecond()
	}
	return m.write(r.dir)
}
