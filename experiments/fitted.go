package experiments

import (
	"slices"
	"strings"

	"latentspace/settings"
)

// checkFitted reports keys of train that are about steps, for a model that is fitted at
// once.
func (c Config) checkFitted(report func(key, format string, args ...any)) {
	for _, key := range c.Train.changed() {
		report("train."+key, "a model of kind %s is fitted at once, not trained by steps: leave it out", c.ModelKind())
	}
}

// changed are the keys that have anything unlike the defaults, but for those that are
// about evaluation, pictures, logs and the prior that is fitted.
func (t Train) changed() []string {
	var keys []string
	here, there := settings.Leaves(t, Registry), settings.Leaves(Defaults().Train, Registry)
	for _, key := range sortedKeys(here) {
		if here[key] == there[key] {
			continue
		}
		switch first, _, _ := strings.Cut(key, "."); {
		case key == "evaluate.every":
			keys = append(keys, key)
		case !slices.Contains([]string{"batch", "samples", "log", "evaluate", "prior"}, first):
			keys = append(keys, first)
		}
	}
	return slices.Compact(keys)
}
