package kernel

import "unsafe"

// mask says which columns of a tile or a panel there are: the low bits of an
// integer for AVX-512, the address of as many set words, zeros behind them, for
// AVX2, or 0 there if it is whole. In Go it is their number.
type mask uintptr

// ones is 16 set words and 16 zeros.
var ones = func() (o [32]int32) {
	for i := range 16 {
		o[i] = -1
	}
	return o
}()

func (g *gemm) mask(width int) mask {
	switch {
	case g.tile == nil:
		return mask(width)
	case g.lanes == 16:
		return 1<<width - 1
	case width == 2*g.lanes || width == g.lanes:
		return 0
	}
	return mask(unsafe.Pointer(&ones[16-width]))
}

// packedSize is the size of an op(B) (k, n) in panels.
func packedSize(n, k int) int { return max(tiles().padded(n), pairTiles().padded(n)) * k }

// prepack packs all of op(B) into to, so that it serves several products.
func (w *scratch) prepack(p *product, to []float32) {
	p.packed = to
	g := p.tiles()
	parts := p.parts()
	for part := range parts {
		w.pack(&columns{p, g, 0, (p.n + 2*g.lanes - 1) / (2 * g.lanes), p.k * part / parts, p.k * (part + 1) / parts, 0, 0, 0})
	}
}

// pack copies the panels of op(B) to where the tiles read them: for each k, the
// columns of the panel, padded with anything.
func (w *scratch) pack(c *columns) {
	for panel := c.lo; panel < c.hi; panel++ {
		w.packPanel(c, panel, w.panel(c, panel))
	}
}

func (w *scratch) packPanel(c *columns, panel int, to []float32) {
	switch {
	case c.tile == nil:
		c.packTwin(panel, to, c.vecs(panel)*c.lanes)
	case c.transB:
		w.packColumns(c, panel, to)
	default:
		w.packRows(c, panel, to)
	}
}

// packTwin packs a panel without vectors, in rows of width, and pads it with zeros.
func (c *columns) packTwin(panel int, to []float32, width int) {
	first, count := 2*c.lanes*panel, c.width(panel)
	kStride, jStride := c.n, 1
	if c.transB {
		kStride, jStride = 1, c.k
	}
	for k := range c.k1 - c.k0 {
		row := to[k*width:][:width]
		from := c.b[(c.k0+k)*kStride+first*jStride:]
		for j := range count {
			row[j] = from[j*jStride]
		}
		clear(row[count:])
	}
}

func (w *scratch) packRows(c *columns, panel int, to []float32) {
	k := &w.packing
	k.to = unsafe.Pointer(&to[0])
	k.from = unsafe.Pointer(&c.b[c.k0*c.n+2*c.lanes*panel])
	k.stride, k.count = 4*uintptr(c.n), uintptr(c.k1-c.k0)
	k.mask = c.mask(c.width(panel))
	c.packRows[c.vecs(panel)-1]((*uint64)(unsafe.Pointer(k)))
	if c.sparse {
		*w.infinite(c, panel) = k.largest >= infinity || c.packed != nil && c.k0 > 0 && c.beyond[panel]
	}
	*k = packing{}
}

// packColumns transposes: the columns of op(B) are rows of B.
func (w *scratch) packColumns(c *columns, panel int, to []float32) {
	width := c.vecs(panel) * c.lanes
	first, count := 2*c.lanes*panel, c.width(panel)
	depth := c.k1 - c.k0
	squares := depth / c.lanes
	k := &w.packing
	for j := 0; j < count; j += c.lanes {
		rows := min(c.lanes, count-j)
		done := 0
		if rows == c.lanes && squares > 0 {
			k.to = unsafe.Pointer(&to[j])
			k.from = unsafe.Pointer(&c.b[(first+j)*c.k+c.k0])
			k.stride, k.width, k.count = 4*uintptr(c.k), 4*uintptr(width), uintptr(squares)
			c.packColumns((*uint64)(unsafe.Pointer(k)))
			done = squares * c.lanes
		}
		for r := range rows {
			row := c.b[(first+j+r)*c.k+c.k0:][:depth]
			for i := done; i < depth; i++ {
				to[i*width+j+r] = row[i]
			}
		}
	}
	*k = packing{}
}
