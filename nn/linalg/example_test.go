package linalg_test

import (
	"fmt"

	"latentspace/nn/linalg"
)

func ExampleEigenvalues() {
	values, err := linalg.Eigenvalues([]float64{
		2, 1,
		1, 2,
	}, 2)
	fmt.Printf("%.3f %v\n", values, err)
	// Output: [3.000 1.000] <nil>
}
