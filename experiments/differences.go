package experiments

import (
	"cmp"
	"fmt"
	"slices"

	"latentspace/settings"
)

// difference is a key that has another value in an experiment than in the one that a run was
// begun with.
type difference struct {
	key         string
	here, there string // the values; "" where the key is absent
	class       class
}

func (d difference) String() string {
	return fmt.Sprintf("%s: %s here, %s in the run", d.key, orAbsent(d.here), orAbsent(d.there))
}

func orAbsent(value string) string {
	if value == "" {
		return "absent"
	}
	return value
}

// differences says where c is another experiment than the one of a run, in order of keys. A
// choice of the best checkpoint is of the course of a run that may stop by it.
func (c Config) differences(run Config) []difference {
	here, there := settings.Leaves(c, registry), settings.Leaves(run, registry)
	for name, empty := range settings.Leaves(Init{}, registry) { // which is left out where it is empty
		key := settings.Join("train.init", name)
		here[key], there[key] = cmp.Or(here[key], empty), cmp.Or(there[key], empty)
	}
	classes := run.classes()
	for key, class := range c.classes() {
		classes[key] = class
	}
	keys := append(sortedKeys(here), sortedKeys(there)...)
	slices.Sort(keys)
	var out []difference
	for _, key := range slices.Compact(keys) {
		if here[key] == there[key] {
			continue
		}
		class := classes[key]
		if class == choice && (c.Train.Patience > 0 || run.Train.Patience > 0) {
			class = course
		}
		out = append(out, difference{key, here[key], there[key], class})
	}
	return out
}
