package nn_test

import (
	"fmt"

	"latentspace/nn"
)

// A graph is an expression; a program computes it.
func Example() {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	x := g.Input("x", 2, 2)
	y := x.MatMul(g.Constant([]float32{1, 2, 3, 4}, 2, 2)).SumAxis(1)
	program, err := nn.Compile(g, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	copy(program.Input("x"), []float32{1, 0, 0, 1})
	if err := program.RunAll(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(program.Output(y))
	// Output: [3 7]
}

func ExampleOperations() {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	y := nn.Linear{Out: 2}.Forward(g.In("encoder"), g.Input("x", 4, 3)).LeakyReLU(0.2)
	operations, err := nn.Operations(g, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, o := range operations {
		fmt.Printf("%%%d = %v\n", i, o)
	}
	// Output:
	// %0 = input x [4 3]
	// %1 = encoder: parameter encoder.weight [3 2]
	// %2 = encoder: matmul(%0, %1, transpose a=false, transpose b=false) [4 2]
	// %3 = encoder: parameter encoder.bias [2]
	// %4 = encoder: add row(%2, %3) [4 2]
	// %5 = encoder: leaky relu(%4, slope=0.2) [4 2]
	// %6 = encoder: output(%5) [4 2]
}
