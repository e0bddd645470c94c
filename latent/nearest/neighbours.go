package nearest

import (
	"context"
	"math"
	"sync"

	"latentspace/kernel"
)

// Neighbours are the K nearest rows of a space for each of N points, nearest first and of equally
// near ones that of the point with the smaller index.
type Neighbours struct {
	N, K      int
	IDs       []uint32  // (N, K): rows of the space
	Distances []float32 // (N, K): squared, and scaled by the square of Scale
	Scale     float64   // a power of two
}

// blockSize is the most rows of a product.
const blockSize = 240

func (s *Space) room(n, k int) *Neighbours {
	return &Neighbours{N: n, K: k, IDs: make([]uint32, n*k), Distances: make([]float32, n*k), Scale: s.scale}
}

// all finds neighbours by products of blocks of points with all tiles. What a product cannot tell
// apart is decided by the distances themselves. It looks for those of m points x (m, d); own has
// the row of each, which is not its own neighbour, or is nil.
func (s *Space) all(ctx context.Context, near *Neighbours, x []float32, own func(i int) int, p *counter) error {
	var spare sync.Pool
	kernel.For(near.N, blockSize, func(lo, hi int) {
		b := s.block(&spare, near.K)
		for i := lo; i < hi; i++ {
			b.add(x[i*s.D:(i+1)*s.D], own(i))
		}
		for t := range s.tiles {
			if ctx.Err() != nil {
				return
			}
			b.scan(&s.tiles[t], b.every)
		}
		for i := range b.rows {
			b.rows[i].finish(near, lo+i)
		}
		p.add(hi - lo)
		spare.Put(b)
	})
	return ctx.Err()
}

// block is up to blockSize points whose neighbours are looked for together.
type block struct {
	*Space
	k       int
	rows    []candidates
	a, some []float32 // left sides of all and of some
	product []float32 // (rows, columns of the tile)
	found   []uint32
	keys    []uint64
	every   []int // numbers of all rows
	open    []int // of those that a tile is scanned for
}

// block returns an empty one.
func (s *Space) block(spare *sync.Pool, k int) *block {
	if b, ok := spare.Get().(*block); ok {
		b.rows, b.every = b.rows[:0], b.every[:0]
		return b
	}
	return s.newBlock(k)
}

func (s *Space) newBlock(k int) *block {
	most := tileSize + k + spareCandidates
	return &block{
		Space: s, k: k, rows: make([]candidates, 0, blockSize),
		a: make([]float32, blockSize*(s.D+1)), some: make([]float32, blockSize*(s.D+1)),
		product: make([]float32, blockSize*tileSize), found: make([]uint32, tileSize+16),
		keys: make([]uint64, blockSize*most), every: make([]int, 0, blockSize), open: make([]int, 0, blockSize),
	}
}

// add adds a point x that is a row of the space, or −1.
func (b *block) add(x []float32, row int) {
	i, most := len(b.rows), len(b.keys)/blockSize
	b.every = append(b.every, i)
	b.rows = append(b.rows, candidates{
		Space: b.Space, x: x, own: row, k: b.k, norm: b.left(b.a[i*(b.D+1):(i+1)*(b.D+1)], x),
		bound: float32(math.Inf(1)), keys: b.keys[i*most : i*most : (i+1)*most],
	})
}

// scan adds the candidates of a tile to those of some rows, for which any can still come.
func (b *block) scan(t *tile, rows []int) {
	b.open = b.open[:0]
	for _, i := range rows {
		if !math.IsInf(float64(b.rows[i].bound), -1) {
			b.open = append(b.open, i)
		}
	}
	if len(b.open) == 0 {
		return
	}
	product := b.multiply(b.open, t.values, t.n)
	for n, i := range b.open {
		b.rows[i].scan(product[n*t.n:(n+1)*t.n], t.lo, b.found)
	}
}

// multiply returns the products (rows, n) of some rows with the columns (d+1, n).
func (b *block) multiply(rows []int, columns []float32, n int) []float32 {
	a, w := b.a, b.D+1
	if len(rows) < len(b.rows) {
		a = b.some
		for n, i := range rows {
			copy(a[n*w:(n+1)*w], b.a[i*w:])
		}
	}
	product := b.product[:len(rows)*n]
	kernel.MatMul(product, a[:len(rows)*w], columns, len(rows), n, w, false, false, false)
	return product
}

// counter tells how many of all points are done.
type counter struct {
	mu        sync.Mutex
	done, all int
	tell      func(done, all int)
}

func (c *counter) add(n int) {
	if c == nil || c.tell == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done += n
	c.tell(c.done, c.all)
}
