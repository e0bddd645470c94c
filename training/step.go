package training

import (
	"context"

	"latentspace/data"
	"latentspace/kernel"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// steps returns a function that makes a step, and one that ends the reading of batches.
func (r *run) steps(ctx context.Context) (step func() error, stop func(), err error) {
	if m, ok := r.fitted(); ok {
		return func() error { return r.fit(ctx, m) }, func() {}, nil
	}
	stream, err := r.stream(r.splits)
	if err != nil {
		return nil, nil, err
	}
	next := func() (*data.Batch, error) { return stream.Next(ctx) }
	return func() error { return r.stepOnce(next) }, stream.Close, nil
}

// stream returns the batches of the steps to come.
func (t *trainer) stream(splits *data.Splits) (*data.Stream, error) {
	train, err := splits.Learned(t.cfg.Seed, t.cfg.Train.EpochExamples)
	if err != nil {
		return nil, err
	}
	return data.NewStream(train, data.StreamOptions{
		Batch: t.batch, Seed: t.cfg.Seed, Start: t.Batches(t.step),
	})
}

// stepOnce makes a training step and saves a checkpoint where one is due.
func (r *run) stepOnce(next func() (*data.Batch, error)) error {
	start := r.report.now()
	if err := r.trainer.run(next, r.meter); err != nil {
		return err
	}
	r.report.step(r.step, r.epoch(r.step-1), r.report.now().Sub(start), r.meter)
	if r.checkpointDue() && !r.epochDue() && !r.evaluationDue() {
		return r.save()
	}
	return nil
}

// checkpointDue reports whether this is one of the steps of train.checkpoint.every. If an epoch
// ends there or figures are due, the checkpoint is saved after those.
func (r *run) checkpointDue() bool {
	every := r.cfg.Train.Checkpoint.Every
	return every > 0 && r.step%every == 0
}

// inputs are the buffers that a batch is copied into; nil for what the loss of a phase does not
// read.
type inputs struct{ x, about, epoch []float32 }

func inputsOf(p *nn.Program) inputs {
	return inputs{p.Input(models.InputName), p.Input(models.AboutName), p.Input(models.EpochName)}
}

// fill gives a program part i of n equal ones of a batch, at a time in epochs since the start of
// training.
func (in inputs) fill(b *data.Batch, i, n int, epoch float64) {
	part := func(x *tensor.Tensor) []float32 {
		size := len(x.Data) / n
		return x.Data[i*size : (i+1)*size]
	}
	kernel.Copy(in.x, part(b.X))
	if in.about != nil {
		copy(in.about, part(b.About))
	}
	in.at(epoch)
}

func (in inputs) at(epoch float64) {
	if in.epoch != nil {
		in.epoch[0] = float32(epoch)
	}
}
