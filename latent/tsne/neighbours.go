package tsne

import (
	"context"
	"math"

	"latentspace/kernel"
)

// neighbours are the k nearest other points of each of n points, nearest first and
// of equally near ones that with the smaller index.
type neighbours struct {
	n, k      int
	ids       []uint32  // (n, k)
	distances []float32 // (n, k), squared
}

// blockSize is the rows of a product.
const blockSize = 240

// neighbours finds them by products of blocks of points with all tiles. What a
// product cannot tell apart is decided by the distances themselves.
func (s *space) neighbours(ctx context.Context, k int) (*neighbours, error) {
	near := &neighbours{n: s.n, k: k, ids: make([]uint32, s.n*k), distances: make([]float32, s.n*k)}
	kernel.For(s.n, blockSize, func(lo, hi int) {
		b := newBlock(s, lo, hi)
		rows := make([]candidates, hi-lo)
		most := tileSize + k + spare // candidates of a row
		keys := make([]uint64, most*len(rows))
		for i := range rows {
			rows[i] = candidates{
				space: s, i: lo + i, k: k, norm: b.norms[i], bound: float32(math.Inf(1)),
				keys: keys[i*most : i*most : (i+1)*most],
			}
		}
		for t := range s.tiles {
			if ctx.Err() != nil {
				return
			}
			b.multiply(t)
			for i := range rows {
				rows[i].scan(b, t)
			}
		}
		for i := range rows {
			rows[i].finish(near.ids[(lo+i)*k:][:k], near.distances[(lo+i)*k:][:k])
		}
	})
	return near, ctx.Err()
}

// block is rows [lo, hi) of the products, a tile at a time.
type block struct {
	*space
	lo, rows int
	a, norms []float32
	product  []float32 // (rows, columns of the tile)
	found    []uint32
}

func newBlock(s *space, lo, hi int) *block {
	rows := hi - lo
	b := &block{
		space: s, lo: lo, rows: rows, a: make([]float32, rows*(s.d+1)), norms: make([]float32, rows),
		product: make([]float32, rows*tileSize), found: make([]uint32, tileSize+16),
	}
	s.left(b.a, b.norms, lo, hi)
	return b
}

func (b *block) multiply(tile int) {
	kernel.MatMul(b.product, b.a, b.tiles[tile], b.rows, b.columns(tile), b.d+1, false, false, false)
}

// row is the products of row i with the tile.
func (b *block) row(i, tile int) []float32 {
	c := b.columns(tile)
	return b.product[i*c : (i+1)*c]
}
