package training

import (
	"context"
	"errors"
	"fmt"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/internal/panics"
	"latentspace/internal/safejson"
	"latentspace/latent"
	"latentspace/latent/fitting"
	"latentspace/rundir"
	"latentspace/trained/saved"
)

// priorCodes is how many codes of the training set a prior is fitted to at most.
const priorCodes = 20_000

// fitPrior fits the prior that the experiment asks for to codes by the weights that are sampled.
// It is a function of these, the experiment and the training set; nil where none is asked for.
func (t *trainer) fitPrior(ctx context.Context, splits *data.Splits) (*saved.KeptPrior, error) {
	asked := t.cfg.Train.Prior
	if asked.Fit == "" {
		return nil, nil
	}
	m, err := untrained(t.cfg, t.told)
	if err == nil {
		err = m.Load(t.weights())
	}
	if err != nil {
		return nil, err
	}
	train := splits.Drawn(splits.Train, t.cfg.Seed)
	some := data.Subset(train, data.Some(train.Len(), priorCodes, t.cfg.Seed, "prior"))
	prior, fitted, err := m.FitPrior(ctx, some, some.Len(), asked.Spec(t.cfg.Seed))
	if err != nil {
		return nil, err
	}
	kept, ok := prior.(latent.Kept)
	if !ok {
		return nil, fitting.CheckKept(asked.Fit)
	}
	return &saved.KeptPrior{Prior: saved.Prior{Kind: asked.Fit, Fitted: fitted}, Distribution: kept}, nil
}

// describePrior adds a prior to a checkpoint; nothing if there is none.
func describePrior(k *saved.KeptPrior, c *checkpoints.Checkpoint) error {
	if k == nil {
		return nil
	}
	text, err := safejson.Marshal(k.Prior)
	if err != nil {
		return fmt.Errorf("training: %s: %w", saved.MetaPrior, err)
	}
	c.Meta[saved.MetaPrior] = string(text)
	for name, v := range k.Distribution.Tensors() {
		c.Tensors[saved.PriorPrefix+name] = v
	}
	return nil
}

// hasPrior reports whether a checkpoint keeps a prior.
func hasPrior(c *checkpoints.Checkpoint) bool {
	return len(saved.Under(c.Tensors, saved.PriorPrefix)) > 0
}

// keepPrior fits the prior of train.prior, saves the last checkpoint with it, and draws the
// pictures of samples anew. A prior that cannot be fitted is reported, kept as a warning of the
// run, and left out.
func (r *run) keepPrior(ctx context.Context) error {
	var kept *saved.KeptPrior
	err := panics.Caught(func() (err error) {
		kept, err = r.fitPrior(ctx, r.splits)
		return err
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.warn(fmt.Sprintf("train.prior: no prior is fitted: %v", err))
		return nil
	}
	if kept == nil {
		return nil
	}
	r.kept, r.manifest.Prior = kept, &kept.Prior
	if err := r.save(); err != nil {
		return err
	}
	r.report.line("prior: %v", kept)
	if n := r.cfg.Train.Samples; n > 0 && r.team.First() {
		if err := panics.Caught(func() error { return r.sampleFrom(kept, n) }); err != nil {
			r.report.line("step %d: a picture is left out: %v", r.step, err)
		}
	}
	return nil
}

// sampleFrom draws the picture of samples from a prior that was fitted.
func (r *run) sampleFrom(kept *saved.KeptPrior, n int) error {
	m, err := r.current()
	if err != nil || !m.CanDecode() {
		return err
	}
	r.model = m.With(kept.Distribution)
	return r.samples(n)
}

// comparePrior adds to the checkpoint of a replay the prior that the run's has, or should have as
// the last of a finished run.
func (r *replay) comparePrior(ctx context.Context, own, stored *checkpoints.Checkpoint) error {
	m := r.former.manifest
	last := m.Status == rundir.Finished && r.step == m.Step && r.done == len(r.former.history)
	if !last && !hasPrior(stored) {
		return nil
	}
	kept, err := r.fitPrior(ctx, r.splits)
	if err != nil && (hasPrior(stored) || ctx.Err() != nil) {
		return errors.Join(fmt.Errorf("training: step %d: the prior of train.prior", r.step), err)
	}
	if err != nil { // nor could the run fit it
		return nil
	}
	return describePrior(kept, own)
}
