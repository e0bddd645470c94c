package umap_test

import (
	"context"
	"fmt"

	"latentspace/latent/tsne"
	"latentspace/latent/umap"
	"latentspace/tensor"
)

// Corners of a cube of ten dimensions, each with a few points near it, are apart in the plane too,
// and a new point near one of them is placed there.
func ExampleFit() {
	const n, d, corners = 60, 10, 3
	x := tensor.New(n, d)
	for i := range n {
		x.Data[i*d+i%corners] = 1
		x.Data[i*d+i%d] += 0.1
	}
	ctx := context.Background()
	m, err := umap.Fit(ctx, x, umap.Options{Neighbours: 8})
	if err != nil {
		fmt.Println(err)
		return
	}
	trust, err := tsne.Trustworthiness(ctx, x, m.Points, 5)
	if err != nil {
		fmt.Println(err)
		return
	}
	added := tensor.New(1, d)
	added.Data[1] = 0.9
	places, err := m.Transform(ctx, added)
	fmt.Println(m.Points.Shape, trust > 0.9, places.Shape, err)
	// Output: [60 2] true [1 2] <nil>
}
