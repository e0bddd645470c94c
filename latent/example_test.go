package latent_test

import (
	"context"
	"fmt"

	"latentspace/latent"
	"latentspace/tensor"
)

func ExamplePath() {
	path, err := latent.Path(latent.Lerp, []float32{0, 1}, []float32{1, 0}, 3)
	fmt.Println(path, err)
	// Output: [[0 1] [0.5 0.5] [1 0]] <nil>
}

func ExampleGaussian_Draw() {
	prior := latent.Standard(2)
	z := tensor.New(1, prior.Dim())
	err := prior.Draw(1, 64, z) // the first 64 need not be drawn
	fmt.Println(z.Data, err)
	// Output: [0.2459138 -0.2588378] <nil>
}

func ExampleParseExpr() {
	e, err := latent.ParseExpr("12 + 0.5*(class:seven - bag)")
	fmt.Println(err)
	for _, t := range e.Terms {
		fmt.Println(t.Weight, t.Operand)
	}
	// Output:
	// <nil>
	// 1 12
	// 0.5 class:seven
	// -0.5 class:bag
}

// Held-out codes in two clusters say by how much a fitted mixture is a better prior than N(0, 1).
func ExampleFitPrior() {
	two := &latent.Mixture{Weights: []float32{0.5, 0.5}, Components: []latent.Gaussian{{Mean: []float32{-3}}, {Mean: []float32{3}}}}
	codes, _ := latent.Draws(two, 500, 1)
	heldOut, _ := latent.Draws(two, 500, 2)
	prior, fitted, err := latent.FitPrior(context.Background(), latent.PriorSpec{Kind: "gmm"}, codes, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	better, standardError, err := latent.MeanLogRatio(prior.(latent.Density), latent.Standard(1), heldOut)
	fmt.Printf("%d components, better by %.1f ± %.1f nats, %v\n", fitted.Components, better, standardError, err)
	// Output: 2 components, better by 3.6 ± 0.1 nats, <nil>
}
