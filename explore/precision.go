package explore

import (
	"math"

	"latentspace/data/npy"
)

// precision is how many bits the values of codes are kept in.
type precision struct {
	name  string
	bytes int // of a value
	round func(b box, d int, v float32) float32
}

// precisions are those there are, the finest first:
//
//	float32   as they are
//	float16   the nearest, of two the even one; beyond ±65504, the largest there is, that
//	int8      offset + scale·q, q the nearest of −127 … 127, where offset and scale fit the
//	          range of the codes in each dimension
var precisions = []precision{
	{"float32", 4, func(_ box, _ int, v float32) float32 { return v }},
	{"float16", 2, func(_ box, _ int, v float32) float32 { return half(v) }},
	{"int8", 1, func(b box, d int, v float32) float32 { return b.value(d, b.quantum(d, v)) }},
}

// precisionNames are the names of [precisions].
func precisionNames() []string {
	var names []string
	for _, p := range precisions {
		names = append(names, p.name)
	}
	return names
}

// size is the bytes of n codes of some dimension: with int8, an offset and a scale, 4
// bytes each, for each dimension.
func (p precision) size(n, dim int) int64 {
	size := int64(n) * int64(dim) * int64(p.bytes)
	if p.name == "int8" {
		size += 8 * int64(dim)
	}
	return size
}

// half rounds a value to float16, one that is too large for it to the largest.
func half(v float32) float32 {
	const largest = 65504
	return float32(npy.Half(float64(min(max(v, -largest), largest))))
}

// box is the range of codes in each dimension.
type box struct{ lo, hi []float32 }

func newBox(dim int) box {
	b := box{make([]float32, dim), make([]float32, dim)}
	for d := range dim {
		b.lo[d], b.hi[d] = float32(math.Inf(1)), float32(math.Inf(-1))
	}
	return b
}

// add widens the range to codes (n, dim).
func (b box) add(codes []float32) {
	for i, v := range codes {
		d := i % len(b.lo)
		b.lo[d], b.hi[d] = min(b.lo[d], v), max(b.hi[d], v)
	}
}

// offset is the middle of a dimension's range, scale the 254th part of its length.
func (b box) offset(d int) float32 {
	return float32(float64(float64(b.lo[d])/2) + float64(float64(b.hi[d])/2))
}
func (b box) scale(d int) float32 { return float32((float64(b.hi[d]) - float64(b.lo[d])) / 254) }

// quantum is the integer of a value, and value that of an integer.
func (b box) quantum(d int, v float32) int8 {
	scale := float64(b.scale(d))
	if scale == 0 {
		return 0
	}
	return int8(min(max(math.RoundToEven((float64(v)-float64(b.offset(d)))/scale), -127), 127))
}

func (b box) value(d int, q int8) float32 { return dequantised(b.offset(d), b.scale(d), q) }

// dequantised is the value of an integer.
func dequantised(offset, scale float32, q int8) float32 {
	return float32(float64(offset) + float64(float64(scale)*float64(q)))
}
