package tsne

import (
	"context"
	"math"
	"math/bits"
	"slices"

	"latentspace/nn/kernel"
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
		for i := range rows {
			rows[i] = candidates{space: s, i: lo + i, k: k, norm: b.norms[i], bound: float32(math.Inf(1))}
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

// candidates are points that may be among the k nearest of point i, as their
// products in the order of numbers, and their indices.
type candidates struct {
	*space
	i, k  int
	norm  float32 // |x[i]|²
	bound float32 // on the product
	keys  []uint64
}

// spare is how many candidates there are beyond k before they are thinned out.
const spare = 160

// scan adds the candidates of a tile.
func (c *candidates) scan(b *block, tile int) {
	row := b.row(c.i-b.lo, tile)
	for _, j := range b.found[:kernel.Below(b.found, row, c.bound)] {
		if id := tile*tileSize + int(j); id != c.i {
			c.keys = append(c.keys, ordered(row[j])<<32|uint64(id))
		}
	}
	if len(c.keys) >= c.k+spare {
		c.thin()
	}
}

// thin drops the candidates that cannot be among the k nearest.
func (c *candidates) thin() {
	smallest(c.keys, c.k)
	near := product(slices.Max(c.keys[:c.k]))
	c.bound = near + c.slack(c.norm, near+c.norm)
	kept := c.k
	for _, key := range c.keys[c.k:] {
		if product(key) <= c.bound {
			c.keys[kept] = key
			kept++
		}
	}
	c.keys = c.keys[:kept]
	if kept < c.k+spare/2 {
		return
	}
	// So many are about as near as the k-th, such as copies of one point, that only
	// their distances tell which to keep.
	exact := make([]uint64, kept)
	keyOf := make(map[uint32]uint64, kept)
	for n, key := range c.keys {
		exact[n] = c.exact(key)
		keyOf[uint32(key)] = key
	}
	smallest(exact, c.k)
	for n, key := range exact[:c.k] {
		c.keys[n] = keyOf[uint32(key)]
	}
	c.keys = c.keys[:c.k]
}

// exact is the key with the distance in place of the product. It is not negative,
// so that its bits have its order.
func (c *candidates) exact(key uint64) uint64 {
	return uint64(math.Float32bits(c.distance(c.i, int(uint32(key)))))<<32 | key&math.MaxUint32
}

// finish writes the k nearest.
func (c *candidates) finish(ids []uint32, distances []float32) {
	if len(c.keys) > c.k {
		c.thin()
	}
	for n, key := range c.keys {
		c.keys[n] = c.exact(key)
	}
	slices.Sort(c.keys)
	for n, key := range c.keys[:c.k] {
		ids[n], distances[n] = uint32(key), math.Float32frombits(uint32(key>>32))
	}
}

// ordered is an integer that has the order of x among numbers.
func ordered(x float32) uint64 {
	b := math.Float32bits(x)
	if b>>31 != 0 {
		return uint64(^b)
	}
	return uint64(b | 1<<31)
}

// product is the number that a key begins with.
func product(key uint64) float32 {
	b := uint32(key >> 32)
	if b>>31 != 0 {
		return math.Float32frombits(b &^ (1 << 31))
	}
	return math.Float32frombits(^b)
}

// smallest moves the k smallest keys, which all differ, to the front. What a
// processor could only guess, whether a key is below the pivot, is added, not
// branched on.
//
// Hoare, Algorithm 65: Find, Communications of the ACM 1961; Lomuto's partition.
func smallest(keys []uint64, k int) {
	for lo, hi := 0, len(keys); hi-lo > 1; {
		part := keys[lo:hi]
		last := len(part) - 1
		pivot := median(part[0], part[last/2], part[last])
		below := 0
		for i, key := range part {
			part[i] = part[below]
			part[below] = key
			_, less := bits.Sub64(key, pivot, 0)
			below += int(less)
		}
		// part[:below] is below the pivot; the pivot itself is somewhere behind.
		switch {
		case lo+below > k:
			hi = lo + below
		case lo+below == k:
			return
		default:
			for i, key := range part[below:] {
				if key == pivot {
					part[below], part[below+i] = pivot, part[below]
					break
				}
			}
			lo += below + 1
		}
		if lo >= k {
			return
		}
	}
}

func median(a, b, c uint64) uint64 { return max(min(a, b), min(max(a, b), c)) }
