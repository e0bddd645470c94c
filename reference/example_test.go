package reference_test

import (
	"fmt"

	"latentspace/reference"
)

func ExampleExplain() {
	text, err := reference.Explain("train.optimizer.adam.lr")
	fmt.Print(text, err)
	// Output:
	// train.optimizer.adam.lr: a number, default 0.001
	//   the learning rate, above 0
	// <nil>
}
