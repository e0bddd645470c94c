package training

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"latentspace/evaluation"
	"latentspace/internal/panics"
	"latentspace/rundir"
)

// interrupted saves a checkpoint and says how to go on.
func (r *run) interrupted() error {
	r.report.close()
	if _, ok := r.fitted(); ok && r.step == 0 {
		return errors.Join(fmt.Errorf("%w before the fit was done; the same command begins it again", ErrInterrupted),
			r.writeManifest(rundir.Interrupted))
	}
	if r.saved != r.step || r.epochDue() {
		if err := r.save(); err != nil {
			return fmt.Errorf("%w at step %d, and not saved: %w", ErrInterrupted, r.step, err)
		}
	}
	if err := r.writeManifest(rundir.Interrupted); err != nil {
		return err
	}
	return fmt.Errorf("%w at step %d of %d: saved %s; the same command goes on from there",
		ErrInterrupted, r.step, r.total(), filepath.Join(r.dir, r.manifest.Checkpoint))
}

// failed records the error in the manifest and returns it; a panic has its stack.
func (r *run) failed(err error) error {
	r.report.close()
	r.manifest.Error = err.Error()
	if p, ok := errors.AsType[*panics.Error](err); ok {
		err = fmt.Errorf("training: %w; please report it with what follows\n%s", err, p.Stack)
	}
	return errors.Join(err, panics.Caught(func() error { return r.writeManifest(rundir.Failed) }))
}

// ended calls f, which begins or resumes the run. If f ends with an error or a panic that is not
// recorded yet, ended records it, so that the manifest does not say running.
func (r *run) ended(f func() error) error {
	err := panics.Caught(f)
	if err != nil && r.manifest.Status == rundir.Running {
		return r.failed(err)
	}
	return err
}

// warn logs what went wrong, and keeps it for the manifest.
func (r *run) warn(warning string) {
	if slices.Contains(r.manifest.Warnings, warning) {
		return // after a rollback a step comes a second time
	}
	r.manifest.Warnings = append(r.manifest.Warnings, warning)
	r.report.line("warning: %s", warning)
}

// judge warns if the model ends far worse than it began, or far worse than the mean of the data. It
// returns the name of the finding, "" for none. The only error is the end of ctx.
func (r *run) judge(ctx context.Context) (verdict string, err error) {
	held, name := r.splits.Test, "test"
	if held.Len() == 0 {
		held, name = r.splits.Valid, "valid"
	}
	if held.Len() == 0 {
		return "", nil
	}
	var found *evaluation.Finding
	err = panics.Caught(func() error {
		m, err := r.current()
		if err != nil {
			return err
		}
		t := Trained{Model: m, Config: r.cfg}
		found, err = evaluation.Outcome(ctx, t.Subject(r.splits, held, name), evaluation.Options{Seed: r.cfg.Seed})
		return err
	})
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		r.warn(fmt.Sprintf("how the run came out is not known: %v", err))
	} else if found != nil {
		r.warn(fmt.Sprintf("%s: %s %s", found.Name, found.Evidence, found.Remedy))
		verdict = ", " + found.Name + ","
	}
	return verdict, nil
}

// variety is what is wrong with that of the samples, "" for nothing.
func (r *run) variety() (name, why string) {
	if r.progress.Watch == nil {
		return "", ""
	}
	return r.progress.Watch.Ended()
}

// finish measures the test set, fits the prior that is kept, and writes the manifest of the
// finished run.
func (r *run) finish(ctx context.Context) (*rundir.Manifest, error) {
	test, err := r.losses(ctx, "test", r.splits.Test)
	if ctx.Err() != nil {
		return nil, r.interrupted()
	} else if err != nil {
		return nil, r.failed(err)
	}
	verdict, err := r.judge(ctx)
	if err != nil {
		return nil, r.interrupted()
	}
	if name, why := r.variety(); name != "" {
		r.warn(why)
		verdict = ", " + name + ","
	}
	if err := r.keepPrior(ctx); ctx.Err() != nil {
		return nil, r.interrupted()
	} else if err != nil {
		return nil, r.failed(err)
	}
	for _, t := range r.tracking {
		if err := t.Finish(ctx, r.progress.Records); err != nil && ctx.Err() == nil {
			r.warn(err.Error())
		}
	}
	r.report.close()
	r.manifest.Metrics.Test = test
	if err := r.writeManifest(rundir.Finished); err != nil {
		return nil, err
	}
	if r.progress.Stopped != "" {
		fmt.Fprintln(r.log, r.progress.Stopped)
	}
	fmt.Fprintf(r.log, "finished %s%s after %s  test: %s%s\n", r.dir, verdict,
		time.Duration(r.manifest.Seconds*float64(time.Second)).Round(100*time.Millisecond), formatMetrics(test), formatRate(r.manifest.ExamplesPerSecond))
	return &r.manifest, nil
}
