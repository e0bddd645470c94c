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
// numbers of chains, [fuses] says which.
type twinTile struct {
	count      int
	a, b       [mostTerms]int // from the first one on, in bytes
	double     [twinWidth / chainColumns]strip[float64]
	float      [twinWidth / chainColumns]strip[float32]
	least      [mostTerms]float64 // of the magnitudes of a row of op(B), but for zeros
	leastOfAll float64
	mostOfAll  float64
	terms      [mostTerms]term
	sums       [twinWidth]float32 // of a row that ends within a pair of strips
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
	d.leastOfAll, d.mostOfAll = math.Inf(1), 0
	for k := range d.count {
		from := unsafe.Slice((*float32)(unsafe.Add(t.b, d.b[k])), width)
		least, most := uint32(infinity-1), uint32(0)
		for j := 0; j < width; j += chainColumns {
			part := from[j:min(j+chainColumns, width)]
			if fuses {
				copyColumns(&d.float[j/chainColumns][k], part)
			} else {
				copyColumns(&d.double[j/chainColumns][k], part)
			}
			for _, v := range part {
				size := math.Float32bits(v) &^ (1 << 31)
				least, most = min(least, size-1), max(most, size)
			}
		}
		d.least[k] = float64(math.Float32frombits(least + 1))
		d.leastOfAll = min(d.leastOfAll, d.least[k])
		d.mostOfAll = max(d.mostOfAll, float64(math.Float32frombits(most)))
	}
	for r := range rows {
		row := t.row(r)
		if !started && t.load == 0 {
			clear(row)
		}
		from := unsafe.Add(t.a, r*int(t.rowStride))
		failed := ^uint64(0)
		if terms, regular := d.regular(from); regular && fuses {
			failed = d.chainsFused(row, terms)
		} else if regular {
			failed = chainsOf(d, row, terms)
		}
		for ; failed != 0; failed &= failed - 1 {
			if j := bits.TrailingZeros64(failed) * chainColumns; j < width {
				d.exactly(t, from, row[j:min(j+chainColumns, width)], j)
			}
		}
	}
}

// copyColumns copies columns to those of a chain. There are zeros behind.
func copyColumns[T float32 | float64](to *[chainColumns]T, from []float32) {
	if len(from) == chainColumns {
		from := (*[chainColumns]float32)(from)
		for j, v := range from {
			to[j] = T(v)
		}
		return
	}
	*to = [chainColumns]T{}
	for j, v := range from {
		to[j] = T(v)
	}
}

// regular returns the terms of a row but for zeros. It reports whether a chain can add them.
//
// Rows are regular whose products are multiples of 2⁻¹⁴⁹ and together less than 2¹²⁶. A product
// of at least 2⁻¹⁰² is such a multiple: its factors have 24 bits, so that it has 48, and the
// last one is 2⁻¹⁰²⁻⁴⁷ or more. Then a sum below the normal numbers is exact. None is ever
// -0, and so ±0 added to it changes nothing.
func (d *twinTile) regular(a unsafe.Pointer) ([]term, bool) {
	// As a rule the smallest numbers are large enough together.
	n, least, most := 0, uint32(infinity-1), uint32(0)
	for k := range d.count {
		v := *(*float32)(unsafe.Add(a, d.a[k]))
		bits := math.Float32bits(v) &^ (1 << 31)
		tail := middle
		if bits&(1<<23-1) == 0 {
			tail = noTail
		}
		d.terms[n] = term{float64(v), uint32(k), tail}
		if bits != 0 {
			n++
		}
		least, most = min(least, bits-1), max(most, bits)
	}
	if !(float64(math.Float32frombits(most))*d.mostOfAll < 0x1p126/mostTerms) {
		return nil, false
	}
	terms := d.terms[:n]
	if size := float64(math.Float32frombits(least + 1)); !(size*d.leastOfAll >= 0x1p-102) {
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
