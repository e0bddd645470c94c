package kernel

import "unsafe"

// Inputs of a network, such as digits on a black ground, sprites and one-hot columns, are
// zero for the most part, and a tile may pass over each k for which all its rows of op(A)
// are. A sum of fused multiply-adds keeps its bits but for the sign of a zero, which
// the tile makes positive, and but for columns of op(B) that are not finite, for
// which it passes over nothing.

// living is the arguments of the assembly that finds the k's at which some rows of
// op(A) are not zero.
type living struct {
	to, from unsafe.Pointer
	stride   uintptr // of the rows, or of the k's if the rows lie side by side, in bytes
	rows     uintptr
	count    uintptr
	found    uintptr
	mask     mask
	numbers  unsafe.Pointer
}

const (
	// fewestLiving is the fewest k's for which a list is made.
	fewestLiving = 64
	// denseBlocks is how many blocks of rows get no list after one whose list has more
	// than seven eighths of all k's, which is not worth following: they are likely alike.
	denseBlocks = 3
)

// listed is some rows of a block, and where the list of their k's is.
type listed struct {
	first, rows int
	at, count   int
}

// A flat tile is of few rows, which are zero at the same k's more often than many, and of several
// panels, so that it has as many sums as another.
const (
	flatRows   = 4
	flatPanels = 3
)

// list lists the k's at which op(A), which t points to, is not zero, for each few rows of a block.
// It returns nil if the tiles are to multiply over all k's.
func (w *scratch) list(c *columns, rows int) []listed {
	t := &w.tile
	k := int(t.k)
	if !c.sparse || c.living == nil || c.load || c.transB || k < fewestLiving || c.inPlace() && c.packed == nil {
		return nil
	}
	most := rows
	if c.flat != nil {
		most = flatRows
		if t.kStride != 4 && rows < flatRows { // see find
			return nil
		}
	}
	if w.dense > 0 {
		w.dense--
		return nil
	}
	parts := w.parts[:0]
	at, work := 0, 0
	for first := 0; first < rows; first += most {
		p := listed{first: first, rows: min(most, rows-first), at: at}
		if need := at + k + len(numbers); len(w.living) < need {
			w.living = append(w.living, make([]uint32, need-len(w.living))...)
		}
		p.count = w.find(c, &p, rows)
		at += p.count
		work += p.count * p.rows
		parts = append(parts, p)
	}
	if 8*work > 7*k*rows {
		w.dense = denseBlocks
		return nil
	}
	return parts
}

// find writes the list of some of the rows of a block, and returns its length. It may have k's at
// which other rows of the block are not zero.
func (w *scratch) find(c *columns, p *listed, rows int) int {
	t, l := &w.tile, &w.lists
	first, k := p.first, int(t.k)
	whole, find := k/c.lanes*c.lanes, c.living
	l.stride, l.rows = t.rowStride, uintptr(p.rows)
	if t.kStride != 4 {
		find, l.stride = c.livingAcross, t.kStride
		if c.flat == nil {
			whole, l.mask = k, c.mask(p.rows) // of fewer rows than lanes, never 0
		} else {
			first = min(first, rows-flatRows) // it reads as many
		}
	}
	l.to, l.from = unsafe.Pointer(&w.living[p.at]), unsafe.Add(t.a, uintptr(first)*t.rowStride)
	l.count, l.numbers = uintptr(whole), unsafe.Pointer(&numbers)
	find((*uint64)(unsafe.Pointer(l)))
	found := int(l.found)
	for i := whole; i < k; i++ {
		w.living[p.at+found] = uint32(i)
		found++
	}
	*l = living{}
	return found
}

// multiplyListed computes the tiles of the parts of a block, whose first row is i.
func (w *scratch) multiplyListed(c *columns, i int, parts []listed, panel, panels int) {
	t := &w.tile
	a := t.a
	for n := range parts {
		p := &parts[n]
		t.a = unsafe.Add(a, uintptr(p.first)*t.rowStride)
		t.live, t.lives = unsafe.Pointer(&w.living[p.at]), uintptr(p.count)
		w.multiply(c, i+p.first, p.rows, panel, panels)
	}
	t.a, t.live = a, nil
}

// together returns how many panels from one on a flat tile takes: whole ones of the share, with
// finite numbers. Of one panel there are the other tiles.
func (w *scratch) together(c *columns, block, panel int) int {
	if c.flat == nil {
		return 1
	}
	end := panel
	for end < c.hi && end-panel < flatPanels && c.width(end) == 2*c.lanes && c.shared(block, end) && !*w.infinite(c, end) {
		end++
	}
	return max(1, end-panel)
}

// numbers are those of a register's lanes.
var numbers = [16]uint32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// infinite is where it stands whether a panel has a number that is not finite.
func (w *scratch) infinite(c *columns, panel int) *bool {
	if c.packed != nil {
		return &c.beyond[panel]
	}
	if need := c.hi - c.lo; len(w.beyond) < need {
		w.beyond = make([]bool, need)
	}
	return &w.beyond[panel-c.lo]
}
