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
}

const (
	// fewestLiving is the fewest k's for which a list is made.
	fewestLiving = 64
	// denseBlocks is how many blocks of rows get no list after one whose list has more
	// than seven eighths of all k's, which is not worth following: they are likely alike.
	denseBlocks = 3
)

// list has the tiles of rows rows multiply over the k's alone at which op(A), which t
// points to, is not zero.
func (w *scratch) list(c *columns, rows int) {
	t := &w.tile
	t.live, t.lives = nil, 0
	k := int(t.k)
	if !c.sparse || c.load || c.transB || k < fewestLiving || c.inPlace() && c.packed == nil {
		return
	}
	if w.dense > 0 {
		w.dense--
		return
	}
	if len(w.living) < k {
		w.living = make([]uint32, k)
	}
	l := &w.lists
	l.to, l.from = unsafe.Pointer(&w.living[0]), t.a
	found := 0
	if t.kStride == 4 {
		whole := k / c.lanes * c.lanes
		l.stride, l.rows, l.count = t.rowStride, uintptr(rows), uintptr(whole)
		c.living((*uint64)(unsafe.Pointer(l)))
		found = int(l.found)
		for i := whole; i < k; i++ {
			w.living[found] = uint32(i)
			found++
		}
	} else {
		l.stride, l.count, l.mask = t.kStride, uintptr(k), c.mask(rows) // of fewer rows than lanes, never 0
		c.livingAcross((*uint64)(unsafe.Pointer(l)))
		found = int(l.found)
	}
	*l = living{}
	if 8*found > 7*k {
		w.dense = denseBlocks
		return
	}
	t.live, t.lives = unsafe.Pointer(&w.living[0]), uintptr(found)
}

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
