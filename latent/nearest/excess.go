package nearest

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
)

// Excess says, for each of some rows, how far its neighbours elsewhere, such as on a map, are from being
// its neighbours here: the sum of max(0, r − k), where near has the k nearest rows of
// each of them there, and r is the rank of one by nearness to it among all rows here. A space that is
// not in the own order of its points, and another number of rows than near has, are errors.
func (s *Space) Excess(ctx context.Context, near *Neighbours, rows []int) ([]int, error) {
	if s.Order != nil || near.N != len(rows) {
		return nil, fmt.Errorf("nearest: ranks of the neighbours of %d points for %d rows, want the exact search and as many", near.N, len(rows))
	}
	k := near.K
	excess := make([]int, len(rows))
	kernel.For(len(rows), blockSize, func(lo, hi int) {
		b := s.newBlock(k)
		for _, row := range rows[lo:hi] {
			b.add(s.row(row), row)
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
		for e, count := range nearer {
			excess[lo+e/k] += max(0, count+1-k)
		}
	})
	return excess, ctx.Err()
}

// limit is above and up to which products only the distances tell whether a point is nearer
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
		low := math.Nextafter32(d-c.norm-slack, float32(math.Inf(-1))) // without slack equal products are equal distances
		all[e] = limit{low, d - c.norm + slack, d}
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
