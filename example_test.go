package latentspace_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"reflect"

	"latentspace/experiments"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/training"
)

// Squeeze is a model of the reader's own: an autoencoder whose code has Width values in (−1, 1).
type Squeeze struct {
	Width int `yaml:"width"` // of the code
}

// Phases implements [models.Model].
func (m Squeeze) Phases() []models.Phase { return []models.Phase{{Name: "squeeze", Loss: m.loss}} }

func (m Squeeze) loss(g *nn.Graph, b models.Batch) models.Loss {
	x := nn.Flatten{}.Forward(g, b.X)
	code := nn.Linear{Out: m.Width}.Forward(g.In("encoder"), x).Tanh()
	y := nn.Linear{Out: x.Shape()[1]}.Forward(g.In("decoder"), code)
	return models.Loss{Total: nn.SquaredError(y, x).Mean()}
}

// A model is a struct with Phases. Once it has a kind, an experiment names it, and it is
// trained, saved and resumed like the shipped ones.
func Example() {
	experiments.Registry[reflect.TypeFor[models.Model]()]["squeeze"] = func() any { return Squeeze{Width: 8} }
	cfg, err := experiments.Parse("squeeze.yaml", []byte(`
name: squeeze
data: {kind: glyphs, train: 500, test: 100}
model: {kind: squeeze, width: 16}
train: {epochs: 4, batch: 25, samples: 0, optimizer: {kind: adam, lr: 0.01}}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "squeeze")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	run, err := training.Run(context.Background(), cfg, training.Options{Dir: dir, Log: io.Discard})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s after %d steps, test loss %.2f\n", run.Status, run.Step, run.Metrics.Test[0].Value)
	// Output: finished after 68 steps, test loss 34.62
}
