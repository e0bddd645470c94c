package kernel

import "math"

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

// attractGrain is how many rows are a chunk.
const attractGrain = 128

// Attract is, for points y (n, 2) in the plane,
//
//	force[i] = Σⱼ P[i,j] · (y[i] − y[j]) / (1 + |y[i] − y[j]|²)
//
// in sixteen sums for each row, joined by a tree. Columns must be below n.
func Attract(force, y []float32, p Springs) {
	n := len(p.Starts) - 1
	f := vec().attract
	For(n, attractGrain, func(lo, hi int) {
		f(force[2*lo:2*hi], y[2*lo:2*hi], y, p.Starts[lo:hi+1], p.Columns, p.Values)
	})
}

// PackedSprings are [Springs] of half the size for up to [PackedPoints] points, with
// values of eight significant bits. What is below 2⁻³² of the largest value is taken
// for about that.
type PackedSprings struct {
	Starts  []int
	Entries []uint32 // of [PackedSprings.Entry]
	base    uint32
}

// PackedPoints is the most points that packed springs are for.
const PackedPoints = 1 << (32 - packedBits)

// packedBits is how many bits of a packed entry, the lower ones, have its value, as
// the upper bits of its float32 less those of the smallest.
const packedBits = 12

// NewPackedSprings returns springs without entries whose values are not negative and
// at most largest.
func NewPackedSprings(starts []int, largest float32) PackedSprings {
	return PackedSprings{
		Starts: starts, Entries: make([]uint32, starts[len(starts)-1]),
		base: max(upper(largest), 1<<packedBits-1) - (1<<packedBits - 1),
	}
}

// upper is the upper half of the bits of v, rounded.
func upper(v float32) uint32 { return (math.Float32bits(v) + 1<<15) >> 16 }

// Entry packs an entry.
func (p *PackedSprings) Entry(column uint32, value float32) uint32 {
	return column<<packedBits | (max(upper(value), p.base) - p.base)
}

// AttractPacked is [Attract] for packed springs.
func AttractPacked(force, y []float32, p PackedSprings) {
	n := len(p.Starts) - 1
	f := vec().attractPacked
	For(n, attractGrain, func(lo, hi int) {
		f(force[2*lo:2*hi], y[2*lo:2*hi], y, p.Starts[lo:hi+1], p.Entries, p.base<<16)
	})
}

// attractTwin is the force on the points own, whose rows begin at starts.
func attractTwin(force, own, y []float32, starts []int, columns []uint32, values []float32) {
	for r := range len(starts) - 1 {
		var s pull
		for e := starts[r]; e < starts[r+1]; e++ {
			s.add(e-starts[r], own[2*r:], y[2*columns[e]:], values[e])
		}
		force[2*r], force[2*r+1] = s.x.total(), s.y.total()
	}
}

// attractPackedTwin adds base to the bits of the values.
func attractPackedTwin(force, own, y []float32, starts []int, entries []uint32, base uint32) {
	for r := range len(starts) - 1 {
		var s pull
		for e := starts[r]; e < starts[r+1]; e++ {
			value := math.Float32frombits(entries[e]<<(32-packedBits)>>4 + base)
			s.add(e-starts[r], own[2*r:], y[2*(entries[e]>>packedBits):], value)
		}
		force[2*r], force[2*r+1] = s.x.total(), s.y.total()
	}
}

// pull is the sum of the forces of the entries of a row.
type pull struct{ x, y lanes16 }

// add adds entry number e, a spring of strength p from a to b.
func (s *pull) add(e int, a, b []float32, p float32) {
	dx, dy := a[0]-b[0], a[1]-b[1]
	w := p / (1 + (float32(dx*dx) + float32(dy*dy)))
	s.x[e%16] += float32(w * dx)
	s.y[e%16] += float32(w * dy)
}

// lanes16 are the partial sums of float32 lanes.
type lanes16 [16]float32

// total joins the lanes as halves of a vector.
func (s *lanes16) total() float32 {
	for half := 8; half > 0; half /= 2 {
		for i := range half {
			s[i] += s[i+half]
		}
	}
	return s[0]
}
