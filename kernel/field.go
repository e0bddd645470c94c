package kernel

import "fmt"

// Field is the potential of charges on a square grid: the convolution of the grid
// with f, the potential of a unit charge, which is even in both directions. The
// transforms have period Period, and the grid is half as wide, so that all distances
// on it are met once: the field is not periodic.
//
// Pairs of columns, column c as the real part and c + side/2 as the imaginary, are
// transformed together, then rows, and back. The Nyquist frequency of columns is
// dropped.
type Field struct {
	Period int

	fft      fft
	spectrum []float32   // of sixteen frequencies along columns, for every place along rows
	columns  []float32   // Period rows for every sixteen pairs of columns
	at       []int       // where the rows of sixteen frequencies begin, and of their negatives
	sums     [][]float64 // of squares, by block of frequencies
	grid     []float32   // during Run

	down, across, up func(lo, hi int)
	leafDown, leafUp func(x []float32, count int)
}

// NewField returns the field of a unit charge's potential of which the transform,
//
//	transform(k, l) = Σ_x Σ_y f(x, y)·cos(2π(kx + ly)/period),   k, l ≤ period/2,
//
// is known; transform is called from several goroutines at once. The period is 4, 6,
// 8, 10, 12, 15 or 20 times a power of 4, and a multiple of 64.
func NewField(period int, transform func(k, l int) float64) *Field {
	f, ok := newFFT(period)
	if !ok || period%64 != 0 {
		panic(fmt.Sprintf("kernel: field of period %d, want 4, 6, 8, 10, 12, 15 or 20 times a power of 4 and a multiple of 64", period))
	}
	c := &Field{Period: period, fft: f}
	side := period / 2
	c.columns = make([]float32, side/32*c.stride())
	c.spectrum = make([]float32, side*period)
	c.at = make([]int, 2*side)
	c.sums = make([][]float64, side/16)
	// The spectrum takes the factors 1/period² of the transforms back, and 1/4, as
	// what separate returns is twice the transform.
	scale := 1 / (4 * float64(period) * float64(period))
	For(side/16, 1, func(lo, _ int) {
		c.sums[lo] = make([]float64, 16)
		for i := range 16 {
			l := 16*lo + i
			c.at[32*lo+i], c.at[32*lo+16+i] = 32*f.place[l], 32*f.place[(period-l)%period]
		}
		for k, p := range f.place {
			row := c.spectrum[(lo*period+p)*16:][:16]
			for i := range row {
				row[i] = float32(scale * transform(min(k, period-k), 16*lo+i))
			}
		}
	})
	c.leafDown = func(x []float32, n int) { ffts[current].leaves[f.leaf].down(x, n) }
	c.leafUp = func(x []float32, n int) { ffts[current].leaves[f.leaf].up(x, n) }
	c.down, c.across, c.up = c.columnsDown, c.rows, c.columnsUp
	return c
}

// Run replaces charges g (side, side) by half their potential,
//
//	g ← ½·f∗g
//
// and returns Σ g·(f∗g), by Parseval's theorem, twice their energy.
func (c *Field) Run(g []float32) float64 {
	c.grid = g
	side := c.Period / 2
	For(side/32, 1, c.down)
	For(side/16, 1, c.across)
	For(side/32, 1, c.up)
	c.grid = nil
	total := 0.0
	for block, sums := range c.sums {
		for lane, s := range sums {
			if block+lane > 0 {
				s *= 2 // for the frequency's negative
			}
			total += s
		}
	}
	return total
}

// block is where the transforms of sixteen pairs of columns are.
func (c *Field) block(b int) []float32 {
	return c.columns[b*c.stride():][:32*c.Period]
}

// stride is from block to block: a row more than there are, as the same rows of all
// blocks would else compete for one set of a cache.
func (c *Field) stride() int { return 32 * (c.Period + 1) }

// columnsDown transforms sixteen pairs of columns.
func (c *Field) columnsDown(lo, hi int) {
	side := c.Period / 2
	for b := lo; b < hi; b++ {
		x := c.block(b)
		ffts[current].halfDown(x, c.grid[16*b:], c.grid[side/2+16*b:], side, side/2, c.fft.twiddles[0])
		for i := range 4 {
			c.fft.below(x[i*len(x)/4:(i+1)*len(x)/4], 1, true, false, c.leafDown)
		}
	}
}

// rows transforms sixteen rows of frequencies, multiplies them by the spectrum, and
// transforms them back.
func (c *Field) rows(lo, hi int) {
	l := &ffts[current]
	half := 32 * c.Period / 4 // of the rows that are not zero
	s := workspaces.get()
	x := s.rows(c.Period)
	for n := lo; n < hi; n++ {
		at := c.at[32*n:][:32]
		for b := range c.Period / 64 {
			l.separate(x[512*b:], x[half+512*b:], c.block(b), at)
		}
		l.halfDown(x, x, x[16:], 32, c.Period/4, c.fft.twiddles[0])
		clear(c.sums[n])
		s.spectrum, s.sums = c.spectrum[n*16*c.Period:(n+1)*16*c.Period], c.sums[n]
		s.leaf = c.fft.leaf
		for i := range 4 {
			c.fft.below(x[i*len(x)/4:(i+1)*len(x)/4], 1, true, true, s.convolve)
		}
		l.halfUp(x, x[16:], 32, x, c.Period/4, c.fft.twiddles[0])
		for b := range c.Period / 64 {
			l.join(c.block(b), x[512*b:], x[half+512*b:], at)
		}
	}
	s.spectrum, s.sums = nil, nil
	workspaces.put(s)
}

// columnsUp transforms sixteen pairs of columns back.
func (c *Field) columnsUp(lo, hi int) {
	side := c.Period / 2
	for b := lo; b < hi; b++ {
		x := c.block(b)
		clear(x[32*c.fft.place[side]:][:32])
		for i := range 4 {
			c.fft.below(x[i*len(x)/4:(i+1)*len(x)/4], 1, false, true, c.leafUp)
		}
		ffts[current].halfUp(c.grid[16*b:], c.grid[side/2+16*b:], side, x, side/2, c.fft.twiddles[0])
	}
}

// workspace is what one processor works on: rows of frequencies, and what is left of
// the spectrum that they have not met.
type workspace struct {
	x        []float32
	spectrum []float32
	sums     []float64
	leaf     int
	convolve func(x []float32, count int)
}

var workspaces = depot[workspace]{make: func() *workspace {
	s := &workspace{}
	s.convolve = func(x []float32, count int) {
		ffts[current].leaves[s.leaf].convolve(x, s.spectrum, s.sums, count)
		s.spectrum = s.spectrum[len(x)/2:]
	}
	return s
}}

// rows returns n rows.
func (s *workspace) rows(n int) []float32 {
	if cap(s.x) < 32*n {
		s.x = make([]float32, 32*n)
	}
	return s.x[:32*n]
}
