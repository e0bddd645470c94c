package kernel

import "math"

// fma is a·b + c, rounded once to float32 as a processor's instruction does.
var fma = fastest()

func fastest() func(a, b, c float32) float32 {
	if fuses {
		return multiplyAdd
	}
	return emulated
}

// emulated is a·b + c, rounded once by arithmetic of float64.
//
// The product of two float32s is exact in float64. Their sum with c, rounded to
// float64 and then to float32, is rounded twice, which differs only if the first
// rounding ends where the second is undecided: on the middle between two float32s,
// or below the normal ones, where the middle has fewer bits. There the error of
// the first, which is known exactly, decides.
//
// Boldo and Melquiond, Emulation of a FMA and correctly rounded sums: proved
// algorithms using rounding to odd, IEEE Transactions on Computers 2008.
func emulated(a, b, c float32) float32 {
	p, z := float64(float64(a)*float64(b)), float64(c)
	s := p + z
	bits := math.Float64bits(s)
	undecided := bits&(1<<29-1) == 1<<28 || math.Abs(s) < 0x1p-125
	if !undecided || bits&1 != 0 || math.IsInf(s, 0) || s != s {
		return float32(s)
	}
	// The error of the sum: Knuth's TwoSum.
	v := s - p
	e := (p - (s - v)) + (z - v)
	if e == 0 {
		return float32(s)
	}
	// Round to odd: one step towards the exact sum, whose last bit is then set.
	if (e > 0) == (s > 0) {
		bits++
	} else {
		bits--
	}
	return float32(math.Float64frombits(bits))
}
