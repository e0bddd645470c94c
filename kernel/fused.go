package kernel

import "math"

// Some compilers make one instruction of a product and a sum, where the processor has one,
// and it rounds once. They may, but they need not: what fuses stands in this file alone, in
// functions that are not compiled into others, and is used if it proves to round once.

// fuses reports whether multiplyAdd and chainFused round once.
var fuses = roundsOnce(multiplyAdd) && chainRoundsOnce(chainFused)

// multiplyAdd is a·b + c, rounded once or twice.
//
//go:noinline
func multiplyAdd(a, b, c float32) float32 { return a*b + c }

// chainFused adds terms to the sums c.
//
//go:noinline
func chainFused(c *[chainColumns]float32, b *strip[float32], terms []term) {
	c0, c1, c2, c3, c4, c5, c6, c7 := c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]
	for i := range terms {
		a, b := float32(terms[i].a), &b[terms[i].k%mostTerms]
		c0 += a * b[0]
		c1 += a * b[1]
		c2 += a * b[2]
		c3 += a * b[3]
		c4 += a * b[4]
		c5 += a * b[5]
		c6 += a * b[6]
		c7 += a * b[7]
	}
	*c = [...]float32{c0, c1, c2, c3, c4, c5, c6, c7}
}

// telling are multiply-adds that come out different if a product is rounded, or a sum
// first to a float64, or if subnormal numbers are taken for zeros.
var telling = [...]struct{ a, b, c, want float32 }{
	{1 + 0x1p-23, 1 + 0x1p-23, -1 - 0x1p-22, 0x1p-46},
	{3, 1 + 0x1p-23, -3, 3 * 0x1p-23},
	// With h = 2⁻¹²: (1 + h)(1 − h + h²) = 1 + h³, beside a middle.
	{0x1p-12 * (1 + 0x1p-12), 0x1p-12 * (1 - 0x1p-12 + 0x1p-24), 1, 1 + 0x1p-23},
	{-0x1p-12 * (1 + 0x1p-12), 0x1p-12 * (1 - 0x1p-12 + 0x1p-24), -1, -1 - 0x1p-23},
	// With h = 2⁻¹¹: (1 − h)(1 + h + h²) = 1 − h³.
	{0x1p-12 * (1 - 0x1p-11), 0x1p-12 * (1 + 0x1p-11 + 0x1p-22), 1 + 0x1p-23, 1 + 0x1p-23},
	// The same among the subnormal numbers.
	{0x1p-75 * (1 + 0x1p-12), 0x1p-75 * (1 - 0x1p-12 + 0x1p-24), 0x1p-127, 0x1p-127 + 0x1p-149},
	// (1 + 2024·2⁻²³)(1 − 4047·2⁻²⁴) = 1 + ¾·2⁻²⁹, less than a step of float64 above a middle.
	{0x1p-75 * (1 + 2024*0x1p-23), 0x1p-75 * (1 - 4047*0x1p-24), 0x1p-127, 0x1p-127 + 0x1p-149},
	{0x1p-100, 0x1p-40, 0x1p-149, 0x1p-140 + 0x1p-149},
	{0x1p-75, 0x1p-75, 0, 0},
	{0x1p100, 0x1p28, -math.MaxFloat32, 0x1p104},
}

// roundsOnce reports whether a multiply-add does.
func roundsOnce(f func(a, b, c float32) float32) bool {
	for _, c := range telling {
		if f(c.a, c.b, c.c) != c.want {
			return false
		}
	}
	return true
}

// chainRoundsOnce reports whether a chain does in each of its columns.
func chainRoundsOnce(f func(c *[chainColumns]float32, b *strip[float32], terms []term)) bool {
	for column := range chainColumns {
		if !roundsOnce(func(a, b, c float32) float32 {
			var sums [chainColumns]float32
			var rows strip[float32]
			sums[column], rows[1][column] = c, b
			f(&sums, &rows, []term{{a: float64(a), k: 1}})
			return sums[column]
		}) {
			return false
		}
	}
	return true
}
