// Package tree joins the shards of a training step: equal parts of its batch, each of which is a run of
// the program.
package tree

import "latentspace/kernel"

// Tree sums what the shards of a step give. Neighbours are added, then neighbouring pairs, up to the
// whole,
//
//	(g₀ + g₁) + (g₂ + g₃)
//
// in float32: the order of the additions is a function of the number of shards alone.
type Tree struct {
	partial  [][]float32 // of each height of the tree: the subtree that waits for its neighbour
	finished int         // shards of this step
}

// New returns the tree of n shards that give results of some sizes.
func New(n int, results [][]float32) *Tree {
	size := 0
	for _, r := range results {
		size += len(r)
	}
	s := &Tree{}
	for shards := 1; shards <= n; shards *= 2 {
		s.partial = append(s.partial, make([]float32, size))
	}
	return s
}

// Add counts what the next shard gave.
func (s *Tree) Add(results [][]float32) {
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

// Sum is what all shards of the tree gave. If it is one of several subtrees, theirs are to be added.
func (s *Tree) Sum() []float32 { return s.partial[len(s.partial)-1] }

// Means puts the means of all shards, of which there are n with those of other subtrees, in the place
// of what the last one gave, and begins again.
func (s *Tree) Means(results [][]float32, n int) {
	sum, at := s.Sum(), 0
	for _, r := range results {
		kernel.Scale(r, sum[at:at+len(r)], 1/float32(n))
		at += len(r)
	}
	s.finished = 0
}
