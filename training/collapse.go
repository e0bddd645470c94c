package training

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"latentspace/checkpoints"
	"latentspace/internal/panics"
	"latentspace/metrics"
	"latentspace/rundir"
	"latentspace/training/watch"
)

// collapse is the error of a step whose samples are alike, where the run is to go back.
type collapse struct{ step, to int }

func (c *collapse) Error() string {
	return fmt.Sprintf("training: step %d: the samples are alike", c.step)
}

// look measures the variety of samples of the present weights, not averaged, since an average falls
// later than what it is of: a checkpoint between would be taken for good. A model that is not watched
// has none, nil. Samples that become alike are a warning, which names the last checkpoint whose
// samples were not; if the experiment allows rollbacks, the error is a collapse. Of any other error
// only the end of ctx is returned. terms are those of the training since the last record.
func (r *run) look(ctx context.Context, terms rundir.Metrics) (*rundir.Estimate, error) {
	if !r.cfg.Watched() || r.told.Schema.IsText() {
		return nil, nil
	}
	var d metrics.Estimate
	err := panics.Caught(func() error {
		m, err := r.current()
		if err != nil {
			return err
		}
		if err := m.Load(r.moment()); err != nil {
			return err
		}
		if r.variance.Value == 0 {
			if r.variance, err = watch.Variance(m, r.splits.Drawn(r.splits.Train, r.cfg.Seed), r.cfg.Seed); err != nil {
				return err
			}
		}
		d, err = watch.Diversity(ctx, m, r.variance, r.cfg.Seed)
		return err
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		r.report.line("step %d: the variety of samples is not known: %v", r.step, err)
		return nil, nil
	}
	if r.progress.Watch == nil {
		r.progress.Watch = &watch.State{}
	}
	s, before := r.progress.Watch, r.progress.Watch.Collapsed
	seen := &rundir.Estimate{Value: d.Value, Error: d.Error}
	if s.Look(r.step, d.Value) {
		return seen, r.collapsed(terms)
	}
	if before > 0 && s.Collapsed == 0 {
		r.report.line("step %d: the samples vary again: their diversity is %.2g", r.step, d.Value)
	}
	return seen, nil
}

// collapsed warns that samples have become alike. Its error is a collapse if the run is to go back.
func (r *run) collapsed(terms rundir.Metrics) error {
	s, o := r.progress.Watch, r.cfg.Train.OnCollapse
	warning := fmt.Sprintf("step %d: the samples have become alike: the variance of samples over that of the data is %.2g, and was %.2g at step %d", s.Step, s.Diversity, s.Highest, s.At)
	if told := discriminated(terms); told != "" {
		warning += "; " + told
	}
	done := 0
	for _, b := range r.progress.Rollbacks {
		if b.Collapse {
			done++
		}
	}
	changed := 0 // no rollback goes back beyond a change
	if n := len(r.progress.Changes); n > 0 {
		changed = r.progress.Changes[n-1].Step
	}
	back := o.Rollback && done < o.Tries && s.Good > 0 && s.Good >= changed
	last := "no checkpoint has varied samples"
	if s.Good > 0 {
		last = "the last good checkpoint is " + filepath.Base(r.store.Path(s.Good))
	}
	warning += "; " + last
	switch {
	case back:
		warning += fmt.Sprintf("; the run goes back to it (%d of %d)", done+1, o.Tries)
	case o.Rollback && done >= o.Tries:
		warning += fmt.Sprintf("; the run went back %d times already", done)
	case o.Rollback && s.Good > 0:
		warning += fmt.Sprintf("; no rollback goes back beyond the change at step %d", changed)
	case !o.Rollback && s.Good > 0:
		warning += "; train.on_collapse.rollback=true goes back to it"
	}
	r.warn(warning)
	if back {
		return &collapse{s.Step, s.Good}
	}
	return nil
}

// discriminated says how well the discriminator tells data from samples, if its phase has those
// terms: near 100 % of both it is so far ahead that the generator learns nothing.
func discriminated(terms rundir.Metrics) string {
	var parts []string
	for _, side := range []struct{ term, of string }{{"accuracy_real", "data"}, {"accuracy_fake", "samples"}} {
		for _, m := range terms {
			if m.Name == side.term || strings.HasSuffix(m.Name, "."+side.term) {
				parts = append(parts, fmt.Sprintf("%.0f %% of the %s", 100*m.Value, side.of))
			}
		}
	}
	if parts == nil {
		return ""
	}
	return "its discriminator told " + strings.Join(parts, " and ") + " rightly"
}

// leave goes back from a collapse to the last good checkpoint, and on with a smaller learning rate.
// Later checkpoints are deleted, and that one is saved again with the rollback: so a run that is
// killed at any moment goes back too, and a replay begins there.
func (r *run) leave(from *collapse) error {
	done, path := r.progress.Rollbacks, r.store.Path(from.to)
	if err := r.team.Agree(nil); err != nil { // all is written by now
		return err
	}
	c, err := checkpoints.Read(path)
	if err := r.team.Agree(err); err != nil {
		return err
	}
	if r.team.First() {
		if err := r.store.DeleteAfter(from.to); err != nil {
			return err
		}
	}
	p, err := r.restore(c, r.splits.SHA256, r.meter)
	if err != nil {
		return fmt.Errorf("training: %s: %w", path, err)
	}
	p.Rollbacks = append(done, rollback{Step: from.step, To: from.to, Why: "the samples are alike", LRScale: r.cfg.Train.OnCollapse.LRScale, Collapse: true})
	r.progress, r.trainer.rate, r.store.Best = p, p.rate(), 0
	r.report.line("back to step %d, and on with %.3g of the learning rate", from.to, r.trainer.rate)
	if err := r.rewriteRecords(); err != nil {
		return err
	}
	return r.save()
}
