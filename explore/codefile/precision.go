package codefile

import (
	"math"

	"latentspace/data/npy"
)

// Precision is the format of the values of codes in a file.
type Precision struct {
	Name  string
	bytes int                                   // of a value
	Round func(b Box, d int, v float32) float32 // rounds a value of a dimension
}

// Precisions has all precisions, the finest first:
//
//	float32   as they are
//	float16   the nearest, of two the even one; beyond ±65504, the largest there is, that
//	int8      offset + scale·q, q the nearest of −127 … 127, where offset and scale fit the
//	          range of the codes in each dimension
var Precisions = []Precision{
	{"float32", 4, func(_ Box, _ int, v float32) float32 { return v }},
	{"float16", 2, func(_ Box, _ int, v float32) float32 { return half(v) }},
	{"int8", 1, func(b Box, d int, v float32) float32 { return b.Value(d, b.Quantum(d, v)) }},
}

// PrecisionNames returns the names of [Precisions].
func PrecisionNames() []string {
	var names []string
	for _, p := range Precisions {
		names = append(names, p.Name)
	}
	return names
}

// Size returns the bytes of n codes; int8 also has an offset and a scale of 4 bytes for
// each dimension.
func (p Precision) Size(n, dim int) int64 {
	size := int64(n) * int64(dim) * int64(p.bytes)
	if p.Name == "int8" {
		size += 8 * int64(dim)
	}
	return size
}

// half rounds a value to float16. A value that is too large becomes the largest.
func half(v float32) float32 {
	const largest = 65504
	return float32(npy.Half(float64(min(max(v, -largest), largest))))
}

// Box is the range of codes in each dimension.
type Box struct{ lo, hi []float32 }

// NewBox returns an empty range for codes of the given dimension.
func NewBox(dim int) Box {
	b := Box{make([]float32, dim), make([]float32, dim)}
	for d := range dim {
		b.lo[d], b.hi[d] = float32(math.Inf(1)), float32(math.Inf(-1))
	}
	return b
}

// Add widens the range to codes (n, dim).
func (b Box) Add(codes []float32) {
	for i, v := range codes {
		d := i % len(b.lo)
		b.lo[d], b.hi[d] = min(b.lo[d], v), max(b.hi[d], v)
	}
}

// Offset returns the middle of a dimension's range.
func (b Box) Offset(d int) float32 {
	return float32(float64(float64(b.lo[d])/2) + float64(float64(b.hi[d])/2))
}

// Scale returns the length of a dimension's range divided by 254.
func (b Box) Scale(d int) float32 { return float32((float64(b.hi[d]) - float64(b.lo[d])) / 254) }

// Quantum returns the integer of a value of a dimension.
func (b Box) Quantum(d int, v float32) int8 {
	scale := float64(b.Scale(d))
	if scale == 0 {
		return 0
	}
	return int8(min(max(math.RoundToEven((float64(v)-float64(b.Offset(d)))/scale), -127), 127))
}

// Value returns the value of an integer of a dimension.
func (b Box) Value(d int, q int8) float32 { return dequantised(b.Offset(d), b.Scale(d), q) }

// dequantised is the value of an integer.
func dequantised(offset, scale float32, q int8) float32 {
	return float32(float64(offset) + float64(float64(scale)*float64(q)))
}
