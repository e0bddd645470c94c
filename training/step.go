package training

import (
	"context"
	"fmt"

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
	part, parts := t.team.Rank()
	return data.NewStream(train, data.StreamOptions{
		Batch: t.batch, Seed: t.cfg.Seed, Start: t.Batches(t.step), Part: part, Parts: parts,
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

// divide checks train.shards against the batch, which can be smaller than asked.
func (t *trainer) divide() error {
	t.shards = max(1, t.cfg.Train.Shards)
	least, kind := models.Least(t.cfg.Model), t.cfg.ModelKind()
	switch {
	case t.shards == 1 && t.batch < least:
		return fmt.Errorf("training: train.batch: %d, want at least %d, the fewest examples that the loss of a model of kind %s is defined for", t.batch, least, kind)
	case t.batch%t.shards != 0:
		return fmt.Errorf("training: train.shards: %d, want it to divide the batch, which is all %d examples of the training set; give train.batch", t.shards, t.batch)
	case t.batch/t.shards < least:
		return fmt.Errorf("training: train.shards: %d, of %d examples each, want at least %d in each, the fewest that the loss of a model of kind %s is defined for", t.shards, t.batch/t.shards, least, kind)
	}
	return nil
}

// turn is what an update of a phase is made from.
type turn struct {
	batch *data.Batch
	epoch float64 // since the start of training
	draw  uint64
}

// gradients computes the gradients of a phase, the new state of its layers and its terms: the means
// over the shards of the batch.
func (t *trainer) gradients(p *phase, now turn) error {
	if t.shards == 1 {
		return t.shard(p, now, 0)
	}
	t.team.sayWhetherToStop()
	lo, hi := t.own()
	for i := lo; i < hi; i++ {
		if err := t.shard(p, now, i); err != nil {
			return err
		}
		p.sums.Add(p.results)
	}
	if err := t.team.Sum(p.sums.Sum()); err != nil {
		return err
	}
	p.sums.Means(p.results, t.shards)
	t.team.stopIfAnyIs()
	return nil
}

// shard runs a phase on a shard of the batch.
func (t *trainer) shard(p *phase, now turn, i int) error {
	p.in.fill(now.batch, i, t.shards, now.epoch)
	p.program.DrawPart(now.draw, i, t.shards)
	return p.program.RunAll()
}

// all are the results of a run: the gradients, the new state and the terms.
func (p *phase) all() [][]float32 {
	var results [][]float32
	for _, g := range p.program.Grads() {
		results = append(results, g.Value)
	}
	results = append(results, p.program.News()...)
	for _, term := range p.terms {
		results = append(results, p.program.Output(term.Value))
	}
	return results
}

// seek runs the shards of a turn again until one has a value that is not finite, which stays in the
// program, and returns the examples of that shard; of all, if it finds none.
func (t *trainer) seek(p *phase, now turn) (examples []int, err error) {
	all, size := now.batch.Index, len(now.batch.Index)/t.shards
	lo, hi := t.own()
	for i := lo; i < hi && t.shards > 1; i++ {
		if err := t.shard(p, now, i); err != nil {
			return nil, err
		}
		if p.program.NonFinite() != "" {
			return all[i*size : (i+1)*size], nil
		}
	}
	return all, nil
}
