package experiments

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/evaluation"
	"latentspace/settings"
)

// Evaluate says what is measured of a model while it is trained, when, and at what
// cost: the figures of package evaluation, on the validation set.
type Evaluate struct {
	Every   Interval `yaml:"every"`   // besides after the last planned step
	Metrics []string `yaml:"metrics"` // the names of the figures; nothing is measured without any
	N       int      `yaml:"n"`       // examples at most
	Draws   int      `yaml:"draws"`   // of the posterior for each example
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

// unknownFigure reports whether a figure is known; if not, with a hint at what was meant.
func unknownFigure(name string, known []string) (hint string, ok bool) {
	if slices.Contains(known, name) {
		return "", true
	}
	if hint = settings.Suggest(name, known); hint == "" {
		hint = ", want a figure that train -list names"
	}
	return hint, false
}

// estimate is a figure as metrics.jsonl has it.
type estimate struct {
	Value float64 `json:"value"`
	Error float64 `json:"standard_error"`
}

// figures are what an evaluation found, by name.
type figures map[string]estimate

// format is "nll 101.5 ± 0.3", for the figures that there are, in the order of names.
func (f figures) format(names []string) string {
	var parts []string
	for _, name := range names {
		if e, ok := f[name]; ok {
			parts = append(parts, fmt.Sprintf("%s %.5g ± %.2g", name, e.Value, e.Error))
		}
	}
	return strings.Join(parts, "  ")
}
