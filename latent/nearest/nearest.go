// Package nearest finds the nearest neighbours of many points: all of them by all distances, or most
// of them in a fraction of the time.
package nearest

import (
	"context"
	"fmt"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Search is a way to look for neighbours.
type Search int

// The ways to search.
const (
	Auto      Search = iota // Exact for up to ExactPoints points, Clustered for more
	Exact                   // among all points
	Clustered               // among the points of near cells
)

// ExactPoints is the most points whose neighbours Auto finds exactly.
const ExactPoints = 100_000

// Options say how to search.
type Options struct {
	Search Search
	// Probes is in how many cells the clustered search looks for the neighbours of a point, 12 if
	// zero. In all cells it finds what the exact search does.
	Probes int
	// Seed of the points at which the cells begin.
	Seed uint64
	// Progress, if not nil, is called with the number of points whose neighbours are found.
	Progress func(done, all int)
}

const defaultProbes = 12

// New makes points x (n, d) ready. The clustered search divides them into cells, some n^¾/16, by the
// nearest of as many centroids: six steps of Lloyd on a sample. The rows of the space are then in the
// order of the cells. The neighbours of a point are looked for in the cells whose centroids are nearest
// to it, and in further ones where those have too few points; of what is there they are the nearest.
//
// All results are functions of x and the options, the same bits for any number of processors. Fewer
// than 2 points, values that are not finite, kernels that are not those asked for and a context that
// ends are errors.
//
// Lloyd, Least squares quantization in PCM, IEEE Transactions on Information Theory 1982; cells as an
// index: Jégou, Douze and Schmid, Product Quantization for Nearest Neighbor Search, PAMI 2011.
func New(ctx context.Context, x *tensor.Tensor, o Options) (*Space, error) {
	if err := kernel.Environment(); err != nil {
		return nil, fmt.Errorf("nearest: %w", err)
	}
	if len(x.Shape) != 2 || x.Shape[0] < 2 || x.Shape[1] == 0 {
		return nil, fmt.Errorf("nearest: x has shape %v, want (points, columns) with at least 2 points", x.Shape)
	}
	if err := finite("x", x); err != nil {
		return nil, err
	}
	if o.Probes < 0 || o.Search < Auto || o.Search > Clustered {
		return nil, fmt.Errorf("nearest: search %d with %d probes, want a search from 0 to %d and probes from 0", o.Search, o.Probes, Clustered)
	}
	s := newSpace(x)
	s.progress = o.Progress
	if o.Search == Exact || o.Search == Auto && s.N <= ExactPoints {
		s.cut([]int{0, s.N})
		return s, nil
	}
	if o.Probes == 0 {
		o.Probes = defaultProbes
	}
	return s, s.divide(ctx, o)
}

// finite says where x (n, d) has a value that is not finite.
func finite(name string, x *tensor.Tensor) error {
	if i := kernel.FirstNonFinite(x.Data); i >= 0 {
		d := x.Shape[1]
		return fmt.Errorf("nearest: %s: row %d, column %d is %v, want a finite value", name, i/d, i%d, x.Data[i])
	}
	return nil
}

// Exact reports whether the neighbours that the space finds are all exact.
func (s *Space) Exact() bool { return s.cells == nil }

// Neighbours finds the k nearest other rows of every row. k below 1 or above n − 1 is an error.
func (s *Space) Neighbours(ctx context.Context, k int) (*Neighbours, error) {
	if k < 1 || k >= s.N {
		return nil, fmt.Errorf("nearest: %d neighbours among %d points, want 1 to %d", k, s.N, s.N-1)
	}
	near, own := s.room(s.N, k), func(i int) int { return i }
	progress := &counter{all: s.N, tell: s.progress}
	if s.cells == nil {
		return near, s.all(ctx, near, s.x, own, progress)
	}
	return near, s.probe(ctx, near, query{x: s.x, own: own, starts: s.cells.starts}, progress)
}

// Among finds the k nearest rows for each of other points x (m, d). The answer for one does not depend
// on the others. Values that are not finite, another d and k below 1 or above n are errors.
func (s *Space) Among(ctx context.Context, x *tensor.Tensor, k int) (*Neighbours, error) {
	if len(x.Shape) != 2 || x.Shape[1] != s.D {
		return nil, fmt.Errorf("nearest: new points have shape %v, want (points, %d)", x.Shape, s.D)
	}
	if k < 1 || k > s.N {
		return nil, fmt.Errorf("nearest: %d neighbours among %d points, want 1 to %d", k, s.N, s.N)
	}
	if err := finite("new points", x); err != nil {
		return nil, err
	}
	near, own := s.room(x.Shape[0], k), func(int) int { return -1 }
	progress := &counter{all: near.N, tell: s.progress}
	if s.cells == nil {
		return near, s.all(ctx, near, x.Data, own, progress)
	}
	q := query{x: x.Data, own: own}
	q.starts, q.order = grouped(s.assign(ctx, x.Data, s.cells.centroids), s.cells.count())
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return near, s.probe(ctx, near, q, progress)
}

// NeighboursOf finds the k nearest other rows of some rows, exactly. k below 1 or above n − 1 is an error.
func (s *Space) NeighboursOf(ctx context.Context, rows []int, k int) (*Neighbours, error) {
	if k < 1 || k >= s.N {
		return nil, fmt.Errorf("nearest: %d neighbours among %d points, want 1 to %d", k, s.N, s.N-1)
	}
	near, x := s.room(len(rows), k), make([]float32, len(rows)*s.D)
	for i, row := range rows {
		copy(x[i*s.D:], s.row(row))
	}
	return near, s.all(ctx, near, x, func(i int) int { return rows[i] }, nil)
}

// recalled is how many points the recall is measured on: a few blocks.
const recalled = 3 * blockSize

// Recall is the share of the nearest neighbours that are found, of some 700 rows spread over the space,
// whose neighbours are found exactly too. Near are all of the space's [Space.Neighbours].
func (s *Space) Recall(ctx context.Context, near *Neighbours) (float64, error) {
	if s.cells == nil {
		return 1, nil
	}
	m := min(recalled, s.N)
	rows := make([]int, m)
	for i := range rows {
		rows[i] = (2*i + 1) * s.N / (2 * m)
	}
	exact, err := s.NeighboursOf(ctx, rows, near.K)
	if err != nil {
		return 0, err
	}
	found := 0
	for i, row := range rows {
		is := make(map[uint32]bool, near.K)
		for _, id := range exact.IDs[i*near.K : (i+1)*near.K] {
			is[id] = true
		}
		for _, id := range near.IDs[row*near.K : (row+1)*near.K] {
			if is[id] {
				found++
			}
		}
	}
	return float64(found) / float64(m*near.K), nil
}
