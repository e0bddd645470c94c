package tsne_test

import (
	"context"
	"fmt"

	"latentspace/latent/tsne"
	"latentspace/tensor"
)

// Corners of a cube of ten dimensions, each with a few points near it, are apart in
// the plane too.
func ExampleEmbed() {
	const n, d, corners = 60, 10, 3
	x := tensor.New(n, d)
	for i := range n {
		x.Data[i*d+i%corners] = 1
		x.Data[i*d+i%d] += 0.1
	}
	e, err := tsne.Embed(context.Background(), x, tsne.Options{Perplexity: 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	trust, err := tsne.Trustworthiness(context.Background(), x, e.Points, 5)
	fmt.Println(e.Points.Shape, trust > 0.9, err)
	// Output: [60 2] true <nil>
}
