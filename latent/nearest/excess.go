package nearest

import (
	"context"
	"fmt"

	"latentspace/kernel"
)

// Excess is how far the rows of other points, such as a map of these, are from being neighbours here:
// the sum of max(0, r − k), where near has the k nearest rows of every row there, and r is the rank of
// the row among all here by nearness. A space that is not in the own order of its points, or has
// another number of them, is an error.
func (s *Space) Excess(ctx context.Context, near *Neighbours) (int, error) {
	if s.Order != nil || near.N != s.N {
		return 0, fmt.Errorf("nearest: ranks of %d points in a space of %d, want the exact search and as many", near.N, s.N)
	}
	k := near.K
	parts := make([]int, (s.N+blockSize-1)/blockSize)
	kernel.For(s.N, blockSize, func(lo, hi int) {
		b := s.newBlock(k)
		for i := lo; i < hi; i++ {
			b.add(s.row(i), i)
		}
		ids := near.IDs[lo*k : hi*k]
		limits, nearer := b.limits(ids), make([]int, len(ids))
		for t := range s.tiles {
			if ctx.Err() != nil {
				return
			}
			t := &s.tiles[t]
			product := b.multiply(b.every, t.values, t.n)
			for e := range ids {
				i := e / k
				nearer[e] += b.nearer(product[i*t.n:(i+1)*t.n], &b.rows[i], int(ids[e]), t.lo, &limits[e])
			}
		}
		for _, count := range nearer {
			parts[lo/blockSize] += max(0, count+1-k)
		}
	})
	excess := 0
	for _, p := range parts {
		excess += p
	}
	return excess, ctx.Err()
}

// limit is between which products only the distances tell whether a point is nearer
// than another at a distance.
type limit struct {
	low, high float32
	distance  float32
}

// limits has that of every neighbour of the rows of a block.
func (b *block) limits(ids []uint32) []limit {
	all := make([]limit, len(ids))
	for e, id := range ids {
		c := &b.rows[e/b.k]
		d := b.distance(c.x, int(id))
		slack := b.slack(c.norm, d)
		all[e] = limit{d - c.norm - slack, d - c.norm + slack, d}
	}
	return all
}

// nearer counts the points of a tile from lo on that are nearer to a point than j is, by its products
// with them.
func (b *block) nearer(product []float32, c *candidates, j, lo int, l *limit) int {
	count, atMost := kernel.CountBelow(product, l.low, l.high)
	between := atMost - count
	if own := c.own - lo; own >= 0 && own < len(product) && product[own] <= l.low {
		count-- // the point itself is no neighbour
	}
	if between == 0 {
		return count
	}
	for _, at := range b.found[:kernel.Below(b.found, product, l.high)] {
		other := lo + int(at)
		if product[at] <= l.low || other == c.own || other == j {
			continue
		}
		if d := b.distance(c.x, other); d < l.distance || d == l.distance && other < j {
			count++
		}
	}
	return count
}
