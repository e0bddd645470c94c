package kernel

import (
	"math"

	"latentspace/nn/elementary"
)

//go:generate go -C asm run ./fft -to ..

// fftLoops has the loops of fast Fourier transforms, and of splines, of one path.
// Transforms are done sixteen side by side: a row, 32 floats, has the real parts of
// one element of each, and then the imaginary parts.
//
// A transform of N = n·4ᵖ elements goes down by p passes of decimation in frequency
// (Gentleman and Sande), which cut a block of 4q rows in four,
//
//	y[j + r·q] = w^(rj)·Σ_m x[j + m·q]·(−i)^(mr),   w = e^(−2πi/4q),   j < q,   r, m < 4,
//
// and ends with leaves, transforms of n rows each, which leave the element of
// frequency k at the place where k's digits are reversed. The way back is the same
// in reverse, conjugated. They trust their callers, as all loops do.
type fftLoops struct {
	// down and up are a pass over count blocks of 4q rows and its inverse, times 4.
	// twiddles has w^j, w^2j and w^3j for every j.
	down, up func(x []float32, q, count int, twiddles []float32)
	// halfDown is the first pass over a block whose upper half is zero: its rows are
	// at re and im, stride floats apart, and dst may begin at re.
	halfDown func(dst, re, im []float32, stride, q int, twiddles []float32)
	// halfUp is the last pass back, of which only the lower half is wanted.
	halfUp func(re, im []float32, stride int, x []float32, q int, twiddles []float32)

	leaves [len(leafSizes)]leafLoops

	// separate takes apart the transforms of real columns that went as real and
	// imaginary part through one transform,
	//
	//	lower = Z(k) + conj Z(−k),   upper = −i·(Z(k) − conj Z(−k)),
	//
	// twice what they are, and turns sixteen frequencies of sixteen columns round:
	// frequencies are the lanes of lower and upper. at has where in x the rows of k
	// begin, and then those of −k.
	separate func(lower, upper, x []float32, at []int)
	// join does the reverse: Z(k) = lower + i·upper, Z(−k) = conj lower + i·conj upper.
	join func(x, lower, upper []float32, at []int)

	// spread and slopes are for one point at least.
	spread func(grid []float32, side int, at []int32, frac []float32)
	slopes func(slope, grid []float32, side int, at []int32, frac []float32)
}

// leafLoops are the transform of count leaves in place, and back; and down, times
// the spectrum s, and back again at once, where the squares of the elements times s
// are added to sums, lane by lane: those of a leaf in float32, in order, and then
// to the sum.
type leafLoops struct {
	down, up func(x []float32, count int)
	convolve func(x, s []float32, sums []float64, count int)
}

var leafSizes = [...]int{4, 6, 8, 10, 12, 15, 20}

// fft is a plan for transforms of size rows.
type fft struct {
	size, leaf int
	twiddles   [][]float32 // by pass, from the top
	place      []int       // of every frequency
}

// newFFT returns a plan for a size of n·4ᵖ, n a size of leaves and p at least 1.
func newFFT(size int) (f fft, ok bool) {
	f.size = size
	for f.leaf = range leafSizes {
		f.twiddles = nil
		q := size / 4
		for ; q >= leafSizes[f.leaf]; q /= 4 {
			f.twiddles = append(f.twiddles, twiddles(q))
			if q == leafSizes[f.leaf] && q<<(2*len(f.twiddles)) == size {
				f.places()
				return f, true
			}
		}
	}
	return f, false
}

// twiddles has w^j, w^2j and w^3j for j < q.
func twiddles(q int) []float32 {
	var t []float32
	for j := range q {
		for r := 1; r < 4; r++ {
			angle := -2 * math.Pi * float64(r*j%(4*q)) / float64(4*q)
			t = append(t, float32(elementary.Cos(angle)), float32(elementary.Sin(angle)))
		}
	}
	return t
}

// places finds where the frequencies are: r₁ + 4·r₂ + … + 4ᵖ·k is in quarter r₁ of
// the whole, in quarter r₂ of that, and so on, at row k of the leaf.
func (f *fft) places() {
	f.place = make([]int, f.size)
	for p := range f.size {
		k, unit, rest := 0, 1, p
		for q := f.size / 4; unit < f.size/leafSizes[f.leaf]; q /= 4 {
			k += unit * (rest / q)
			rest, unit = rest%q, unit*4
		}
		f.place[k+unit*rest] = p
	}
}

// nearRows is how many rows, of 128 bytes, stay in the first cache between two passes.
const nearRows = 192

// below does all that lies below pass number level for a block of rows: the passes
// down, the leaves and the passes up, where asked for. Depth first, so that most of
// it happens in the first cache.
func (f *fft) below(x []float32, level int, down, up bool, leaves func(x []float32, count int)) {
	l := &ffts[current]
	rows := f.size >> (2 * level)
	last := len(f.twiddles)
	if rows > nearRows && level < last {
		if down {
			l.down(x, rows/4, 1, f.twiddles[level])
		}
		for i := range 4 {
			f.below(x[i*rows/4*32:(i+1)*rows/4*32], level+1, down, up, leaves)
		}
		if up {
			l.up(x, rows/4, 1, f.twiddles[level])
		}
		return
	}
	for i := level; i < last && down; i++ {
		l.down(x, f.size>>(2*i+2), 1<<(2*(i-level)), f.twiddles[i])
	}
	leaves(x, rows/leafSizes[f.leaf])
	for i := last - 1; i >= level && up; i-- {
		l.up(x, f.size>>(2*i+2), 1<<(2*(i-level)), f.twiddles[i])
	}
}
