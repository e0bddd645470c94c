package latent_test

import (
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
