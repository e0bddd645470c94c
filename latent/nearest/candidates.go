package nearest

import (
	"math"
	"slices"

	"latentspace/kernel"
)

// candidates are rows that may be among the k nearest of a point, as their products in the order of
// numbers, and their numbers.
type candidates struct {
	*Space
	x     []float32 // the point
	own   int       // its row, −1 for none
	k     int
	norm  float32 // |x|²
	bound float32 // on the product
	keys  []uint64
}

// spareCandidates is how many candidates there are beyond k before they are thinned out.
const spareCandidates = 160

// scan adds the candidates of a tile that begins at row lo, by their products.
func (c *candidates) scan(product []float32, lo int, found []uint32) {
	for _, j := range found[:kernel.Below(found, product, c.bound)] {
		if row := lo + int(j); row != c.own {
			c.keys = append(c.keys, ordered(product[j])<<32|uint64(row))
		}
	}
	if len(c.keys) >= c.k+spareCandidates {
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
	if kept < c.k+spareCandidates/2 {
		return
	}
	// So many are about as near as the k-th, such as copies of one point, that only
	// their distances tell which to keep.
	exact := make([]uint64, kept)
	keyOf := make(map[uint32]uint64, kept)
	for n, key := range c.keys {
		exact[n] = c.exact(key)
		keyOf[uint32(exact[n])] = key
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

// exact is the key with the distance in place of the product, and the point in place of its row. The
// distance is not negative, so that its bits have its order.
func (c *candidates) exact(key uint64) uint64 {
	row := int(uint32(key))
	return uint64(math.Float32bits(c.distance(c.x, row)))<<32 | uint64(c.point(row))
}

// finish writes the k nearest as those of point i.
func (c *candidates) finish(near *Neighbours, i int) {
	if len(c.keys) > c.k {
		c.thin()
	}
	for n, key := range c.keys {
		c.keys[n] = c.exact(key)
	}
	slices.Sort(c.keys)
	for n, key := range c.keys[:c.k] {
		near.IDs[i*c.k+n] = uint32(c.rowOf(int(uint32(key))))
		near.Distances[i*c.k+n] = math.Float32frombits(uint32(key >> 32))
	}
}
