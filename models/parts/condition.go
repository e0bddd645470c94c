package parts

import (
	"latentspace/models"
	"latentspace/nn"
)

// Condition returns the conditions of the examples of a batch, (batch, n), in the graph's scope: a
// class as a vector with a one at its index and zeros elsewhere, of an index of −1 zeros alone; a
// number normalised by the batch, so that its unit does not matter.
func Condition(g *nn.Graph, b models.Batch, names []string) nn.Node {
	var all []nn.Node
	for _, name := range names {
		value := b.Known(name)
		if f, _, _ := b.About.Lookup(name); f.Indexed() {
			all = append(all, value.Reshape(b.N*f.Size()).OneHot(len(f.Words)).Reshape(b.N, f.Size()*len(f.Words)))
			continue
		}
		all = append(all, nn.BatchNorm{}.Forward(g.In(name), value))
	}
	if len(all) == 1 {
		return all[0]
	}
	return nn.Concat(1, all...)
}

// CheckConditions reports names of conditions that there cannot be.
func CheckConditions(report func(key, format string, args ...any), names []string) {
	if len(names) == 0 {
		report("condition", "empty, want the names of what the model is told, such as [class]")
	}
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			report("condition", "%q twice", name)
		}
		seen[name] = true
	}
}

// ToldLeast is the fewest examples that a condition can be normalised by.
const ToldLeast = 2
