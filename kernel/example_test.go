package kernel_test

import (
	"fmt"

	"latentspace/kernel"
)

func ExampleMatMul() {
	a := []float32{1, 2, 3, 4} // (2, 2)
	b := []float32{1, 0, 0, 2} // (2, 2)
	c := make([]float32, 4)
	kernel.MatMul(c, a, b, 2, 2, 2, false, true, false)
	fmt.Println(c)
	// Output: [1 4 3 8]
}
