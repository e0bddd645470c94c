package experiments

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/evaluation"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/nn/optim"
)

// List describes what there is: shipped experiments, and the kinds of every
// polymorphic part of an experiment file.
func List() string {
	var b strings.Builder
	section := func(title string, names []string) {
		fmt.Fprintf(&b, "%-12s %s\n", title, strings.Join(names, ", "))
	}
	section("experiments", Shipped())
	section("models", sortedKeys(models.Models))
	section("networks", sortedKeys(networks.Networks))
	section("activations", nn.Activations())
	section("data sets", sortedKeys(data.Sources))
	section("optimizers", sortedKeys(optim.Rules))
	section("schedules", sortedKeys(optim.Schedules))
	section("figures", evaluation.Known())
	return b.String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
