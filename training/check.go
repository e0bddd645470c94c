package training

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"latentspace/experiments"
	"latentspace/kernel"
	"latentspace/rundir"
	"latentspace/tensor"
)

// Check opens an experiment's data and builds its model, and describes both
// without training.
func Check(ctx context.Context, cfg experiments.Config) (string, error) {
	splits, _, t, err := prepare(ctx, cfg, rundir.Whereabouts{})
	if err != nil {
		return "", err
	}
	origin, taken, err := t.initialise(nil)
	if err != nil {
		return "", err
	}
	source, err := cfg.YAML()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := rehearse(ctx, cfg, splits, &b); err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "%s\ndata: %d training, %d validation and %d test examples of shape %s, SHA-256 %s\n", source,
		splits.Train.Len(), splits.Valid.Len(), splits.Test.Len(), tensor.FormatShape(t.shape), splits.SHA256)
	for _, note := range t.said(splits) {
		fmt.Fprintln(&b, note)
	}
	seen, err := inspect(ctx, cfg, splits)
	if err != nil {
		return "", err
	}
	for _, fact := range seen.facts {
		fmt.Fprintln(&b, fact)
	}
	for _, warning := range seen.warnings {
		fmt.Fprintf(&b, "warning: %s\n", warning)
	}
	b.WriteByte('\n')
	all := t.params.All()
	params := t.params.Trained()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		kind, from := "state", ""
		switch {
		case experiments.InAny(name, cfg.Train.Init.Freeze):
			kind = "frozen"
		case slices.Contains(params, name):
			kind = "parameter"
		}
		if slices.Contains(taken, name) {
			from = "  taken"
		}
		fmt.Fprintf(&b, "%-9s  %-40s %12s %10d%s\n", kind, name, tensor.FormatShape(all[name].Shape), all[name].Len(), from)
	}
	if _, ok := t.fitted(); ok {
		fmt.Fprintf(&b, "\n%d parameters, fitted at once\n", t.parameters())
		return b.String(), nil
	}
	if origin != nil {
		fmt.Fprintf(&b, "\n%d of %d tensors are taken from %s, step %d, SHA-256 %s\n", len(taken), len(all), cfg.Train.Init.From, origin.Step, origin.SHA256)
	}
	fmt.Fprintf(&b, "\n%d parameters; %d steps an epoch, %d in all\n", t.parameters(), t.perEpoch/t.perStep, t.total())
	flops := 0.0
	for _, p := range t.phases {
		flops += float64(float64(p.Steps()) * p.program.Flops())
	}
	if flops == 0 {
		return b.String(), nil // nothing that a bound could be told of
	}
	speed := kernel.Speed()
	fmt.Fprintf(&b, "%.3g GFLOP a step in products and convolutions; at the %.0f GFLOP/s that products reach here (%s, %d processors),\n"+
		"a step takes at least %.3g ms: at most %.0f examples/s\n", flops/1e9, speed/1e9, kernel.Path(), runtime.GOMAXPROCS(0),
		1e3*flops/speed, float64(t.examples)*speed/flops)
	return b.String(), nil
}
