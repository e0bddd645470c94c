package tensor_test

import (
	"fmt"

	"latentspace/tensor"
)

func ExampleFrom() {
	x, err := tensor.From([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	fmt.Println(x.Shape, x.Len(), err)
	_, err = tensor.From([]float32{1, 2, 3}, 2, 3)
	fmt.Println(err)
	// Output:
	// [2 3] 6 <nil>
	// tensor: 3 values for shape [2 3], want 6
}
