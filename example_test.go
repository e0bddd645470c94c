package latentspace_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"

	"latentspace"
)

// run is the folder of a small run, which the examples open.
func run() (dir string, remove func()) {
	root, err := os.MkdirTemp("", "latentspace")
	if err == nil {
		dir, err = train(root, tinyVAE)
	}
	if err != nil {
		panic(err)
	}
	return dir, func() { os.RemoveAll(root) }
}

func ExampleOpen() {
	dir, remove := run()
	defer remove()
	m, err := latentspace.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Kind(), m.Shape(), m.Dim(), m.Step())
	// Output: vae [28 28 1] 3 8
}

func ExampleModel_Sample() {
	dir, remove := run()
	defer remove()
	m, err := latentspace.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := m.Sample(context.Background(), 2, 42, nil) // two examples of seed 42
	if err != nil {
		fmt.Println(err)
		return
	}
	img, err := m.Image(x[0])
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(x), img.Bounds())
	// Output: 2 (0,0)-(28,28)
}

func ExampleModel_Encode() {
	dir, remove := run()
	defer remove()
	m, err := latentspace.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	x, err := m.Sample(ctx, 2, 1, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	z, err := m.Encode(ctx, x, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	path, err := m.Interpolate(ctx, z[0], z[1], 9, nil) // from one to the other
	fmt.Println(len(z), len(z[0]), len(path), len(path[0]), err)
	// Output: 2 3 9 784 <nil>
}

func ExampleModel_Decode() {
	dir, remove := run()
	defer remove()
	m, err := latentspace.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := m.Decode(context.Background(), [][]float32{{0, 0, 0}, {1.5, 0, -1}}, nil) // two codes of three values
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(x), len(x[0]))
	_, err = m.Decode(context.Background(), [][]float32{{0, 0}}, nil)
	fmt.Println(err)
	// Output:
	// 2 784
	// latentspace: trained: code 0: 2 values, want 3
}

func ExampleModel_Evaluate() {
	dir, remove := run()
	defer remove()
	m, err := latentspace.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	white := make([]float32, 28*28)
	for i := range white {
		white[i] = 1
	}
	black := make([]float32, 28*28)
	figures, err := m.Evaluate(context.Background(), [][]float32{black, white}, 4, 1, nil) // by 4 draws of seed 1
	fmt.Println(slices.Sorted(maps.Keys(figures)), err)
	// Output: [kl neg_elbo nll reconstruction_nll squared_error] <nil>
}
