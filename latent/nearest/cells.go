package nearest

import (
	"context"
	"math"

	"latentspace/kernel"
)

// cells divide the rows of a space by the nearest of some centroids.
type cells struct {
	centroids centroids
	starts    []int    // of cells among the rows
	tiles     []int    // of cells among the tiles
	places    []uint32 // of a point, its row
	probes    int
}

func (c *cells) count() int { return len(c.starts) - 1 }

func (c *cells) size(cell int) int { return c.starts[cell+1] - c.starts[cell] }

const (
	lloydSteps = 6
	perCell    = 64 // points of the sample of which a centroid is the mean
)

// cellsOf is a number that grows faster than the root of that of points: with fewer cells there are
// more candidates, with more the products are smaller.
func cellsOf(n int) int { return max(1, int(math.Sqrt(float64(n)*math.Sqrt(float64(n)))/16)) }

// divide puts the rows into the order of cells, and in a cell of points.
func (s *Space) divide(ctx context.Context, o Options) error {
	c := &cells{probes: o.Probes, centroids: s.lloyd(ctx, cellsOf(s.N), o.Seed)}
	of := s.assign(ctx, s.x, c.centroids)
	if err := ctx.Err(); err != nil {
		return err
	}
	c.starts, s.Order = grouped(of, c.centroids.n)
	c.places = make([]uint32, s.N)
	x := make([]float32, len(s.x))
	kernel.For(s.N, blockSize, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			c.places[s.Order[i]] = uint32(i)
			copy(x[i*s.D:(i+1)*s.D], s.row(int(s.Order[i])))
		}
	})
	s.x, s.cells = x, c
	s.cut(c.starts)
	c.tiles = make([]int, c.count()+1)
	for t, cell := 0, 0; cell < c.count(); cell++ {
		for t < len(s.tiles) && s.tiles[t].lo < c.starts[cell+1] {
			t++
		}
		c.tiles[cell+1] = t
	}
	return nil
}

// rowOf is the row that has a point.
func (s *Space) rowOf(point int) int {
	if s.cells == nil {
		return point
	}
	return int(s.cells.places[point])
}

// grouped sorts points by their cells, of equal ones in their own order.
func grouped(of []uint32, cells int) (starts []int, order []uint32) {
	starts, order = make([]int, cells+1), make([]uint32, len(of))
	for _, c := range of {
		starts[c+1]++
	}
	for c := range cells {
		starts[c+1] += starts[c]
	}
	next := append([]int(nil), starts...)
	for i, c := range of {
		order[next[c]] = uint32(i)
		next[c]++
	}
	return starts, order
}

// centroids are n points (n, d) about the mean and scaled, and as the columns of tiles.
type centroids struct {
	n, d  int
	at    []float32
	tiles []tile
}

// newCentroids makes tiles.
func newCentroids(at []float32, d int) centroids {
	c := centroids{n: len(at) / d, d: d, at: at}
	for lo := 0; lo < c.n; lo += tileSize {
		t := tile{lo: lo, n: min(tileSize, c.n-lo)}
		t.values = make([]float32, (d+1)*t.n)
		for i := range t.n {
			c.column(t.values, i, t.n, lo+i)
		}
		c.tiles = append(c.tiles, t)
	}
	return c
}

// column writes centroid c as column i of a matrix (d+1, n).
func (c *centroids) column(to []float32, i, n, centroid int) {
	norm := 0.0
	for j, v := range c.at[centroid*c.d : (centroid+1)*c.d] {
		to[j*n+i] = v
		norm += float64(float64(v) * float64(v))
	}
	to[c.d*n+i] = float32(norm)
}

// assign returns the nearest centroid of points x (m, d); of equal products the first.
func (s *Space) assign(ctx context.Context, x []float32, c centroids) []uint32 {
	of := make([]uint32, len(x)/s.D)
	kernel.For(len(of), blockSize, func(lo, hi int) {
		if ctx.Err() != nil {
			return
		}
		w := s.D + 1
		found := make([]uint32, tileSize+16)
		a, product, least := make([]float32, (hi-lo)*w), make([]float32, (hi-lo)*min(tileSize, c.n)), make([]float32, hi-lo)
		for i := lo; i < hi; i++ {
			s.left(a[(i-lo)*w:(i-lo+1)*w], x[i*s.D:(i+1)*s.D])
			least[i-lo] = float32(math.Inf(1))
		}
		for _, t := range c.tiles {
			product := product[:(hi-lo)*t.n]
			kernel.MatMul(product, a, t.values, hi-lo, t.n, w, false, false, false)
			for i := range least {
				if v, at := first(product[i*t.n:(i+1)*t.n], least[i], found); at >= 0 {
					least[i], of[lo+i] = v, uint32(t.lo+at)
				}
			}
		}
	})
	return of
}

// first returns the least value of x below bound and the index where it first occurs, or bound and −1.
// The least of a few values leaves few others to look at; room is for their indices.
func first(x []float32, bound float32, room []uint32) (v float32, at int) {
	const few = 16
	v, at = bound, -1
	for i, w := range x[:min(few, len(x))] {
		if w < v {
			v, at = w, i
		}
	}
	for _, i := range room[:kernel.Below(room, x, v)] {
		if w := x[i]; w < v {
			v, at = w, int(i)
		}
	}
	return v, at
}

// lloyd returns the centroids of cells: means of the members among a sample, one point from each of as
// many strata of the index. A cell without members keeps its centroid.
func (s *Space) lloyd(ctx context.Context, count int, seed uint64) centroids {
	m := min(s.N, perCell*count)
	key := kernel.Seed(seed, "nearest.sample")
	sample := make([]float32, m*s.D)
	for i := range m {
		lo, hi := i*s.N/m, (i+1)*s.N/m
		row := lo + min(int(float64(key.Uniform(i))*float64(hi-lo)), hi-lo-1)
		copy(sample[i*s.D:], s.row(row))
	}
	first := make([]int, m)
	kernel.Permute(first, kernel.Seed(seed, "nearest.first"))
	at := make([]float32, count*s.D)
	for c := range count {
		for j := range s.D {
			at[c*s.D+j] = s.centred(sample[first[c]*s.D+j], j)
		}
	}
	for range lloydSteps {
		if ctx.Err() != nil {
			break
		}
		starts, order := grouped(s.assign(ctx, sample, newCentroids(at, s.D)), count)
		kernel.For(count, 16, func(lo, hi int) {
			for c := lo; c < hi; c++ {
				s.centre(at[c*s.D:(c+1)*s.D], sample, order[starts[c]:starts[c+1]])
			}
		})
	}
	return newCentroids(at, s.D)
}

// centre writes the mean of some members of a sample, if there are any.
func (s *Space) centre(to, sample []float32, members []uint32) {
	if len(members) == 0 {
		return
	}
	sums := make([]float64, s.D)
	for _, i := range members {
		for j, v := range sample[int(i)*s.D : (int(i)+1)*s.D] {
			sums[j] += float64(s.centred(v, j))
		}
	}
	for j, sum := range sums {
		to[j] = float32(sum / float64(len(members)))
	}
}
