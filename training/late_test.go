package training

import (
	"errors"
	"math"
	"slices"
	"testing"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/models"
	"latentspace/nn"
)

// A gradient that is computed while the weights move is known to be finite before any does.
func TestAGradientThatIsLateAndNoNumberIsNotApplied(t *testing.T) {
	tr, err := newTrainer(parse(t, tiny["vae"], "model.encoder.hidden=[64]", "train.clip=0"), shaped(50, 28, 28, 1))
	if err != nil {
		t.Fatal(err)
	}
	p, before := tr.phases[0], checkpoints.Hash(tr.tensors())
	if !slices.ContainsFunc(p.program.Grads(), func(g nn.Grad) bool { return g.Late() && g.Name == "encoder.layer1.weight" }) {
		t.Fatal("no gradient by the pictures is late")
	}
	if err := p.program.RunAll(); err != nil {
		t.Fatal(err)
	}
	x := p.program.Input(models.InputName)
	for _, v := range []float64{math.NaN(), math.Inf(-1)} {
		x[5] = float32(v) // the loss and the other gradients are finite
		var bad *NonFiniteError
		if err := tr.update(p, 1, turn{batch: &data.Batch{}}); !errors.As(err, &bad) || bad.What != "the gradient's norm" {
			t.Errorf("%v: got %v, want an error of the gradient's norm", v, err)
		}
		if after := checkpoints.Hash(tr.tensors()); after != before {
			t.Errorf("%v: something has changed", v)
		}
	}
	x[5] = 0
	if err := tr.update(p, 1, turn{batch: &data.Batch{}}); err != nil || checkpoints.Hash(tr.tensors()) == before {
		t.Errorf("got %v, want a step", err)
	}
}
