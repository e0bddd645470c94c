package kernel

import (
	"math"
	"slices"
)

// Springs is a sparse matrix P (n, n) that pulls n points together, by rows: row i
// has the entries [Starts[i], Starts[i+1]), whose number is a multiple of
// [SpringWidth]. The entries that fill a row up have its own index and the value 0.
type Springs struct {
	Starts  []int
	Columns []uint32
	Values  []float32
}

// SpringWidth divides the number of entries of a row of [Springs].
const SpringWidth = 16

// NewSprings returns the springs of a matrix (n, n) given by rows: row i has the entries [starts[i], starts[i+1]). Row
// and column i of the springs are row and column order[i] of the matrix; without an order, i.
func NewSprings(starts []int, columns []uint32, values []float32, order []uint32) Springs {
	m := ordered{starts, columns, values, order, Inverse(order)}
	p := Springs{Starts: make([]int, m.rows()+1)}
	for i := range m.rows() {
		lo, hi := m.row(i)
		p.Starts[i+1] = p.Starts[i] + filledUp(hi-lo)
	}
	p.Columns, p.Values = make([]uint32, p.Starts[m.rows()]), make([]float32, p.Starts[m.rows()])
	For(m.rows(), attractGrain, func(from, to int) {
		for i := from; i < to; i++ {
			lo, hi := m.row(i)
			own := p.Columns[p.Starts[i]:p.Starts[i+1]]
			for e := range own {
				own[e] = uint32(i)
				if lo+e < hi {
					own[e] = m.column(lo + e)
				}
			}
			copy(p.Values[p.Starts[i]:], values[lo:hi])
		}
	})
	return p
}

// filledUp is a length rounded up to a multiple of [SpringWidth].
func filledUp(length int) int { return (length + SpringWidth - 1) / SpringWidth * SpringWidth }

// ordered is a matrix by rows in an order.
type ordered struct {
	starts  []int
	columns []uint32
	values  []float32
	order   []uint32 // of row i, that of the matrix; nil for its own
	places  []uint32 // the inverse
}

func (m *ordered) rows() int { return len(m.starts) - 1 }

// row is where the entries of row i are.
func (m *ordered) row(i int) (lo, hi int) {
	if m.order != nil {
		i = int(m.order[i])
	}
	return m.starts[i], m.starts[i+1]
}

func (m *ordered) column(e int) uint32 {
	if m.places == nil {
		return m.columns[e]
	}
	return m.places[m.columns[e]]
}

// Inverse is the order that undoes another, nil for none.
func Inverse(order []uint32) []uint32 {
	if order == nil {
		return nil
	}
	places := make([]uint32, len(order))
	for i, from := range order {
		places[from] = uint32(i)
	}
	return places
}

// PackedSprings are [Springs] of half the size, with values of eight significant bits. What is below
// 2⁻³² of the largest value is taken for about that. Of more than 2²⁰ columns each part of so many has
// entries of its own, and the forces of parts are added up.
type PackedSprings struct {
	rows  int    // n
	base  uint32 // what an entry's value lacks of the bits of its float32, shifted
	parts []packedPart
}

// packedPart is the entries of the columns from first on.
type packedPart struct {
	first   int
	starts  []int // of rows
	entries []uint32
}

const (
	// packedBits is how many bits of a packed entry, the lower ones, have its value, as the upper bits
	// of its float32 less those of the smallest.
	packedBits = 12
	// columnBits have the column in its part.
	columnBits = 32 - packedBits
)

// PackSprings returns the springs of a matrix with an order, as [NewSprings] does, packed. Its values are not negative.
func PackSprings(starts []int, columns []uint32, values []float32, order []uint32) PackedSprings {
	return packSprings(&ordered{starts, columns, values, order, Inverse(order)}, columnBits)
}

// packSprings divides the columns into parts of 2^bits.
func packSprings(m *ordered, bits int) PackedSprings {
	n := m.rows()
	largest := m.largest()
	p := PackedSprings{rows: n, base: max(upper(largest), 1<<packedBits-1) - (1<<packedBits - 1)}
	for first := 0; first < max(n, 1); first += 1 << bits {
		p.parts = append(p.parts, packedPart{first: first, starts: make([]int, n+1)})
	}
	For(n, attractGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, to := m.row(i)
			if len(p.parts) == 1 {
				p.parts[0].starts[i+1] = to - from
				continue
			}
			for e := from; e < to; e++ {
				p.parts[m.column(e)>>bits].starts[i+1]++
			}
		}
	})
	for k := range p.parts {
		starts := p.parts[k].starts
		for i := range n {
			starts[i+1] = starts[i] + filledUp(starts[i+1])
		}
		p.parts[k].entries = make([]uint32, starts[n])
	}
	For(n, attractGrain, func(lo, hi int) {
		next := make([]int, len(p.parts))
		for i := lo; i < hi; i++ {
			p.fill(m, i, bits, next)
		}
	})
	return p
}

// largest is the largest of the values, which are not negative, so that their bits have their order.
func (m *ordered) largest() float32 {
	const grain = 1 << 16
	parts := make([]uint32, (len(m.values)+grain-1)/grain+1)
	For(len(m.values), grain, func(lo, hi int) {
		largest := uint32(0)
		for _, v := range m.values[lo:hi] {
			largest = max(largest, math.Float32bits(v))
		}
		parts[lo/grain] = largest
	})
	return math.Float32frombits(slices.Max(parts))
}

// fill packs row i. A part is filled up with the row's own column, of which the force is zero, or, where
// that belongs to another part, with the last column, at the smallest value.
func (p *PackedSprings) fill(m *ordered, i, bits int, next []int) {
	for k := range p.parts {
		next[k] = p.parts[k].starts[i]
	}
	from, to := m.row(i)
	for e := from; e < to; e++ {
		column := m.column(e)
		part := &p.parts[column>>bits]
		part.entries[next[column>>bits]] = p.entry(column&(1<<bits-1), m.values[e])
		next[column>>bits]++
	}
	for k, at := range next {
		end := p.parts[k].starts[i+1]
		if at == end {
			continue
		}
		column := uint32(i) & (1<<bits - 1)
		if i>>bits != k {
			column = p.parts[k].entries[at-1] >> packedBits
		}
		for ; at < end; at++ {
			p.parts[k].entries[at] = p.entry(column, 0)
		}
	}
}

// upper is the upper half of the bits of v, rounded.
func upper(v float32) uint32 { return (math.Float32bits(v) + 1<<15) >> 16 }

// entry packs an entry.
func (p *PackedSprings) entry(column uint32, value float32) uint32 {
	return column<<packedBits | (max(upper(value), p.base) - p.base)
}

// unpacked is the value of an entry.
func unpacked(entry, base uint32) float32 {
	return math.Float32frombits(entry<<(32-packedBits)>>4 + base)
}

// sum writes the forces of the parts on points x, which f gives for some rows.
func (p *PackedSprings) sum(force, x []float32, f func(force, own []float32, starts []int, part *packedPart)) {
	For(p.rows, attractGrain, func(lo, hi int) {
		sum, own := force[2*lo:2*hi], x[2*lo:2*hi]
		f(sum, own, p.parts[0].starts[lo:hi+1], &p.parts[0])
		for k := 1; k < len(p.parts); k++ {
			part := &p.parts[k]
			if part.starts[lo] == part.starts[hi] {
				continue
			}
			more := make([]float32, len(sum))
			f(more, own, part.starts[lo:hi+1], part)
			Add(sum, sum, more)
		}
	})
}
