package mesh

import "latentspace/kernel"

// cells are points in the order of bands of the grid's rows, in a band in their
// own order.
type cells struct {
	order []int32   // number of the point
	at    []int32   // where in the grid its cell begins
	frac  []float32 // (n, 2): where it is in the cell, in [0, 1)

	// The same in the order of the points, but for order.
	rawAt   []int32
	rawFrac []float32
	rawBand []uint8

	counts [][maxBands]int32 // of the points of a chunk in a band; then where they go
	ends   [maxBands]int32   // of bands

	y     []float32 // during sort
	low   [2]float32
	side  int
	scale float32
	count func(lo, hi int)
	place func(lo, hi int)
}

const (
	bandRows = 8 // at least the rows that a spline reaches beyond its own
	maxBands = 2048 / bandRows
)

func newCells(n int) cells {
	return cells{
		order: make([]int32, n), at: make([]int32, n), frac: make([]float32, 2*n),
		rawAt: make([]int32, n), rawFrac: make([]float32, 2*n), rawBand: make([]uint8, n),
		counts: make([][maxBands]int32, (n+pointGrain-1)/pointGrain),
	}
}

// sort finds the cells, 1/scale wide, of points in a grid that begins at low.
func (c *cells) sort(y []float32, low [2]float32, side int, scale float32) {
	if c.count == nil {
		c.count, c.place = c.countChunk, c.placeChunk
	}
	c.y, c.low, c.side, c.scale = y, low, side, scale
	kernel.For(len(c.at), pointGrain, c.count)
	sum := int32(0)
	for b := range c.ends {
		for i := range c.counts {
			n := c.counts[i][b]
			c.counts[i][b] = sum
			sum += n
		}
		c.ends[b] = sum
	}
	kernel.For(len(c.at), pointGrain, c.place)
	c.y = nil
}

func (c *cells) countChunk(lo, hi int) {
	counts := &c.counts[lo/pointGrain]
	*counts = [maxBands]int32{}
	at, band, frac, y := c.rawAt[lo:hi], c.rawBand[lo:hi], c.rawFrac[2*lo:2*hi], c.y[2*lo:2*hi]
	for i := range at {
		u := float32((y[2*i] - c.low[0]) * c.scale)
		v := float32((y[2*i+1] - c.low[1]) * c.scale)
		column, row := int32(u), int32(v)
		frac[2*i], frac[2*i+1] = u-float32(column), v-float32(row)
		at[i] = row*int32(c.side) + column
		band[i] = uint8(row / bandRows)
		counts[band[i]]++
	}
}

func (c *cells) placeChunk(lo, hi int) {
	next := &c.counts[lo/pointGrain]
	for i := lo; i < hi; i++ {
		to := next[c.rawBand[i]]
		next[c.rawBand[i]]++
		c.order[to], c.at[to] = int32(i), c.rawAt[i]
		c.frac[2*to], c.frac[2*to+1] = c.rawFrac[2*i], c.rawFrac[2*i+1]
	}
}

// band has the points of a band.
func (c *cells) band(b int) (at []int32, frac []float32) {
	lo, hi := int32(0), c.ends[b]
	if b > 0 {
		lo = c.ends[b-1]
	}
	return c.at[lo:hi], c.frac[2*lo : 2*hi]
}
