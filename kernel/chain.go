package kernel

import (
	"math"
	"unsafe"
)

// A chain in Go has the sums of eight columns in registers. Where the compiler fuses, a step
// is the plain expression: see fused.go. Elsewhere it is
//
//	s = float64(a)·float64(b) + c    c = float32(s)
//
// whose product is exact and whose sum is rounded twice. That is one rounding, but where
// the first one ends in the middle between two float32s: see [fma]. A chain that meets a
// middle fails. So does one that begins with -0 or with a sum that is very large. Other edges
// are the caller's business: see regular.

// chainColumns is the number of columns of a chain, mostTerms the most terms.
const chainColumns, mostTerms = 8, 64

// term is a factor of a chain, which row of the other operand it meets, and the tail of a
// sum that the chain cannot round.
type term struct {
	a    float64
	k    uint32
	tail uint32
}

// strip is the columns of a chain, of as many rows as there are terms.
type strip[T float32 | float64] [mostTerms][chainColumns]T

const (
	// middle is the tail of a sum that is in the middle between two float32s.
	middle uint32 = 1 << 31
	// noTail is the tail of no sum, which ends with three zeros. A step whose factor is a power of two adds two float32s,
	// and float64 has so many more digits that a sum of two is as good as rounded once. Such
	// sums are often in the middle.
	//
	// Figueroa, When is double rounding innocuous?, SIGNUM Newsletter 1995.
	noTail = middle - 1
	// mostSum is the bits of the largest magnitude that a chain begins with, 2¹²⁶. Its terms
	// are together no larger, and so no sum is beyond all numbers.
	mostSum = (126 + 127) << 23
)

// usual reports whether a chain may begin with these sums.
func usual(sums []float32) bool {
	for _, c := range sums {
		if bits := math.Float32bits(c); bits == 1<<31 || bits&^(1<<31) > mostSum {
			return false
		}
	}
	return true
}

// chainLoops are what a tile in Go is made of: where a processor fuses, see fused.go, on amd64,
// and elsewhere.
type chainLoops struct {
	// widen copies columns of row k of op(B) to its place in the strips. It returns the least
	// of their magnitudes, but for zeros, and the most, infinity if one is no number.
	widen func(d *twinTile, k int, from []float32) (least, most float64)
	// list makes the terms of a row of op(A), but for zeros, and returns how many there are,
	// with their magnitudes.
	list func(d *twinTile, a unsafe.Pointer) (n int, least, most float64)
	// chains adds terms to a row of sums, strip by strip. It returns which strips failed, as
	// bits: their sums are as before.
	chains func(d *twinTile, row []float32, terms []term) (failed uint64)
}

var (
	plainChains = chainLoops{(*twinTile).widen, (*twinTile).list, (*twinTile).chains}
	fusedChains = chainLoops{(*twinTile).widenFused, (*twinTile).list, (*twinTile).chainsFused}
)

// loops are those for this processor.
func (d *twinTile) loops() *chainLoops {
	if fuses {
		return &fusedChains
	}
	return ownChains
}

func (d *twinTile) widen(k int, from []float32) (least, most float64) {
	for j := 0; j < len(from); j += chainColumns {
		copyColumns(&d.double[j/chainColumns][k], from[j:min(j+chainColumns, len(from))])
	}
	return magnitudes(from)
}

func (d *twinTile) widenFused(k int, from []float32) (least, most float64) {
	for j := 0; j < len(from); j += chainColumns {
		copyColumns(&d.float[j/chainColumns][k], from[j:min(j+chainColumns, len(from))])
	}
	return magnitudes(from)
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

// magnitudes are the least of some numbers, but for zeros, and the most.
func magnitudes(from []float32) (least, most float64) {
	low, high := uint32(infinity-1), uint32(0)
	for _, v := range from {
		size := math.Float32bits(v) &^ (1 << 31)
		low, high = min(low, size-1), max(high, size)
	}
	return float64(math.Float32frombits(low + 1)), float64(math.Float32frombits(min(high, infinity)))
}

func (d *twinTile) list(a unsafe.Pointer) (n int, least, most float64) {
	low, high := uint32(infinity-1), uint32(0)
	for k := range d.count {
		v := *(*float32)(unsafe.Add(a, d.a[k]))
		size := math.Float32bits(v) &^ (1 << 31)
		tail := middle
		if size&(1<<23-1) == 0 {
			tail = noTail
		}
		d.terms[n] = term{float64(v), uint32(k), tail}
		if size != 0 {
			n++
		}
		low, high = min(low, size-1), max(high, size)
	}
	return n, float64(math.Float32frombits(low + 1)), float64(math.Float32frombits(min(high, infinity)))
}

func (d *twinTile) chains(row []float32, terms []term) (failed uint64) {
	for j := 0; j < len(row); j += chainColumns {
		strip, part := j/chainColumns, row[j:min(j+chainColumns, len(row))]
		var c [chainColumns]float64
		copyColumns(&c, part)
		if !usual(part) || !chain(&c, &d.double[strip], terms) {
			failed |= 1 << strip
			continue
		}
		for j := range part {
			part[j] = float32(c[j])
		}
	}
	return failed
}

func (d *twinTile) chainsFused(row []float32, terms []term) (failed uint64) {
	for j := 0; j < len(row); j += chainColumns {
		strip, part := j/chainColumns, row[j:min(j+chainColumns, len(row))]
		if !usual(part) {
			failed |= 1 << strip
			continue
		}
		var c [chainColumns]float32
		copyColumns(&c, part)
		chainFused(&c, &d.float[strip], terms)
		copy(part, c[:])
	}
	return failed
}

// tail is the 29 bits of a sum that a float32 lacks.
func tail(s float64) uint32 { return uint32(math.Float64bits(s)) << 3 }

// single rounds a sum to a float32.
func single(s float64) float64 { return float64(float32(s)) }

// chain adds terms to the sums c, and reports whether it could round them all: if not, it
// leaves them.
func chain(c *[chainColumns]float64, b *strip[float64], terms []term) bool {
	c0, c1, c2, c3, c4, c5, c6, c7 := c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]
	for i := range terms {
		a, b, failure := terms[i].a, &b[terms[i].k%mostTerms], terms[i].tail
		c0 += float64(a * b[0])
		if tail(c0) == failure {
			return false
		}
		c0 = single(c0)
		c1 += float64(a * b[1])
		if tail(c1) == failure {
			return false
		}
		c1 = single(c1)
		c2 += float64(a * b[2])
		if tail(c2) == failure {
			return false
		}
		c2 = single(c2)
		c3 += float64(a * b[3])
		if tail(c3) == failure {
			return false
		}
		c3 = single(c3)
		c4 += float64(a * b[4])
		if tail(c4) == failure {
			return false
		}
		c4 = single(c4)
		c5 += float64(a * b[5])
		if tail(c5) == failure {
			return false
		}
		c5 = single(c5)
		c6 += float64(a * b[6])
		if tail(c6) == failure {
			return false
		}
		c6 = single(c6)
		c7 += float64(a * b[7])
		if tail(c7) == failure {
			return false
		}
		c7 = single(c7)
	}
	*c = [...]float64{c0, c1, c2, c3, c4, c5, c6, c7}
	return true
}
