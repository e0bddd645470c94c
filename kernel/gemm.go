package kernel

import (
	"math"
	"runtime"
	"unsafe"
)

// gemm has the assembly of one path: tiles of C that are computed at once, and
// the packing of panels of op(B), which are as wide as a tile.
type gemm struct {
	lanes       int                // of a register; a tile is one or two wide
	rows        int                // most rows of a tile
	tile        [][2]func(*uint64) // by rows, and registers less one; see tile
	packRows    [2]func(*uint64)   // by registers less one; see packing
	packColumns func(*uint64)      //
	flat        [][2]func(*uint64) // by rows, and panels less two; none on some paths
	strip       []func(*uint64)    // by registers less one; none on some paths

	pairs, dots             [][2]func(*uint64) // tiles of pairs, by products one by one and by an instruction for pairs
	halveAcross, halveAlong func(*uint64)      // see halving
	ofPairs                 bool               // the tile is

	addRuns func(*uint64)               // see runs
	combine [combinations]func(*uint64) // see combine

	living, livingAcross func(*uint64) // see living
}

// tile is the arguments of the assembly that computes a tile.
type tile struct {
	a                  unsafe.Pointer
	rowStride, kStride uintptr // of op(A), in bytes
	b                  unsafe.Pointer
	c                  unsafe.Pointer
	cStride            uintptr
	k                  uintptr
	bias               unsafe.Pointer // of the columns of the tile; nil for none
	load               uintptr        // 1 to begin with what C has
	act                uintptr
	h                  unsafe.Pointer // where C's first element is, in H
	slope              uintptr        // its bits
	mask               mask
	bStride            uintptr
	live               unsafe.Pointer // the k's to multiply over; nil for all
	lives              uintptr
	positive           uintptr // 1 for sums of 0 instead of -0

	// k may be segments of that length, of which more follow the first; a skip is the
	// way from behind one of them to the next. So may be rounds of segments.
	segments     uintptr
	aSkip, bSkip uintptr
	rounds       uintptr // counted down to -1
	aRound       uintptr
	bRound       uintptr

	// Between segments, the two lines of the cache from the address ahead on are
	// fetched to the second cache, and it moves on by a step.
	ahead, aheadStep uintptr

	panelStride uintptr // of panels that are multiplied at once, in bytes
}

// packing is the arguments of the assembly that packs panels.
type packing struct {
	to, from unsafe.Pointer
	stride   uintptr // of the rows of from, in bytes
	width    uintptr // of the rows of to, in bytes
	count    uintptr
	mask     mask
	largest  uintptr // magnitude that packRows has met, as bits
}

// scratch is the working memory of one worker.
type scratch struct {
	tile      tile
	twin      *twinTile // on the portable path
	packing   packing
	panels    []float32
	rows      []float32
	bias      [mostPanels * 32]float32
	runs      runs
	combining combining
	piece     []float32 // of columns of a convolution
	picture   []float32 // with its border, or lines of some
	values    []float32 // a block of C that is not kept
	lists     living
	living    []uint32                    // the k's of a block of rows
	parts     [mostRows / flatRows]listed // and of which rows they are
	dense     int                         // blocks of rows to come that are taken for dense
	beyond    []bool                      // whether a panel that is packed has a number that is not finite
}

var scratches = depot[scratch]{make: func() *scratch {
	return &scratch{panels: make([]float32, panelSize)}
}}

const (
	// longest is the longest k that is not divided; parts of a longer one are at most
	// deepest, so that a panel stays in the second cache.
	longest, deepest = 800, 512
	// panelSize is what is packed of op(B) at once, in float32s: half a megabyte.
	panelSize = 1 << 17
	// Rows of op(A) this many bytes apart, or a multiple, meet in few sets of the
	// first cache, and are copied.
	alias = 1024
)

// tiles has the assembly of the current path, and on the portable one none.
func tiles() *gemm {
	if current == portable {
		return &twinTiles
	}
	return &gemms[current]
}

// processors is among how many large loops are divided: one share for each, whose panels stay in its
// cache, or several where some processors are slow.
func processors() int {
	n := min(runtime.GOMAXPROCS(0), maxWorkers)
	if n > 1 && uneven() {
		return n * finer
	}
	return n
}

// share computes the i-th share of the product's tiles. They are weighed by the registers
// that they are wide, and a share is a run of them: panel by panel, or block of rows by
// block where op(A) is the larger operand, so that less of it is read by two processors.
func (w *scratch) share(p *product, g *gemm, i int) {
	blocks := (p.m + g.rows - 1) / g.rows
	vecs := (p.n + g.lanes - 1) / g.lanes
	from, to := blocks*vecs*i/p.workers, blocks*vecs*(i+1)/p.workers
	if from == to {
		return
	}
	parts := p.parts()
	depth := (p.k + parts - 1) / parts
	size := panelSize
	if p.sparse && g.flat != nil {
		size *= 2 // the lists of the rows are made again for the next panels
	}
	most := max(1, size/(depth*2*g.lanes)) // panels at once
	if p.packed != nil {
		most = vecs
	}
	first, last := from/(2*blocks), (to-1)/(2*blocks)
	if p.byRows() {
		first, last = 0, (vecs-1)/2
	}
	if need := min(most, last-first+1) * depth * 2 * g.lanes; p.packed == nil && len(w.panels) < need {
		w.panels = make([]float32, need)
	}
	for lo := first; lo <= last; lo += most {
		hi := min(lo+most, last+1)
		for part := range parts {
			c := columns{p, g, lo, hi, p.k * part / parts, p.k * (part + 1) / parts, blocks, from, to}
			if !c.inPlace() {
				w.pack(&c)
			}
			for block := range blocks {
				w.tiles(&c, block)
			}
		}
	}
}

// byRows reports whether shares are of rows.
func (p *product) byRows() bool { return p.m > p.n }

// columns are panels [lo, hi) of a product over [k0, k1), and the tiles [from, to)
// that are to be computed.
type columns struct {
	*product
	*gemm
	lo, hi   int
	k0, k1   int
	blocks   int
	from, to int
}

// vecs is how many registers wide a panel is.
func (c *columns) vecs(panel int) int {
	return min(2, (c.n+c.lanes-1)/c.lanes-2*panel)
}

// width is how many columns of a panel there are.
func (c *columns) width(panel int) int { return min(2*c.lanes, c.n-2*c.lanes*panel) }

// inPlace reports whether op(B) needs no packing: it is packed, or its panels are
// whole as they stand and there is only one, or each would be read only once.
func (c *columns) inPlace() bool {
	return c.packed != nil || !c.transB && c.n%c.lanes == 0 && (c.n <= 2*c.lanes || c.blocks == 1)
}

// panel is where a panel is packed.
func (w *scratch) panel(c *columns, panel int) []float32 {
	depth := c.k1 - c.k0
	size := c.vecs(panel) * c.lanes * depth
	switch {
	case c.packed != nil:
		return c.packed[c.k0*c.padded()+panel*2*c.lanes*depth:][:size]
	case c.inPlace():
		return c.b[c.k0*c.n+panel*2*c.lanes:]
	}
	return w.panels[(panel-c.lo)*2*c.lanes*depth:][:size]
}

// padded is the number of columns of the panels.
func (c *columns) padded() int { return c.gemm.padded(c.n) }

// padded is the number of columns of panels with n.
func (g *gemm) padded(n int) int { return (n + g.lanes - 1) / g.lanes * g.lanes }

// parts is how many parts k is divided into.
func (p *product) parts() int {
	if p.k <= longest {
		return 1
	}
	return (p.k + deepest - 1) / deepest
}

// tiles computes the tiles of one block of rows.
func (w *scratch) tiles(c *columns, block int) {
	i, next := c.m*block/c.blocks, c.m*(block+1)/c.blocks
	t := &w.tile
	t.rowStride, t.kStride, t.cStride = 4*uintptr(c.rowStride), 4*uintptr(c.kStride), 4*uintptr(c.n)
	t.k = uintptr(c.k1 - c.k0)
	t.load, t.positive = 0, 0
	if c.sparse {
		t.positive = 1
	}
	if c.load || c.k0 > 0 {
		t.load = 1
	}
	ready := false
	var parts []listed
	for panel := c.lo; panel < c.hi; panel++ {
		if !c.shared(block, panel) {
			continue
		}
		if !ready {
			w.left(c, i, next-i)
			parts = w.list(c, next-i)
			ready = true
		}
		if parts == nil || *w.infinite(c, panel) {
			w.multiply(c, i, next-i, panel, 1)
			continue
		}
		panels := w.together(c, block, panel)
		w.multiplyListed(c, i, parts, panel, panels)
		panel += panels - 1
	}
	*t = tile{}
}

// shared reports whether the tile of a block and a panel is of the share.
func (c *columns) shared(block, panel int) bool {
	number := 2*c.blocks*panel + block*c.vecs(panel) // of the tile's first register
	if c.byRows() {
		number = block*((c.n+c.lanes-1)/c.lanes) + 2*panel
	}
	return number >= c.from && number < c.to
}

// multiply computes the tile of some rows from row i on and of a panel, or some whole ones.
func (w *scratch) multiply(c *columns, i, rows, panel, panels int) {
	t := &w.tile
	vecs := c.vecs(panel)
	t.b, t.bStride = unsafe.Pointer(&w.panel(c, panel)[0]), 4*uintptr(vecs*c.lanes)
	if c.packed == nil && c.inPlace() {
		t.bStride = 4 * uintptr(c.n)
	}
	j, width := 2*c.lanes*panel, c.width(panel)
	t.c = unsafe.Pointer(&c.c[i*c.n+j])
	t.mask = c.mask(width)
	t.bias, t.act, t.h = nil, 0, nil
	if c.k1 == c.k {
		w.epilogue(&c.Epilogue, i*c.n+j, j, width*panels)
	}
	if panels > 1 {
		t.panelStride = uintptr(c.k1-c.k0) * t.bStride
		c.flat[rows][panels-2]((*uint64)(unsafe.Pointer(t)))
		return
	}
	w.compute(c.gemm, rows, vecs)
}

// compute computes the tile, of some rows, as wide as so many registers.
func (w *scratch) compute(g *gemm, rows, vecs int) {
	if g.tile == nil && g.ofPairs {
		w.pairTwin(rows)
		return
	}
	if g.tile == nil {
		w.tileTwin(rows)
		return
	}
	g.tile[rows][vecs-1]((*uint64)(unsafe.Pointer(&w.tile)))
}

// left points the tile at its rows of op(A), or at a copy where they would be in
// each other's way.
func (w *scratch) left(c *columns, i, rows int) {
	t := &w.tile
	if t.kStride != 4 || t.rowStride%alias != 0 || rows == 1 {
		t.a = unsafe.Pointer(&c.a[i*c.rowStride+c.k0*c.kStride])
		return
	}
	depth := c.k1 - c.k0
	stride := depth + 16
	if need := rows * stride; len(w.rows) < need {
		w.rows = make([]float32, need)
	}
	for r := range rows {
		copy(w.rows[r*stride:][:depth], c.a[(i+r)*c.rowStride+c.k0:])
	}
	t.a, t.rowStride = unsafe.Pointer(&w.rows[0]), 4*uintptr(stride)
}

// epilogue sets the tile's epilogue; at is the place of its first element in C, j
// its column.
func (w *scratch) epilogue(e *Epilogue, at, j, width int) {
	t := &w.tile
	if e.Bias != nil {
		t.bias = unsafe.Pointer(&e.Bias[j])
		if width%tiles().lanes != 0 { // the tile reads whole registers
			copy(w.bias[:], e.Bias[j:j+width])
			t.bias = unsafe.Pointer(&w.bias[0])
		}
	}
	t.act, t.slope = uintptr(e.Act), uintptr(math.Float32bits(e.Slope))
	if e.Act >= ActReLUGrad {
		t.h = unsafe.Pointer(&e.H[at])
	}
}
