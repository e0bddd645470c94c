package explore

import (
	"slices"
	"testing"

	"latentspace/explore/attributes"
)

// Whatever the order of a file, both parts have examples of every class, however few
// of them are asked for.
func TestATableIsDividedWhateverItsOrder(t *testing.T) {
	const n = 1000
	for name, class := range map[string]func(i int) int{
		"classes that take turns": func(i int) int { return i % 5 },
		"sorted by class":         func(i int) int { return i * 5 / n },
	} {
		all := examples{about: []attributes.Attribute{{Name: "kind", Classes: []string{"a", "b", "c", "d", "e"}}}}
		for i := range n {
			all.index = append(all.index, i)
			all.about[0].Values = append(all.about[0].Values, float64(class(i)))
		}
		fit, held := divided(all, 200, 100, 1)
		for part, e := range map[string]examples{"fit": fit, "held": held} {
			counts := make([]int, 5)
			for k, v := range e.about[0].Values {
				counts[int(v)]++
				if class(e.index[k]) != int(v) {
					t.Errorf("%s: %s: example %d has the class of another", name, part, e.index[k])
				}
			}
			if slices.Min(counts)*10 < len(e.index) {
				t.Errorf("%s: %s has %v examples of the classes, want each to be a fifth or so", name, part, counts)
			}
		}
		if len(fit.index) != 200 || len(held.index) != 100 {
			t.Errorf("%s: %d and %d examples, want 200 and 100", name, len(fit.index), len(held.index))
		}
		for _, i := range held.index {
			if slices.Contains(fit.index, i) {
				t.Errorf("%s: example %d is in both parts", name, i)
			}
		}
		again, _ := divided(all, 200, 100, 1)
		if !slices.Equal(again.index, fit.index) {
			t.Errorf("%s: divided otherwise by the same seed", name)
		}
	}
}
