package training

import (
	"fmt"

	"latentspace/data"
	"latentspace/kernel"
	"latentspace/models"
)

// tree sums what the shards of a step give: train.shards equal parts of its batch, each of which is
// a run of the program. Neighbours are added, then neighbouring pairs, up to the whole,
//
//	(g₀ + g₁) + (g₂ + g₃)
//
// in float32: the order of the additions is a function of the number of shards alone.
type tree struct {
	partial  [][]float32 // of each height of the tree: the subtree that waits for its neighbour
	finished int         // shards of this step
}

// newTree returns the tree of n shards that give results of some sizes.
func newTree(n int, results [][]float32) tree {
	size := 0
	for _, r := range results {
		size += len(r)
	}
	var s tree
	for shards := 1; shards <= n; shards *= 2 {
		s.partial = append(s.partial, make([]float32, size))
	}
	return s
}

// add counts what the next shard gave.
func (s *tree) add(results [][]float32) {
	at, right := 0, s.finished%2 == 1
	for _, r := range results {
		sum := s.partial[0][at : at+len(r)]
		if at += len(r); right {
			kernel.Add(sum, sum, r)
		} else {
			kernel.Copy(sum, r)
		}
	}
	s.finished++
	for height := 1; height < len(s.partial) && s.finished%(1<<height) == 0; height++ {
		below, here := s.partial[height-1], s.partial[height]
		if s.finished>>height%2 == 0 {
			kernel.Add(here, here, below)
		} else {
			s.partial[height-1], s.partial[height] = here, below
		}
	}
}

// means puts the means of all shards in the place of what the last one gave, and begins again.
func (s *tree) means(results [][]float32) {
	sum, at := s.partial[len(s.partial)-1], 0
	for _, r := range results {
		kernel.Scale(r, sum[at:at+len(r)], 1/float32(s.finished))
		at += len(r)
	}
	s.finished = 0
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
	for i := range t.shards {
		if err := t.shard(p, now, i); err != nil {
			return err
		}
		if t.shards > 1 {
			p.sums.add(p.results)
		}
	}
	if t.shards > 1 {
		p.sums.means(p.results)
	}
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
	for i := 0; i < t.shards && t.shards > 1; i++ {
		if err := t.shard(p, now, i); err != nil {
			return nil, err
		}
		if p.program.NonFinite() != "" {
			return all[i*size : (i+1)*size], nil
		}
	}
	return all, nil
}
