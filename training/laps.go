package training

import (
	"sort"

	"latentspace/experiments"
	"latentspace/models"
)

// A lap is a stretch of a run with one batch size. Steps and epochs are counted over all laps;
// batches are counted within a lap, and perEpoch of them are an epoch.
//
// If the size changes within an epoch, the order of examples stays: the next batch is the first of
// the new size without an example that the epoch has seen. Fewer examples than a batch are skipped,
// and none comes twice.
type lap struct {
	since    int // the number of steps before it
	first    int // the number of its first batch
	perEpoch int // batches
	batch    int // examples
}

// batches returns the number of the first batch of the step that follows the given
// number of steps.
func (t *trainer) batches(steps int) int {
	l := t.lap(steps)
	return l.first + (steps-l.since)*t.perStep
}

// lap returns the lap of the step that follows the given number of steps.
func (t *trainer) lap(steps int) lap {
	for i := len(t.laps) - 1; i > 0; i-- {
		if t.laps[i].since <= steps {
			return t.laps[i]
		}
	}
	return t.laps[0]
}

// total returns the number of steps of the whole run: enough for its last epoch.
func (t *trainer) total() int {
	l := t.laps[len(t.laps)-1]
	return l.since + (t.epochs*l.perEpoch-l.first+t.perStep-1)/t.perStep
}

// epoch returns the number of epochs that are complete after the given number of steps.
// A step with several batches can cross the end of an epoch.
func (t *trainer) epoch(steps int) int { return t.batches(steps) / t.lap(steps).perEpoch }

// updates returns the number of updates that a phase makes in the given number of steps: none in
// those outside its epochs. An optimizer's own count is not it, since that begins anew with another
// rule.
func (t *trainer) updates(p models.Phase, steps int) int {
	if p.From == 0 && p.Until == 0 || len(t.laps) == 0 {
		return steps * p.Steps()
	}
	before := func(epoch float64) int {
		return sort.Search(steps, func(i int) bool { return float64(t.batches(i))/float64(t.lap(i).perEpoch) >= epoch })
	}
	end := steps
	if p.Until != 0 {
		end = before(p.Until)
	}
	return max(0, end-before(p.From)) * p.Steps()
}

// courseOf returns a trainer without weights, which knows the laps of a run: what its epochs and steps
// are. Without the number of examples, which the oldest checkpoints lack, it knows none.
func courseOf(cfg experiments.Config, told models.Data, history []experiments.Change) *trainer {
	t := &trainer{told: told, cfg: cfg, perStep: 1}
	for _, p := range cfg.Model.Phases() {
		t.perStep = max(t.perStep, p.Steps())
	}
	configs, err := cfg.Past(history)
	if err != nil { // the checkpoint cannot be resumed
		configs, history = []experiments.Config{cfg}, nil
	}
	if told.Examples > 0 {
		t.follow(configs, history)
	}
	return t
}

// follow sets the laps of a trainer whose run was trained with earlier experiments first, each up
// to the step of a change. The trainer is that of the last experiment.
func (t *trainer) follow(configs []experiments.Config, history []experiments.Change) {
	if _, ok := t.fitted(); ok {
		return
	}
	n := t.told.Examples // that training sees, some of them more often than the data have them
	size := min(configs[0].Train.Batch, n)
	laps := []lap{{perEpoch: n / size, batch: size}}
	for i, change := range history {
		last := &laps[len(laps)-1]
		size := min(configs[i+1].Train.Batch, n)
		if size == last.batch {
			continue
		}
		number := last.first + (change.Step-last.since)*t.perStep
		next := lap{since: change.Step, perEpoch: n / size, batch: size}
		next.first = number/last.perEpoch*next.perEpoch + min((number%last.perEpoch*last.batch+size-1)/size, next.perEpoch)
		laps = append(laps, next)
	}
	t.laps = laps
}
