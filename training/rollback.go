package training

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"

	"latentspace/checkpoints"
	"latentspace/internal/safejson"
)

// rollback is a step that could not be made, and where the run went back to.
type rollback struct {
	Step    int     `json:"step"`
	To      int     `json:"to"`
	Why     string  `json:"why"`
	LRScale float64 `json:"lr_scale,omitempty"` // that train.on_nonfinite had
}

// rate is the factor of the learning rate after the rollbacks so far. It stays when
// train.on_nonfinite or the learning rate itself is changed.
func (p *progress) rate() float64 {
	rate := 1.0
	for _, r := range p.Rollbacks {
		rate *= r.LRScale
	}
	return rate
}

// goBack answers an error of a step: one that is not finite is written beside, and, if the
// run may go back, undone. Any other error is returned.
func (r *run) goBack(err error) error {
	var bad *NonFiniteError
	if !errors.As(err, &bad) {
		return err
	}
	if r.manifest.Checkpoint != "" {
		bad.Last = filepath.Join(r.dir, r.manifest.Checkpoint)
	}
	if file, writeErr := r.inspection(bad); writeErr != nil {
		r.report.line("%v", writeErr)
	} else {
		bad.State = file
	}
	o := r.cfg.Train.OnNonFinite
	done := r.progress.Rollbacks
	if bad.Tried = len(done); !o.Rollback {
		bad.Tried = -1
	}
	if !o.Rollback || len(done) >= o.Tries {
		return err
	}
	p, step, backErr := r.before(r.step)
	if backErr != nil {
		return errors.Join(err, backErr)
	}
	p.Rollbacks = append(done, rollback{Step: bad.Step, To: step, Why: fmt.Sprintf("%s is %v", bad.What, bad.Value), LRScale: o.LRScale})
	r.progress, r.trainer.rate, r.saved = p, p.rate(), step
	r.report.line("%v\nback to step %d, and on with %.3g of the learning rate (%d of %d)", err, step, r.trainer.rate, len(p.Rollbacks), o.Tries)
	return writeMetrics(r.dir, r.progress.Records)
}

// before restores the newest checkpoint of before a step: the weights with which a step
// failed at once are no good, even where they are finite. Without an older one it is that of
// the step itself. It is never older than the last change of the run's keys.
func (r *run) before(at int) (progress, int, error) {
	steps, err := r.store.List()
	if err != nil {
		return progress{}, 0, err
	}
	slices.SortFunc(steps, func(a, b int) int { return b - a })
	changed := 0 // what was trained with other keys is not gone back to
	if n := len(r.progress.Changes); n > 0 {
		changed = r.progress.Changes[n-1].Step
	}
	for _, wanted := range []func(step int) bool{func(step int) bool { return step < at }, func(step int) bool { return step == at }} {
		for _, step := range steps {
			if !wanted(step) || step < changed {
				continue
			}
			c, err := checkpoints.Read(r.store.Path(step))
			if err != nil {
				r.report.line("%v", err)
				continue
			}
			p, err := r.restore(c, r.splits.SHA256, r.meter)
			if err != nil {
				return p, 0, fmt.Errorf("training: %s: %w", r.store.Path(step), err)
			}
			return p, step, nil
		}
	}
	return progress{}, 0, fmt.Errorf("training: there is no checkpoint to go back to")
}

// inspection writes what the trainer was when a step could not be made, for looking at:
// weights, the optimizers' state and the gradients of the phase. It is no checkpoint, and
// replaces none.
func (r *run) inspection(bad *NonFiniteError) (file string, err error) {
	c := &checkpoints.Checkpoint{Tensors: r.tensors(), Meta: map[string]string{
		metaStep: strconv.Itoa(bad.Step), "phase": bad.Phase, "what": bad.What, "first": bad.Where,
	}}
	batch, err := safejson.Marshal(bad.Batch)
	if err != nil {
		return "", fmt.Errorf("training: %w", err)
	}
	c.Meta["batch"] = string(batch)
	for _, p := range r.phases {
		if p.Name != bad.Phase {
			continue
		}
		for _, g := range p.program.Grads() {
			t := g.Param.Clone()
			copy(t.Data, g.Value)
			c.Tensors["grad/"+g.Name] = t
		}
	}
	file = filepath.Join(r.dir, fmt.Sprintf("nonfinite-%08d.safetensors", bad.Step))
	return file, checkpoints.WriteFile(checkpoints.OS{}, file, func(w io.Writer) error { return checkpoints.Encode(w, c) })
}
