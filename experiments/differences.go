package experiments

import (
	"cmp"
	"fmt"
	"slices"

	"latentspace/settings"
)

// Difference is a key whose value in an experiment is not the run's.
type Difference struct {
	Key         string
	Here, There string // the values; "" where the key is absent
	Class       Class
}

func (d Difference) String() string {
	return fmt.Sprintf("%s: %s here, %s in the run", d.Key, orAbsent(d.Here), orAbsent(d.There))
}

func orAbsent(value string) string {
	if value == "" {
		return "absent"
	}
	return value
}

// Differences lists the keys in which c differs from the experiment of a run, in order. If the run
// may stop early, the keys that choose the best checkpoint belong to its course.
func (c Config) Differences(run Config) []Difference {
	here, there := settings.Leaves(c, Registry), settings.Leaves(run, Registry)
	for section, none := range map[string]any{"train.init": Init{}, "train.prior": Prior{}} { // which are left out where they are empty
		for name, empty := range settings.Leaves(none, Registry) {
			key := settings.Join(section, name)
			here[key], there[key] = cmp.Or(here[key], empty), cmp.Or(there[key], empty)
		}
	}
	classes := run.Classes()
	for key, class := range c.Classes() {
		classes[key] = class
	}
	keys := append(sortedKeys(here), sortedKeys(there)...)
	slices.Sort(keys)
	var out []Difference
	for _, key := range slices.Compact(keys) {
		if here[key] == there[key] {
			continue
		}
		class := classes[key]
		if class == Choice && (c.Train.Patience > 0 || run.Train.Patience > 0) {
			class = Course
		}
		out = append(out, Difference{key, here[key], there[key], class})
	}
	return out
}
