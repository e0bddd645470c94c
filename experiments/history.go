package experiments

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/settings"
)

// Change is a change of keys at a step of a run. The experiment at any step follows from the
// present one and the changes.
type Change struct {
	Step int               `json:"step"` // number of steps made with the old values
	Keys []settings.Change `json:"keys"` // in order
}

// String is "step 64: train.epochs 2 -> 4".
func (c Change) String() string {
	keys := make([]string, len(c.Keys))
	for i, k := range c.Keys {
		keys[i] = fmt.Sprintf("%s %s -> %s", k.Key, k.From, k.To)
	}
	return fmt.Sprintf("step %d: %s", c.Step, strings.Join(keys, ", "))
}

// ChangesFrom returns the keys of the course, and of the choice of the best checkpoint, in which c
// differs from what a run was trained with.
func (c Config) ChangesFrom(run Config) []settings.Change {
	differing := map[string]bool{}
	for _, d := range c.Differences(run) {
		if d.Class == Course || d.Class == Choice {
			differing[d.Key] = true
		}
	}
	return slices.DeleteFunc(settings.Changes(run, c, Registry, "train"), func(k settings.Change) bool {
		for key := range differing {
			if key == k.Key || strings.HasPrefix(key, k.Key+".") {
				return false
			}
		}
		return true
	})
}

// Redo returns the experiment after a change.
func (c Config) Redo(change Change) (Config, error) {
	return c.edited(change, func(k settings.Change) (from, to string) { return k.From, k.To })
}

// Undo returns the experiment before a change.
func (c Config) Undo(change Change) (Config, error) {
	return c.edited(change, func(k settings.Change) (from, to string) { return k.To, k.From })
}

func (c Config) edited(change Change, values func(settings.Change) (from, to string)) (Config, error) {
	src, err := c.YAML()
	if err != nil {
		return c, err
	}
	var sets []string
	for _, k := range change.Keys {
		if !strings.HasPrefix(k.Key, "train.") {
			return c, fmt.Errorf("experiments: the change of %s at step %d: want a key of train", settings.Clip(k.Key), change.Step)
		}
		from, to := values(k)
		if got := settings.Value(c, Registry, k.Key); got != from {
			return c, fmt.Errorf("experiments: the change of %s at step %d: the experiment has %s, want %s", settings.Clip(k.Key), change.Step, settings.Clip(got), settings.Clip(from))
		}
		sets = append(sets, k.Key+"="+to)
	}
	return ParseKept("config", src, sets...)
}

// Past returns the experiments that a run was trained with: before each of its changes, and
// last c.
func (c Config) Past(history []Change) ([]Config, error) {
	configs := make([]Config, len(history)+1)
	configs[len(history)] = c
	for i, change := range slices.Backward(history) {
		if change.Step < 0 || i > 0 && change.Step < history[i-1].Step {
			return nil, fmt.Errorf("experiments: change %d of the run's keys is at step %d, want steps that rise", i+1, change.Step)
		}
		var err error
		if configs[i], err = configs[i+1].Undo(change); err != nil {
			return nil, err
		}
	}
	return configs, nil
}
