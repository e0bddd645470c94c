package training

import (
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/trained/saved"
)

// total returns the number of steps of the whole run: enough for its last epoch.
func (t *trainer) total() int {
	l := t.Laps[len(t.Laps)-1]
	return l.Since + (t.epochs*l.PerEpoch-l.First+t.PerStep-1)/t.PerStep
}

// epoch returns the number of epochs that are complete after the given number of steps.
// A step with several batches can cross the end of an epoch.
func (t *trainer) epoch(steps int) int { return t.Batches(steps) / t.Lap(steps).PerEpoch }

// courseOf returns the course of a run. Without the number of examples, which the oldest checkpoints
// lack, it has no laps.
func courseOf(cfg experiments.Config, told models.Data, history []experiments.Change) saved.Course {
	configs, err := cfg.Past(history)
	if err != nil { // the checkpoint cannot be resumed
		configs, history = []experiments.Config{cfg}, nil
	}
	return saved.CourseOf(cfg.Model, told.Examples, stretches(configs, history))
}

// stretches are the batch sizes of a run that was trained with earlier experiments first, each up to
// the step of a change.
func stretches(configs []experiments.Config, history []experiments.Change) []saved.Stretch {
	sizes := []saved.Stretch{{Batch: configs[0].Train.Batch}}
	for i, change := range history {
		sizes = append(sizes, saved.Stretch{Since: change.Step, Batch: configs[i+1].Train.Batch})
	}
	return sizes
}

// follow sets the laps of a trainer whose run was trained with earlier experiments first. The trainer
// is that of the last experiment.
func (t *trainer) follow(configs []experiments.Config, history []experiments.Change) {
	if _, ok := t.fitted(); ok {
		return
	}
	t.Course = saved.CourseOf(t.cfg.Model, t.told.Examples, stretches(configs, history))
}
