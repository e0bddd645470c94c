package training

import "latentspace/experiments"

// A lap is a stretch of a run with one size of batches. Steps are counted through all of them,
// and so are epochs; batches are counted anew, so that an epoch is perEpoch of them.
//
// A new size takes over in the middle of an epoch, whose order stays: its first batch is the
// next one of that size which has no example that the epoch has seen. At most one example less
// than a batch is passed over, and none is seen twice.
type lap struct {
	since    int // the step before its first
	first    int // the number of its first batch
	perEpoch int // batches
	batch    int // examples
}

// batches returns the number of the first batch of the step after some steps.
func (t *trainer) batches(steps int) int {
	l := t.lap(steps)
	return l.first + (steps-l.since)*t.perStep
}

// lap is the one that the step after some steps belongs to.
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

// epoch returns the number of epochs that are complete after some steps. A step
// with several batches can reach over the end of an epoch.
func (t *trainer) epoch(steps int) int { return t.batches(steps) / t.lap(steps).perEpoch }

// follow makes the trainer, of the last of the experiments, one of a run of n examples that was
// trained with the others before: each until the step of a change.
func (t *trainer) follow(configs []experiments.Config, history []experiments.Change, n int) {
	if _, ok := t.fitted(); ok {
		return
	}
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
