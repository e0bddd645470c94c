package training

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"latentspace/checkpoints"
	"latentspace/export"
	"latentspace/internal/safejson"
	"latentspace/trained/saved"
)

// rollback records a step that failed, and the step that the run went back to.
type rollback struct {
	Step    int     `json:"step"`
	To      int     `json:"to"`
	Why     string  `json:"why"`
	LRScale float64 `json:"lr_scale,omitempty"` // of train.on_nonfinite, or of train.on_collapse, at that time

	Collapse bool `json:"collapse,omitempty"` // of the samples; else a number was not finite
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

// goBack handles the error of a step. From a collapse the run goes back. If a loss or gradient was not finite, it writes the state to
// a file and, if the experiment allows rollbacks, goes back to a checkpoint. It returns any other
// error.
func (r *run) goBack(err error) error {
	var bad *NonFiniteError
	if from, ok := errors.AsType[*collapse](err); ok {
		return r.leave(from)
	}
	if !errors.As(err, &bad) {
		return err
	}
	if r.manifest.Checkpoint != "" {
		bad.Last = filepath.Join(r.dir, r.manifest.Checkpoint)
	}
	if !r.team.First() {
		// the first process keeps what there is to see
	} else if file, writeErr := r.inspection(bad); writeErr != nil {
		r.report.line("%v", writeErr)
	} else {
		bad.State = file
	}
	o := r.cfg.Train.OnNonFinite
	done := r.progress.Rollbacks
	for _, b := range done {
		if !b.Collapse {
			bad.Tried++
		}
	}
	tried := bad.Tried
	if !o.Rollback {
		bad.Tried = -1
	}
	if !o.Rollback || tried >= o.Tries {
		return err
	}
	p, step, backErr := r.before(r.step)
	if backErr != nil {
		return errors.Join(err, backErr)
	}
	p.Rollbacks = append(done, rollback{Step: bad.Step, To: step, Why: fmt.Sprintf("%s is %v", bad.What, bad.Value), LRScale: o.LRScale})
	r.progress, r.trainer.rate, r.saved = p, p.rate(), step
	r.report.line("%v\nback to step %d, and on with %.3g of the learning rate (%d of %d)", err, step, r.trainer.rate, tried+1, o.Tries)
	return r.rewriteRecords()
}

// before loads the newest checkpoint older than a step. A checkpoint of the step itself, whose
// weights failed at once, is used only if there is no older one. No checkpoint before the last
// change of the run's keys is used.
func (r *run) before(at int) (progress, int, error) {
	if err := r.team.Agree(nil); err != nil { // all is written by now
		return progress{}, 0, err
	}
	p, step, err := r.newestBefore(at)
	if err := r.team.Agree(err); err != nil {
		return p, step, err
	}
	return p, step, r.team.Same("checkpoint to go back to", fmt.Sprintf("step %d", step))
}

func (r *run) newestBefore(at int) (progress, int, error) {
	steps, err := r.store.List()
	if err != nil {
		return progress{}, 0, err
	}
	slices.SortFunc(steps, func(a, b int) int { return b - a })
	changed := 0 // no rollback goes back beyond a change
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

// inspection writes the state of the trainer after a failed step, for inspection: weights, the
// optimizers' state and the gradients of the phase. The file is not a checkpoint and replaces none.
func (r *run) inspection(bad *NonFiniteError) (file string, err error) {
	c := &checkpoints.Checkpoint{Tensors: r.tensors(), Meta: map[string]string{
		saved.MetaStep: strconv.Itoa(bad.Step), "phase": bad.Phase, "what": bad.What, "first": bad.Where,
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
			copy(t.Data, g.Values())
			c.Tensors["grad/"+g.Name] = t
		}
	}
	file = filepath.Join(r.dir, fmt.Sprintf("nonfinite-%08d.safetensors", bad.Step))
	return file, export.File(file, func(w io.Writer) error { return checkpoints.Encode(w, c) })
}

// NonFiniteError reports a loss or gradient that is NaN or infinite; the step changed
// nothing. Without a phase it reports such a weight, which is not saved.
type NonFiniteError struct {
	Step  int    // counted from one
	Phase string //
	What  string // the term, or the gradient's norm
	Value float64
	Terms string // all terms of the phase, with their values
	Where string // the first value that is not finite
	Batch []int  // indices of the examples in the training set
	Tried int    // rollbacks before it, -1 if none are allowed
	Last  string // the newest good checkpoint, "" if there is none
	State string // the file with weights and gradients of the step, "" if there is none
}

func (e *NonFiniteError) Error() string {
	last := e.Last
	if last == "" {
		last = "none"
	}
	state := ""
	if e.State != "" {
		state = "  weights and gradients: " + e.State + "\n"
	}
	if e.Phase == "" {
		return fmt.Sprintf("training: step %d: %s is %v: not saved\n  last good checkpoint: %s\n%s  try a smaller train.optimizer.lr%s",
			e.Step, e.What, e.Value, last, state, e.rollback())
	}
	return fmt.Sprintf("training: step %d: phase %s: %s is %v (%s)\n"+
		"  first in: %s\n"+
		"  batch: examples %s of the training set\n"+
		"  last good checkpoint: %s\n%s"+
		"  try a smaller train.optimizer.lr, a bound on the gradient such as train.clip=1%s",
		e.Step, e.Phase, e.What, e.Value, e.Terms, e.Where, abbreviated(e.Batch), last, state, e.rollback())
}

// rollback says whether a rollback could help, or how many were made.
func (e *NonFiniteError) rollback() string {
	switch {
	case e.Tried < 0:
		return ", or train.on_nonfinite.rollback=true"
	case e.Tried > 0:
		return fmt.Sprintf("; the run went back %d times already", e.Tried)
	}
	return ""
}

// abbreviated lists the first few of many numbers.
func abbreviated(index []int) string {
	const most = 8
	s := strings.Trim(fmt.Sprint(index[:min(most, len(index))]), "[]")
	if more := len(index) - most; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}
