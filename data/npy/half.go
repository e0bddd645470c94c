package npy

import "math"

// Half rounds a number to the nearest float16, as [Write] does.
func Half(x float64) float64 { return fromHalf(toHalf(x)) }

// toHalf rounds a number to the nearest float16, of two the even one:
//
//	sign 1 bit   exponent 5 bits, less 15   fraction 10 bits
//
// From 65520 on it is infinite, below 2⁻¹⁴ a multiple of 2⁻²⁴.
//
// IEEE 754-2008, binary16.
func toHalf(x float64) uint16 {
	var sign uint16
	if math.Signbit(x) {
		sign, x = 0x8000, -x
	}
	switch {
	case x != x:
		return sign | 0x7e00
	case x >= 65520:
		return sign | 0x7c00
	case x < 0x1p-14:
		return sign | uint16(math.RoundToEven(x*0x1p24)) // a carry makes it the lowest normal number
	}
	fraction, exponent := math.Frexp(x) // in [½, 1)
	// 1024 … 2048 for the fraction with its leading one: the carry of the latter
	// goes into the exponent.
	return sign | uint16(exponent+13)<<10 + uint16(math.RoundToEven(fraction*2048))
}

// fromHalf is the value of a float16.
func fromHalf(h uint16) float64 {
	exponent, fraction := int(h>>10&0x1f), float64(h&0x3ff)
	var x float64
	switch {
	case exponent == 0x1f && fraction != 0:
		x = math.NaN()
	case exponent == 0x1f:
		x = math.Inf(1)
	case exponent == 0:
		x = fraction * 0x1p-24
	default:
		x = math.Ldexp(1024+fraction, exponent-25)
	}
	if h&0x8000 != 0 {
		return -x
	}
	return x
}
