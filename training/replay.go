package training

import (
	"context"
	"fmt"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/experiments"
	"latentspace/trained/saved"
)

// replay is a run that is repeated.
type replay struct {
	*trainer
	former  *former
	configs []experiments.Config // before each change of the history, and after the last
	done    int                  // changes that were made
	splits  *data.Splits
	meter   *meter
	store   checkpoints.Store
	kept    []int // steps of checkpoints, rising
	agreed  int   // the last step that was compared
	begun   bool  // averages of statistics had begun there
}

// start restores the newest checkpoint that leaves enough steps to replay; without one the replay
// begins with the first weights. A run that was rolled back is replayed from the oldest checkpoint
// after that: the steps before it do not follow from the experiment alone.
func (r *replay) start(v *Verification, last int) error {
	if _, ok := r.fitted(); ok {
		return nil
	}
	back := max(0, rollbacksOf(r.store.Path(v.To)))
	if back > 0 {
		v.Notes = append(v.Notes, fmt.Sprintf("the run was rolled back %d times: only what came after is replayed", back))
	}
	var fit []int // steps of checkpoints to begin with
	for _, step := range r.kept {
		if step < v.To && (last <= 0 || step <= v.To-last) && rollbacksOf(r.store.Path(step)) == back {
			fit = append(fit, step)
		}
	}
	switch {
	case back > 0 && len(fit) == 0:
		return fmt.Errorf("training: %s: no checkpoint between the last rollback and step %d is left to begin with", v.Dir, v.To)
	case back == 0 && (last <= 0 || len(fit) == 0):
		_, _, err := r.initialise(r.former.origin())
		return err
	}
	step := fit[len(fit)-1]
	if last <= 0 {
		step = fit[0]
	}
	c, err := checkpoints.Read(r.store.Path(step))
	if err != nil {
		return err
	}
	p, err := progressOf(c.Meta)
	if err == nil && len(p.Changes) > len(r.former.history) {
		err = fmt.Errorf("%d changes of the run's keys, want at most the %d that the run has", len(p.Changes), len(r.former.history))
	}
	if err == nil {
		err = r.become(len(p.Changes))
	}
	if err == nil {
		_, err = r.restore(c, r.splits.SHA256, r.meter)
	}
	if err != nil {
		return fmt.Errorf("training: %s: %w", r.store.Path(step), err)
	}
	v.From, r.agreed = step, step
	return nil
}

// become builds the trainer of the run after the given number of changes, with its first weights.
func (r *replay) become(done int) error {
	if done == r.done {
		return nil
	}
	t, err := newTrainer(r.configs[done], r.told)
	if err != nil {
		return err
	}
	t.follow(r.configs[:done+1], r.former.history[:done])
	r.trainer, r.meter, r.done = t, t.meter(), done
	return nil
}

// change makes the next change of the run's keys.
func (r *replay) change() error {
	old, state := r.trainer, r.meter.state()
	if err := r.become(r.done + 1); err != nil {
		return err
	}
	if err := r.succeed(old); err != nil {
		return err
	}
	return r.meter.restore(state)
}

// changeDue reports whether the keys change at this step: before the next step is made, or before
// the comparison if the checkpoint was saved after the change.
func (r *replay) changeDue(at int, stored progress) bool {
	return r.done < len(r.former.history) && r.former.history[r.done].Step <= r.step && (r.step < at || r.done < len(stored.Changes))
}

// run makes the steps, and compares at each checkpoint.
func (r *replay) run(ctx context.Context, v *Verification, report *reporter) error {
	step, stop, err := r.stepper(ctx, report)
	if err != nil {
		return err
	}
	defer func() { stop() }() // another one after a change
	unread := 0
	for _, at := range r.kept {
		if at <= r.step {
			continue
		}
		var stored progress
		c, unreadable := checkpoints.Read(r.store.Path(at))
		if unreadable == nil {
			stored, unreadable = progressOf(c.Meta)
		}
		for r.step < at || r.changeDue(at, stored) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if r.changeDue(at, stored) {
				if err := r.change(); err != nil {
					return err
				}
				stop()
				if step, stop, err = r.stepper(ctx, report); err != nil {
					return err
				}
				continue
			}
			if err := step(); err != nil {
				return err
			}
		}
		if unreadable != nil {
			v.Notes = append(v.Notes, fmt.Sprintf("step %d cannot be compared: %v", at, unreadable))
			unread++
			continue
		}
		v.Checked = append(v.Checked, at)
		own, err := r.checkpoint(r.splits.SHA256, r.meter, progress{})
		if err == nil {
			err = r.comparePrior(ctx, own, c)
		}
		if err != nil {
			return err
		}
		began := r.statistics(own, c, at)
		if !v.compare(own.Tensors, c.Tensors) {
			v.Between, v.To = &[2]int{r.agreed, at}, at
			return nil
		}
		if began {
			if err := r.loadAverages(c, at); err != nil {
				return fmt.Errorf("training: %s: %w", r.store.Path(at), err)
			}
		}
		r.agreed = at
	}
	if len(v.Checked) == 0 {
		return fmt.Errorf("training: %s: no checkpoint after step %d to compare with", v.Dir, r.agreed)
	}
	v.Agrees = unread == 0
	return nil
}

// statistics fits the averages of the layers' statistics in a checkpoint of the replay to that of
// the run. Earlier programs had none: a program that went on from such a checkpoint began them there,
// and saved it once more with them if it changed a key there. It reports whether they begin here.
func (r *replay) statistics(own, stored *checkpoints.Checkpoint, at int) (begin bool) {
	before := r.begun
	r.begun = true
	for name := range r.averaged {
		full := saved.AveragePrefix + name
		switch has := stored.Tensors[full]; {
		case has == nil:
			delete(own.Tensors, full)
			begin, r.begun = true, false
		case !before && has.Equal(r.moving(name, at)):
			own.Tensors[full] = has
			begin = true
		}
	}
	return begin
}

// stepper returns what makes a step.
func (r *replay) stepper(ctx context.Context, report *reporter) (step func() error, stop func(), err error) {
	if m, ok := r.fitted(); ok {
		return func() error {
			r.step = 1
			return m.Fit(ctx, r.splits.Drawn(r.splits.Train, r.cfg.Seed), r.params)
		}, func() {}, nil
	}
	stream, err := r.stream(r.splits)
	if err != nil {
		return nil, nil, err
	}
	next := func() (*data.Batch, error) { return stream.Next(ctx) }
	return func() error {
		start := report.now()
		if err := r.trainer.run(next, r.meter); err != nil {
			return err
		}
		report.step(r.step, r.epoch(r.step-1), report.now().Sub(start), r.meter)
		return nil
	}, stream.Close, nil
}
