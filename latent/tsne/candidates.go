package tsne

import (
	"math"
	"slices"

	"latentspace/kernel"
)

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
	if slices.Max(exact[:c.k])>>32 == 0 {
		c.bound = float32(math.Inf(-1)) // of more copies of the point those seen come first
	}
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
