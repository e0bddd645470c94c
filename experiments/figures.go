package experiments

import (
	"fmt"
	"slices"

	"latentspace/evaluation"
	"latentspace/settings"
)

// Evaluate says which figures of package evaluation are measured while a model is
// trained, when, and at what cost. They are measured on the validation set.
type Evaluate struct {
	Every   Interval `yaml:"every"`   // how often; also after the last planned step
	Metrics []string `yaml:"metrics"` // the names of the figures; nothing is measured without any
	N       int      `yaml:"n"`       // examples, at least 1; all if there are fewer
	Draws   int      `yaml:"draws"`   // of the posterior for each example, at least 1
}

// Check reports the fields that are out of range.
func (e Evaluate) Check(report func(key, format string, args ...any)) {
	known := evaluation.Known()
	for i, name := range e.Metrics {
		key := fmt.Sprintf("metrics[%d]", i)
		if hint, ok := unknownFigure(name, known); !ok {
			report(key, "%q%s", settings.Clip(name), hint)
		} else if slices.Index(e.Metrics, name) < i {
			report(key, "%s is there already", name)
		}
	}
	if e.N < 1 {
		report("n", "%d, want at least 1 example", e.N)
	}
	if e.Draws < 1 {
		report("draws", "%d, want at least 1", e.Draws)
	}
}

// unknownFigure reports whether a figure is known. For one that is not, it returns a hint.
func unknownFigure(name string, known []string) (hint string, ok bool) {
	if slices.Contains(known, name) {
		return "", true
	}
	if hint = settings.Suggest(name, known); hint == "" {
		hint = ", want a figure that train -list names"
	}
	return hint, false
}
