package nearest

import (
	"math"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Space is points made ready for the distances between all of them. Its rows are the points in
// their own order, or in one in which near points are near in memory.
//
// Less the squared length of the first point, a squared distance is a product,
//
//	|a − b|² − |a|² = (−2a, 1)·(b, |b|²)
//
// of points about their mean and scaled by a power of two to at most 1, so that
// little is cancelled and nothing overflows.
type Space struct {
	N, D int
	// Order has the point of each row, nil for the own order.
	Order []uint32

	x     []float32 // (n, d), rows as given
	mean  []float32
	scale float64
	tiles []tile
	cells *cells // nil for the exact search

	progress func(done, all int)
}

// tile is rows [lo, lo + n) as columns: (d+1, n), b and |b|².
type tile struct {
	lo, n  int
	values []float32
}

// tileSize is the most columns of a product: with blockSize rows it fits a second cache.
const tileSize = 512

// newSpace measures points x (n, d), which are finite.
func newSpace(x *tensor.Tensor) *Space {
	s := &Space{x: x.Data, N: x.Shape[0], D: x.Shape[1], scale: 1}
	moments := make([]float32, 2*s.D)
	kernel.Moments(moments, s.x)
	s.mean = moments[:s.D]
	if far := s.farthest(); far > 0 {
		_, exponent := math.Frexp(far * math.Sqrt(float64(s.D)))
		s.scale = math.Ldexp(1, -exponent)
	}
	return s
}

// cut makes tiles of the rows from each of starts to the next.
func (s *Space) cut(starts []int) {
	for c, from := range starts[1:] {
		for lo := starts[c]; lo < from; lo += tileSize {
			s.tiles = append(s.tiles, tile{lo: lo, n: min(tileSize, from-lo)})
		}
	}
	kernel.For(len(s.tiles), 1, func(lo, hi int) {
		for t := lo; t < hi; t++ {
			s.tiles[t].values = s.columns(s.x[s.tiles[t].lo*s.D:][:s.tiles[t].n*s.D])
		}
	})
}

// farthest is the largest |x − mean| of a coordinate.
func (s *Space) farthest() float64 {
	parts := make([]float64, (s.N+tileSize-1)/tileSize)
	kernel.For(s.N, tileSize, func(lo, hi int) {
		far := 0.0
		for i := lo; i < hi; i++ {
			for j, v := range s.row(i) {
				far = max(far, math.Abs(float64(v)-float64(s.mean[j])))
			}
		}
		parts[lo/tileSize] = far
	})
	far := 0.0
	for _, p := range parts {
		far = max(far, p)
	}
	return far
}

func (s *Space) row(i int) []float32 { return s.x[i*s.D : (i+1)*s.D] }

// point is the one that row i has.
func (s *Space) point(i int) int {
	if s.Order == nil {
		return i
	}
	return int(s.Order[i])
}

// farAway is beyond all points of the space, and small enough to be squared.
const farAway = 1 << 40

// centred is coordinate j of x about the mean, scaled. A point far from those of the space comes
// nearer: its distances themselves decide then, as its length makes everything else uncertain.
func (s *Space) centred(x float32, j int) float32 {
	return float32(max(-farAway, min((float64(x)-float64(s.mean[j]))*s.scale, farAway)))
}

// columns are points x (m, d) as the columns of a tile.
func (s *Space) columns(x []float32) []float32 {
	m := len(x) / s.D
	t := make([]float32, (s.D+1)*m)
	for i := range m {
		norm := 0.0
		for j, v := range x[i*s.D : (i+1)*s.D] {
			b := s.centred(v, j)
			t[j*m+i] = b
			norm += float64(float64(b) * float64(b))
		}
		t[s.D*m+i] = float32(norm)
	}
	return t
}

// left writes the left side (−2a, 1) of a point x, and returns |a|².
func (s *Space) left(to, x []float32) float32 {
	norm := 0.0
	for j, v := range x {
		a := s.centred(v, j)
		to[j] = -2 * a
		norm += float64(float64(a) * float64(a))
	}
	to[s.D] = 1
	return float32(norm)
}

// slack bounds the error of the difference of two products of points that are no
// farther from one of squared length norm than at the squared distance near: chains
// of d + 1 roundings, and those of the points.
func (s *Space) slack(norm, near float32) float32 {
	return float32(10 * float64(s.D+8) * 0x1p-24 * (float64(norm) + max(0, float64(near))))
}

// distance is the squared distance of a point x from row j, scaled.
func (s *Space) distance(x []float32, j int) float32 {
	return float32(kernel.SquaredDistance(x, s.row(j)) * s.scale * s.scale)
}

// Tiles calls f for pieces of the space, one after another: for n rows from row lo on, about the mean
// and scaled, as the columns of a matrix (d, n).
func (s *Space) Tiles(f func(lo, n int, columns []float32)) {
	for _, t := range s.tiles {
		f(t.lo, t.n, t.values[:t.n*s.D])
	}
}
