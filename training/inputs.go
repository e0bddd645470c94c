package training

import (
	"latentspace/data"
	"latentspace/models"
	"latentspace/nn"
)

// inputs are the buffers that a batch is copied into; nil where the loss of a phase reads no such
// input.
type inputs struct{ x, about, epoch []float32 }

func inputsOf(p *nn.Program) inputs {
	return inputs{p.Input(models.InputName), p.Input(models.AboutName), p.Input(models.EpochName)}
}

// fill copies a batch in, and the time in epochs since the start of training.
func (in inputs) fill(b *data.Batch, epoch float64) {
	copy(in.x, b.X.Data)
	if in.about != nil {
		copy(in.about, b.About.Data)
	}
	in.at(epoch)
}

func (in inputs) at(epoch float64) {
	if in.epoch != nil {
		in.epoch[0] = float32(epoch)
	}
}
