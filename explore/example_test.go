package explore_test

import (
	"context"
	"fmt"
	"io"
	"os"

	"latentspace/experiments"
	"latentspace/explore"
	"latentspace/training"
)

// small is the model of a run that is made for the example.
func small(dir string) (*training.Trained, error) {
	c, err := experiments.Parse("small.yaml", []byte(`
name: small
data: {kind: glyphs, train: 100, test: 20}
model: {kind: pca, latent: 4}
train: {samples: 0}
`))
	if err != nil {
		return nil, err
	}
	if _, err := training.Run(context.Background(), c, training.Options{Dir: dir, Log: io.Discard}); err != nil {
		return nil, err
	}
	m, _, err := training.Find(dir, "", false, func(err error) { fmt.Println(err) })
	return m, err
}

// A verb is a struct of options, which runs on a trained model.
func ExampleDraw() {
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	m, err := small(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := explore.Draw{Options: explore.Options{N: 6, Seed: 1, Split: "test"}}.Run(context.Background(), m)
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := r.Examples.All()
	fmt.Println(x.Shape, err)
	// Output: [6 28 28 1] <nil>
}
