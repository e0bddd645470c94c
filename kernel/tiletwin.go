package kernel

import (
	"math"
	"math/bits"
	"unsafe"
)

// twinTiles is the shape of tiles in Go. Its rows share op(B) in float64, and its columns what
// is found out about a row.
var twinTiles = gemm{lanes: twinWidth / 2, rows: 64}

// twinWidth is the most columns of a tile in Go.
const twinWidth = 64

// infinity is the bits of the float32.
const infinity = 0xff << 23

// twinTile is some k's of a tile in Go: where op(A) and op(B) have them, and op(B) in the
// numbers of chains, see [chainLoops].
type twinTile struct {
	double     [twinWidth / chainColumns]strip[float64]
	float      [twinWidth / chainColumns]strip[float32]
	count      int
	a, b       [mostTerms]int     // from the first one on, in bytes
	least      [mostTerms]float64 // of the magnitudes of a row of op(B), but for zeros
	leastOfAll float64
	mostOfAll  float64
	terms      [mostTerms]term
	padded     [twinWidth]float32 // a row that ends within a pair of strips
}

// tileTwin computes a tile as the assembly does.
func (w *scratch) tileTwin(rows int) {
	t := &w.tile
	if w.twin == nil {
		w.twin = &twinTile{}
	}
	d, started := w.twin, false
	d.count = 0
	a, b := 0, 0
	for range t.rounds + 1 {
		for segment := range t.segments + 1 {
			if segment > 0 {
				a, b = a+int(t.aSkip), b+int(t.bSkip)
			}
			for range t.k {
				if d.count == mostTerms {
					d.add(t, rows, started)
					d.count, started = 0, true
				}
				d.a[d.count], d.b[d.count] = a, b
				d.count++
				a, b = a+int(t.kStride), b+int(t.bStride)
			}
		}
		a, b = a+int(t.aRound), b+int(t.bRound)
	}
	d.add(t, rows, started)
	w.finishTwin(rows)
}

// finishTwin applies the epilogue to the rows of C in the tile.
func (w *scratch) finishTwin(rows int) {
	t := &w.tile
	for r := range rows {
		row := t.row(r)
		if t.positive != 0 {
			for j := range row {
				row[j] += 0 // no -0
			}
		}
		var bias, h []float32
		if t.bias != nil {
			bias = unsafe.Slice((*float32)(t.bias), len(row))
		}
		if t.h != nil {
			h = unsafe.Slice((*float32)(unsafe.Add(t.h, r*int(t.cStride))), len(row))
		}
		Act(t.act).apply(row, bias, h, math.Float32frombits(uint32(t.slope)))
	}
}

// row is a row of C in the tile.
func (t *tile) row(r int) []float32 {
	return unsafe.Slice((*float32)(unsafe.Add(t.c, r*int(t.cStride))), int(t.mask))
}

// add adds the k's to the rows of C, which begin at zero or at what C has.
func (d *twinTile) add(t *tile, rows int, started bool) {
	width := int(t.mask)
	loops := d.loops()
	d.leastOfAll, d.mostOfAll = math.Inf(1), 0
	for k := range d.count {
		from := unsafe.Slice((*float32)(unsafe.Add(t.b, d.b[k])), width)
		least, most := loops.widen(d, k, from)
		d.least[k] = least
		d.leastOfAll, d.mostOfAll = min(d.leastOfAll, least), max(d.mostOfAll, most)
	}
	for k := d.count; k%4 != 0; k++ {
		d.a[k] = d.a[d.count-1] // lists are made of four at once
	}
	for r := range rows {
		row := t.row(r)
		if !started && t.load == 0 {
			clear(row)
		}
		if d.count == 0 {
			continue
		}
		from := unsafe.Add(t.a, r*int(t.rowStride))
		failed := ^uint64(0)
		if terms, regular := d.regular(loops, from); regular {
			failed = loops.chains(d, row, terms)
		}
		for ; failed != 0; failed &= failed - 1 {
			if j := bits.TrailingZeros64(failed) * chainColumns; j < width {
				d.exactly(t, from, row[j:min(j+chainColumns, width)], j)
			}
		}
	}
}

// regular returns the terms of a row but for zeros. It reports whether a chain can add them.
//
// Rows are regular whose products are multiples of 2⁻¹⁴⁹ and together less than 2¹²⁶. A product
// of at least 2⁻¹⁰² is such a multiple: its factors have 24 bits, so that it has 48, and the
// last one is 2⁻¹⁰²⁻⁴⁷ or more. Then a sum below the normal numbers is exact. None is ever
// -0, and so ±0 added to it changes nothing.
func (d *twinTile) regular(loops *chainLoops, a unsafe.Pointer) ([]term, bool) {
	n, least, most := loops.list(d, a)
	terms := d.terms[:n]
	if !(most*d.mostOfAll < 0x1p126/mostTerms) {
		return nil, false
	}
	// As a rule the smallest numbers are large enough together.
	if !(least*d.leastOfAll >= 0x1p-102) {
		for _, t := range terms {
			if !(math.Abs(t.a)*d.least[t.k] >= 0x1p-102) {
				return nil, false
			}
		}
	}
	return terms, true
}

// exactly adds the k's to sums from a column on, by their definition.
func (d *twinTile) exactly(t *tile, a unsafe.Pointer, sums []float32, column int) {
	for k := range d.count {
		a := *(*float32)(unsafe.Add(a, d.a[k]))
		b := unsafe.Slice((*float32)(unsafe.Add(t.b, d.b[k]+4*column)), len(sums))
		for j := range sums {
			sums[j] = fma(a, b[j], sums[j])
		}
	}
}
