package saved

import (
	"maps"
	"slices"

	"latentspace/checkpoints"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
	"latentspace/trained"
)

// Experiment is what a trained model rests on, beside its weights.
type Experiment struct {
	Kind   string
	Model  models.Model
	Told   models.Data
	Step   int
	Course Course
	Keeps  func(name string) bool // of tensors with values from a checkpoint, and of frozen ones: see [Keeps]
}

// Restore returns the model of a checkpoint. If training kept averaged weights, the model has those.
// It keeps its weights. If the checkpoint keeps a prior, codes are drawn from that, which is nil otherwise.
func Restore(c *checkpoints.Checkpoint, e Experiment) (*trained.Model, *KeptPrior, error) {
	m, err := trained.Restore(e.Model, e.Kind, e.Told, Weights(c))
	if err != nil {
		return nil, nil, err
	}
	averages := Under(c.Tensors, AveragePrefix)
	moved := func(name string) bool {
		_, averaged := averages[name] // of what was corrected
		return !averaged && !e.Keeps(name)
	}
	if err := m.Correct(func(p models.Phase) int { return e.Course.Updates(p, e.Step) }, moved); err != nil {
		return nil, nil, err
	}
	m.Settle()
	kept, err := priorIn(c, m)
	if err != nil || kept == nil {
		return m, nil, err
	}
	return m.With(kept.Distribution), kept, nil
}

// Weights returns the weights in a checkpoint to sample from, averaged if it has averages.
func Weights(c *checkpoints.Checkpoint) map[string]*tensor.Tensor {
	weights := Under(c.Tensors, ParamPrefix)
	maps.Copy(weights, Under(c.Tensors, AveragePrefix))
	return weights
}

// Keeps reports whether a tensor begins with values from a checkpoint, of which only some scopes are
// taken, or all if there are none, or is frozen. A moving average among these needs no correction for
// its start.
func Keeps(name, from string, only, freeze []string) bool {
	taken := from != "" && (len(only) == 0 || InAny(name, only))
	return taken || InAny(name, freeze)
}

// InAny reports whether a name is in one of the scopes.
func InAny(name string, scopes []string) bool {
	return slices.ContainsFunc(scopes, func(scope string) bool { return nn.InScope(name, scope) })
}
