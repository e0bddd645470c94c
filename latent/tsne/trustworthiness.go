package tsne

import (
	"context"
	"fmt"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Trustworthiness is how much of the neighbourhoods of points y was there in x, from
// 0 to 1:
//
//	1 − 2/(nk(2n − 3k − 1)) · Σᵢ Σⱼ max(0, r(i, j) − k)
//
//	x (n, d)   y (n, dims)
//
// where j runs over the k nearest neighbours of i in y and is the r(i, j)-th nearest
// in x. Of equally near points that with the smaller index is nearer. The work grows
// with n². k below 1 or from n/2 on, values that are not finite and shapes that do not
// fit are errors.
//
// Venna and Kaski, Neighborhood Preservation in Nonlinear Projection Methods, ICANN
// 2001.
func Trustworthiness(ctx context.Context, x, y *tensor.Tensor, k int) (float64, error) {
	if len(x.Shape) != 2 || x.Shape[1] == 0 {
		return 0, fmt.Errorf("tsne: x has shape %v, want (points, columns)", x.Shape)
	}
	if err := embeds(x, y); err != nil {
		return 0, err
	}
	n := x.Shape[0]
	if k < 1 || 2*k >= n {
		return 0, fmt.Errorf("tsne: trustworthiness of %d neighbours among %d points, want at least 1 and fewer than half", k, n)
	}
	before, err := newSpace("x", x)
	if err != nil {
		return 0, err
	}
	after, err := newSpace("y", y)
	if err != nil {
		return 0, err
	}
	near, err := after.neighbours(ctx, k)
	if err != nil {
		return 0, err
	}
	excess, err := before.excess(ctx, near)
	if err != nil {
		return 0, err
	}
	return 1 - float64(excess)*2/(float64(n)*float64(k)*float64(2*n-3*k-1)), nil
}

// excess is the sum of what the ranks of neighbours found elsewhere are above k.
func (s *space) excess(ctx context.Context, near *neighbours) (int, error) {
	k := near.k
	parts := make([]int, (s.n+blockSize-1)/blockSize)
	kernel.For(s.n, blockSize, func(lo, hi int) {
		b := newBlock(s, lo, hi)
		ids := near.ids[lo*k : hi*k]
		limits, nearer := s.limits(b, ids, k), make([]int, len(ids))
		for t := range s.tiles {
			if ctx.Err() != nil {
				return
			}
			b.multiply(t)
			for e := range ids {
				nearer[e] += b.nearer(lo+e/k, int(ids[e]), t, &limits[e])
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
func (s *space) limits(b *block, ids []uint32, k int) []limit {
	all := make([]limit, len(ids))
	for e, id := range ids {
		norm, d := b.norms[e/k], s.distance(b.lo+e/k, int(id))
		slack := s.slack(norm, d)
		all[e] = limit{d - norm - slack, d - norm + slack, d}
	}
	return all
}

// nearer counts the points of a tile that are nearer to i than j is.
func (b *block) nearer(i, j, tile int, l *limit) int {
	row := b.row(i-b.lo, tile)
	count, atMost := kernel.CountBelow(row, l.low, l.high)
	between := atMost - count
	if own := i - tile*tileSize; own >= 0 && own < len(row) && row[own] <= l.low {
		count-- // the point itself is no neighbour
	}
	if between == 0 {
		return count
	}
	for _, c := range b.found[:kernel.Below(b.found, row, l.high)] {
		other := tile*tileSize + int(c)
		if row[c] <= l.low || other == i || other == j {
			continue
		}
		if d := b.distance(i, other); d < l.distance || d == l.distance && other < j {
			count++
		}
	}
	return count
}
