package fitting_test

import (
	"context"
	"fmt"

	"latentspace/latent"
	"latentspace/latent/fitting"
)

// Held-out codes in two clusters say by how much a fitted mixture is a better prior than N(0, 1).
func ExampleFit() {
	two := &latent.Mixture{Weights: []float32{0.5, 0.5}, Components: []latent.Gaussian{{Mean: []float32{-3}}, {Mean: []float32{3}}}}
	codes, _ := latent.Draws(two, 500, 1)
	heldOut, _ := latent.Draws(two, 500, 2)
	prior, fitted, err := fitting.Fit(context.Background(), fitting.Spec{Kind: "gmm"}, codes, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	better, standardError, err := latent.MeanLogRatio(prior.(latent.Density), latent.Standard(1), heldOut)
	fmt.Printf("%d components, better by %.1f ± %.1f nats, %v\n", fitted.Components, better, standardError, err)
	// Output: 2 components, better by 3.6 ± 0.1 nats, <nil>
}
