package probe_test

import (
	"context"
	"fmt"

	"latentspace/example"
	"latentspace/probe"
	"latentspace/tensor"
)

// A network learns a class of each example, and reads it off others.
func ExampleNetwork() {
	x, y := tensor.New(64, 2), make([]float64, 64)
	for i := range y {
		y[i] = float64(i % 2) // to the left of 0, and to the right
		x.Data[2*i] = float32(2*y[i]-1) * float32(1+i)
	}
	p := probe.New(example.Points(2), []probe.Head{{Classes: 2}}, 1)
	if err := p.Fit(context.Background(), x, [][]float64{y}); err != nil {
		fmt.Println(err)
		return
	}
	others, _ := tensor.From([]float32{-10, 0, 20, 0, 30, 0}, 3, 2)
	classes, _, err := p.Read(context.Background(), others)
	fmt.Println(classes, err)
	// Output: [[0 1 1]] <nil>
}
