package saved

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"latentspace/checkpoints"
	"latentspace/internal/untrusted"
	"latentspace/models"
	"latentspace/settings"
	"latentspace/trained"
)

// part is what is read of an experiment.
type part struct {
	Model models.Model `yaml:"model"`
	Train struct {
		Batch int    `yaml:"batch"`
		Use   string `yaml:"use"`
		Init  struct {
			From   string   `yaml:"from"`
			Only   []string `yaml:"only"`
			Freeze []string `yaml:"freeze"`
		} `yaml:"init"`
	} `yaml:"train"`
}

// experiment reads the experiment of a checkpoint. kinds is of its models.
func experiment(c *checkpoints.Checkpoint, kinds settings.Kinds) (part, error) {
	var p part
	if err := settings.DecodePart(MetaConfig, []byte(c.Meta[MetaConfig]), &p, kinds); err != nil {
		return p, err
	}
	if p.Model == nil {
		return p, fmt.Errorf("%s: model: missing, want a model such as {kind: vae}", MetaConfig)
	}
	if p.Train.Batch < 1 {
		return p, fmt.Errorf("%s: train.batch: %d, want at least 1", MetaConfig, p.Train.Batch)
	}
	return p, nil
}

// Read returns the model of a checkpoint, and the step of its training.
func Read(c *checkpoints.Checkpoint) (*trained.Model, int, error) {
	if err := CheckFormat(c.Meta); err != nil {
		return nil, 0, fmt.Errorf("%w: not a checkpoint of this program", err)
	}
	kinds := Earlier(Kinds())
	p, err := experiment(c, kinds)
	if err != nil {
		return nil, 0, err
	}
	told, err := Told(c)
	if err != nil {
		return nil, 0, err
	}
	step, err := strconv.Atoi(c.Meta[MetaStep])
	if err != nil || step < 0 {
		return nil, 0, fmt.Errorf("step %q, want a number of steps", c.Meta[MetaStep])
	}
	from := p.Train.Init
	m, _, err := Restore(c, Experiment{
		Kind: kinds.Of(p.Model, reflect.TypeFor[models.Model]()), Model: p.Model, Told: told, Step: step,
		Keeps:  func(name string) bool { return Keeps(name, from.From, from.Only, from.Freeze) },
		Course: CourseOf(p.Model, told.Examples, sizes(c, p.Train.Batch)),
	})
	return m, step, err
}

// sizes are the batch sizes of a run that ended with the given one. They follow from the changes of
// its keys; of a checkpoint that cannot be resumed, since these make no sense, it is the last alone.
func sizes(c *checkpoints.Checkpoint, last int) []Stretch {
	only := []Stretch{{Batch: last}}
	var progress struct {
		Changes []struct {
			Step int               `json:"step"`
			Keys []settings.Change `json:"keys"`
		} `json:"changes"`
	}
	text := []byte(c.Meta[MetaProgress])
	if untrusted.CheckJSON(text) != nil || json.Unmarshal(text, &progress) != nil {
		return only
	}
	var all []Stretch // the last first
	for _, change := range slices.Backward(progress.Changes) {
		for _, k := range change.Keys {
			if k.Key != "train.batch" {
				continue
			}
			before, err := strconv.Atoi(k.From)
			if err != nil || before < 1 || k.To != strconv.Itoa(last) || change.Step < 0 {
				return only
			}
			all, last = append(all, Stretch{Since: change.Step, Batch: last}), before
		}
	}
	all = append(all, Stretch{Batch: last})
	slices.Reverse(all)
	if !slices.IsSortedFunc(all, func(a, b Stretch) int { return a.Since - b.Since }) {
		return only
	}
	return all
}
