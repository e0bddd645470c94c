package tsne

import (
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/tensor"
)

// space is points made ready for the distances between all of them.
//
// Less the squared length of the first point, a squared distance is a product,
//
//	|a − b|² − |a|² = (−2a, 1)·(b, |b|²)
//
// of points about their mean and scaled by a power of two to at most 1, so that
// little is cancelled and nothing overflows.
type space struct {
	x     []float32 // (n, d), as given
	n, d  int
	mean  []float32
	scale float64
	tiles [][]float32 // of tileSize points: (d+1, points), b and |b|² in columns
}

// tileSize is the columns of a product: with blockSize rows it fits a second cache.
const tileSize = 512

// newSpace is an error where x has a value that is not finite, and where the kernels are not those
// asked for.
func newSpace(name string, x *tensor.Tensor) (*space, error) {
	if err := kernel.Environment(); err != nil {
		return nil, fmt.Errorf("tsne: %w", err)
	}
	if err := finite(name, x); err != nil {
		return nil, err
	}
	s := &space{x: x.Data, n: x.Shape[0], d: x.Shape[1], scale: 1}
	moments := make([]float32, 2*s.d)
	kernel.Moments(moments, s.x)
	s.mean = moments[:s.d]
	if far := s.farthest(); far > 0 {
		_, exponent := math.Frexp(far * math.Sqrt(float64(s.d)))
		s.scale = math.Ldexp(1, -exponent)
	}
	s.tiles = make([][]float32, (s.n+tileSize-1)/tileSize)
	kernel.For(s.n, tileSize, func(lo, hi int) {
		s.tiles[lo/tileSize] = s.tile(lo, hi)
	})
	return s, nil
}

// farthest is the largest |x − mean| of a coordinate.
func (s *space) farthest() float64 {
	parts := make([]float64, (s.n+tileSize-1)/tileSize)
	kernel.For(s.n, tileSize, func(lo, hi int) {
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

func (s *space) row(i int) []float32 { return s.x[i*s.d : (i+1)*s.d] }

// centred is coordinate j of x about the mean, scaled.
func (s *space) centred(x float32, j int) float32 {
	return float32((float64(x) - float64(s.mean[j])) * s.scale)
}

func (s *space) tile(lo, hi int) []float32 {
	m := hi - lo
	t := make([]float32, (s.d+1)*m)
	for i := range m {
		norm := 0.0
		for j, v := range s.row(lo + i) {
			b := s.centred(v, j)
			t[j*m+i] = b
			norm += float64(float64(b) * float64(b))
		}
		t[s.d*m+i] = float32(norm)
	}
	return t
}

// columns is how many points a tile has.
func (s *space) columns(tile int) int { return min(tileSize, s.n-tile*tileSize) }

// left writes the left sides (−2a, 1) of rows [lo, hi), and their |a|².
func (s *space) left(to, norms []float32, lo, hi int) {
	for i := lo; i < hi; i++ {
		row, norm := to[(i-lo)*(s.d+1):][:s.d+1], 0.0
		for j, v := range s.row(i) {
			a := s.centred(v, j)
			row[j] = -2 * a
			norm += float64(float64(a) * float64(a))
		}
		row[s.d] = 1
		norms[i-lo] = float32(norm)
	}
}

// slack bounds the error of the difference of two products of points that are no
// farther from one of squared length norm than at the squared distance near: chains
// of d + 1 roundings, and those of the points.
func (s *space) slack(norm, near float32) float32 {
	return float32(10 * float64(s.d+8) * 0x1p-24 * (float64(norm) + max(0, float64(near))))
}

// distance is the squared distance of two points, scaled.
func (s *space) distance(i, j int) float32 {
	return float32(kernel.SquaredDistance(s.row(i), s.row(j)) * s.scale * s.scale)
}
