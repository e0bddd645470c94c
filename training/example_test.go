package training_test

import (
	"context"
	"fmt"
	"io"
	"os"

	"latentspace"
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
	y := m.Decode(g, m.Encode(g, b).Mean, b).Params
	return models.Loss{Total: nn.SquaredError(y, b.X).Mean()}
}

// Encode implements [models.Encoder].
func (m Squeeze) Encode(g *nn.Graph, b models.Batch) models.Code {
	x := nn.Flatten{}.Forward(g, b.X)
	return models.Point(nn.Linear{Out: m.Width}.Forward(g.In("encoder"), x).Tanh())
}

// Decode implements [models.Decoder].
func (m Squeeze) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	y := nn.Linear{Out: given.Schema.Width()}.Forward(g.In("decoder"), z)
	return models.Exactly(g, y.Reshape(append([]int{given.N}, given.Shape()...)...))
}

// A model is a struct with Phases. Once it has a kind, an experiment names it, and it is
// trained, saved, resumed and opened like the shipped ones.
func Example() {
	experiments.AddModel("squeeze", func() models.Model { return Squeeze{Width: 8} })
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
	m, err := latentspace.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Kind(), m.Dim())
	// Output:
	// finished after 68 steps, test loss 34.62
	// squeeze 16
}
