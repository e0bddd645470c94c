package npy_test

import (
	"bytes"
	"fmt"

	"latentspace/data/npy"
)

// An array is written as numpy.save would, and read back.
func Example() {
	var file bytes.Buffer
	w, err := npy.Create(&file, "codes.npy", npy.Float32, 2, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := npy.Write(w, []float32{1, 2, 3, 4, 5, 6}); err != nil {
		fmt.Println(err)
		return
	}
	a, err := npy.Open(&file, "codes.npy")
	if err != nil {
		fmt.Println(err)
		return
	}
	values := make([]float64, a.Left())
	err = npy.Read(a, values)
	fmt.Println(a.Type, a.Shape, values, err)
	// Output: <f4 [2 3] [1 2 3 4 5 6] <nil>
}
