package experiments

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

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
	if r.progress.Stopped != "" {
		fmt.Fprintln(r.log, r.progress.Stopped)
	}
	fmt.Fprintf(r.log, "finished %s after %s  test: %s  %.0f examples/s\n", r.dir,
		time.Duration(r.manifest.Seconds*float64(time.Second)).Round(100*time.Millisecond), formatMetrics(test), r.manifest.ExamplesPerSecond)
	return &r.manifest, nil
}
