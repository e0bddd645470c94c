package evaluation_test

import (
	"context"
	"fmt"

	"latentspace/data"
	"latentspace/evaluation"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/trained"
)

// What a model cannot give is left out with the reason.
func ExampleMeasure() {
	ctx := context.Background()
	splits, err := data.Glyphs{Train: 200, Test: 100, Seed: 1}.Open(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := trained.New(families.Models["vae"](), "vae", models.Data{Schema: splits.Test.Schema(), Examples: 200}, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := evaluation.Measure(ctx, evaluation.Subject{
		Model: m, Train: splits.Train, Held: splits.Test, Split: "test", Data: splits.SHA256,
	}, evaluation.Options{Metrics: []string{"neg_elbo", "active_units"}, N: 50, Draws: 2, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"neg_elbo", "active_units"} {
		f, ok := report.Figure(name)
		fmt.Println(f.Name, f.Unit, ok)
	}
	// Output:
	// neg_elbo nats per example true
	// active_units of 20 dimensions true
}
