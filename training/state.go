package training

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"latentspace/checkpoints"
	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
	"latentspace/kernel"
	"latentspace/models"
	"latentspace/rundir"
	"latentspace/tensor"
	"latentspace/trained/saved"
	"latentspace/training/watch"
)

// The names of tensors and metadata in a checkpoint. Nothing in it depends on
// time or place: a run that was resumed and one that was not write the same bytes. Package saved has
// the names of what a model alone is made of.
const (
	optimPrefix = "optim/" // then the phase's name and '/'

	metaEpoch = "epoch"
	metaData  = "data_sha256"
	metaMeter = "train_meter"
)

// progress is what the loop remembers between steps, beside tensors. Unused fields are
// omitted; checkpoints that were written before a field existed still load.
type progress struct {
	Records   []rundir.Record `json:"epochs"`              // in the order of steps
	Evaluated int             `json:"evaluated,omitempty"` // the step of the last evaluation
	Best      *rundir.Best    `json:"best,omitempty"`
	Stall     *stall          `json:"stall,omitempty"`
	Stopped   string          `json:"stopped,omitempty"` // why the run ends before its last step

	Watch     *watch.State         `json:"watch,omitempty"`     // over the variety of samples; nil of a model that is not watched
	Rollbacks []rollback           `json:"rollbacks,omitempty"` // in their order
	Changes   []experiments.Change `json:"changes,omitempty"`   // of the keys, so far
	Init      *rundir.Origin       `json:"init,omitempty"`      // of the first weights, where they came from a checkpoint
}

// check reports a past that does not fit the step of the checkpoint.
func (p *progress) check(step int) error {
	last := 0
	for i, r := range p.Records {
		if r.Step < last || r.Step > step {
			return fmt.Errorf("record %d is of step %d, want it from %d to %d", i, r.Step, last, step)
		}
		last = r.Step
	}
	last = 0
	for i, c := range p.Changes {
		if c.Step < last || c.Step > step {
			return fmt.Errorf("change %d of the run's keys is at step %d, want it from %d to %d", i, c.Step, last, step)
		}
		last = c.Step
	}
	return nil
}

// epochs are the records of the ends of epochs.
func (p *progress) epochs() []rundir.Record {
	return slices.DeleteFunc(slices.Clone(p.Records), func(r rundir.Record) bool { return !r.EndsEpoch() })
}

// training describes the training up to a step, for the diagnosis; nil for a model that is fitted
// at once.
func (p *progress) training(c experiments.Config, step int) *evaluation.Training {
	if _, ok := c.Model.(models.Fitted); ok {
		return nil
	}
	t := &evaluation.Training{Steps: step}
	term := experiments.LossOf(c.Model)
	if term == "" {
		return t
	}
	for _, r := range p.epochs() {
		loss, ok := r.Valid.Get(term)
		if !ok {
			loss, ok = r.Train.Get(term)
		}
		if ok {
			t.Losses = append(t.Losses, loss)
		}
	}
	return t
}

// figures returns the figures of the last evaluation, nil before the first.
func (p *progress) figures() rundir.Figures {
	for _, r := range slices.Backward(p.Records) {
		if r.Step == p.Evaluated {
			return r.Figures
		}
	}
	return nil
}

// checkpoint returns all that sampling, evaluating and going on need. A weight that is
// not finite is an error.
func (t *trainer) checkpoint(dataHash string, m *meter, p progress) (*checkpoints.Checkpoint, error) {
	for name, v := range t.params.All() {
		if i := kernel.FirstNonFinite(v.Data); i >= 0 {
			return nil, &NonFiniteError{Step: t.step, What: fmt.Sprintf("parameter %s, element %d", name, i), Value: float64(v.Data[i])}
		}
	}
	c := &checkpoints.Checkpoint{Tensors: t.tensors()}
	config, err := t.cfg.YAML()
	if err != nil {
		return nil, err
	}
	meterJSON, err := safejson.Marshal(m.state())
	if err != nil {
		return nil, fmt.Errorf("training: %w", err)
	}
	progressJSON, err := safejson.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("training: %w", err)
	}
	c.Meta = map[string]string{
		saved.MetaFormat:   saved.Format,
		saved.MetaStep:     strconv.Itoa(t.step),
		metaEpoch:          strconv.Itoa(t.epoch(t.step)),
		saved.MetaConfig:   string(config),
		metaData:           dataHash,
		metaMeter:          string(meterJSON),
		saved.MetaProgress: string(progressJSON),
	}
	return c, describe(t.told, c)
}

// tensors are all that training changes, by their names in a checkpoint.
func (t *trainer) tensors() map[string]*tensor.Tensor {
	all := map[string]*tensor.Tensor{}
	for name, v := range t.params.All() {
		all[saved.ParamPrefix+name] = v
	}
	for _, ph := range t.phases {
		for name, v := range ph.optimizer.State() {
			all[optimPrefix+ph.Name+"/"+name] = v
		}
	}
	if t.ema != nil {
		for name, v := range t.ema.State() {
			all[saved.EMAPrefix+name] = v
		}
	}
	return all
}

// restore sets the trainer to the state in a checkpoint.
func (t *trainer) restore(c *checkpoints.Checkpoint, dataHash string, m *meter) (progress, error) {
	var p progress
	step, err := strconv.Atoi(c.Meta[saved.MetaStep])
	if err != nil || step < 0 || step > math.MaxInt32 {
		return p, fmt.Errorf("step %q, want a number of steps", c.Meta[saved.MetaStep])
	}
	if err := saved.CheckFormat(c.Meta); err != nil {
		return p, err
	}
	if err := rundir.SameData(dataHash, c.Meta[metaData]); err != nil {
		return p, err
	}
	var s meterState
	if err := untrusted.DecodeJSON([]byte(c.Meta[metaMeter]), &s); err != nil {
		return p, fmt.Errorf("%s: %w", metaMeter, err)
	}
	if err := m.restore(s); err != nil {
		return p, fmt.Errorf("%s: %w", metaMeter, err)
	}
	if err := untrusted.DecodeJSON([]byte(c.Meta[saved.MetaProgress]), &p); err != nil {
		return p, fmt.Errorf("%s: %w", saved.MetaProgress, err)
	}
	if err := p.check(step); err != nil {
		return p, fmt.Errorf("%s: %w", saved.MetaProgress, err)
	}
	if err := t.params.Load(saved.Under(c.Tensors, saved.ParamPrefix)); err != nil {
		return p, err
	}
	for _, ph := range t.phases {
		if err := ph.optimizer.Load(saved.Under(c.Tensors, optimPrefix+ph.Name+"/")); err != nil {
			return p, fmt.Errorf("phase %s: %w", ph.Name, err)
		}
	}
	if t.ema != nil {
		if err := t.loadAverages(c, step); err != nil {
			return p, err
		}
	}
	for i := range p.Rollbacks {
		if p.Rollbacks[i].LRScale == 0 { // saved by a program that did not record it
			p.Rollbacks[i].LRScale = t.cfg.Train.OnNonFinite.LRScale
		}
	}
	t.step, t.rate = step, p.rate()
	return p, nil
}

// loadAverages sets the averages to those in a checkpoint of a step. Earlier programs did not
// average the layers' statistics: these averages begin with the present values.
func (t *trainer) loadAverages(c *checkpoints.Checkpoint, step int) error {
	averages := saved.Under(c.Tensors, saved.EMAPrefix)
	for name := range t.averaged {
		if _, ok := averages["average/"+name]; !ok {
			averages["average/"+name] = t.moving(name, step)
		}
	}
	return t.ema.Load(averages)
}

// succeed gives the trainer the state of another one of the same model. The state of optimizers and
// averages is taken over as far as both have it.
func (t *trainer) succeed(old *trainer) error {
	if err := t.params.Load(old.params.All()); err != nil {
		return err
	}
	for i, p := range t.phases {
		p.optimizer.Inherit(old.phases[i].optimizer)
	}
	switch {
	case t.ema != nil && old.ema != nil:
		if err := t.ema.Load(old.ema.State()); err != nil {
			return err
		}
	case t.ema != nil:
		t.resetAverage()
	}
	t.step, t.rate = old.step, old.rate
	return nil
}
