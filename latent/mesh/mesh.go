// Package mesh sums up the pushes of all points of the plane on each by a particle mesh,
// for maps whose points repel each other.
package mesh

import (
	"math"

	"latentspace/kernel"
)

// Mesh computes the field of points in the plane, each of which has a potential f of the squared
// distance from it. The force on a point is the slope of what they add up to,
//
//	force[i] = −½∇φ(y[i])    φ(y) = Σⱼ f(|y − y[j]|²)
//
// Every point is spread by a B-spline of degree 7 over 8×8 points of a grid of fixed
// spacing, which begins where the points' bounding box does. The grid is convolved
// with the potential of a unit charge, and the force is the slope of the spline
// through the result. The potential's transform is divided twice by that of the
// spline, for spreading and for interpolating.
//
// Hockney and Eastwood, Computer Simulation Using Particles, 1988, chapters 5 and 8;
// for t-SNE, with polynomials and four charges: Linderman, Rachh, Hoskins,
// Steinerberger and Kluger, Fast interpolation-based t-SNE, Nature Methods 2019.
type Mesh struct {
	potential func(square float64) float64
	spacing   float64
	scale     float32 // 1/spacing

	field *kernel.Field // nil before the first points
	side  int           // of the grid
	grid  []float32     // (side, side): charges, and then half the potential
	low   [2]float32    // where it begins

	y, force []float32 // during Forces

	points cells
	boxes  []box // of chunks of points

	measure, spread, slopes, wipe func(lo, hi int)
	odd                           int // whether odd bands are spread
}

// margin is how many points a grid needs for the splines of points in one cell, and
// one for rounding.
const margin = kernel.SplineWidth + 1

// periods of the convolution, twice the side of a grid.
var periods = [...]int{128, 192, 256, 320, 384, 512, 640, 768, 960, 1024, 1280, 1536, 2048, 2560, 3072, 3840, 4096}

const (
	pointGrain = 1024 // points of a chunk where they are looked at
	slopeGrain = 256  // where they are interpolated
	wipeGrain  = 1 << 14
)

// New returns the mesh of n points of a potential, which is called from several goroutines at once.
// The spacing of the grid is the same at all times: with a finer one, while all points are close
// together, neighbouring potentials would differ by less than float32 can tell.
func New(n int, potential func(square float64) float64, spacing float64) *Mesh {
	m := &Mesh{
		potential: potential, spacing: spacing, scale: float32(1 / spacing),
		points: newCells(n), boxes: make([]box, (n+pointGrain-1)/pointGrain),
	}
	m.measure, m.spread, m.slopes, m.wipe = m.measureChunk, m.spreadBand, m.slopesChunk, m.wipeChunk
	return m
}

// Span is how wide and high the points may be at most.
func (m *Mesh) Span() float64 { return m.spacing * float64(periods[len(periods)-1]/2-margin) }

// Fits reports whether the mesh can hold the points y (n, 2) and is quicker than the
// sum over all pairs.
func (m *Mesh) Fits(y []float32) bool {
	period, ok := m.period(m.box(y))
	return ok && period <= len(y)/2
}

// Forces writes, for points y (n, 2), the forces (n, 2) on them, and returns what the potential
// sums up to, Σᵢ φ(y[i]), in which every point meets itself too. Both are NaN where the mesh cannot
// hold the points.
func (m *Mesh) Forces(y, force []float32) float64 {
	b := m.box(y)
	period, ok := m.period(b)
	if !ok {
		kernel.Fill(force, float32(math.NaN()))
		return math.NaN()
	}
	m.resize(period)
	m.y, m.force, m.low = y, force, b.low
	kernel.For(len(m.grid), wipeGrain, m.wipe)
	m.points.sort(y, b.low, m.side, m.scale)
	// The spline of a point reaches into the next band, so that those two apart can
	// be spread at once.
	for m.odd = range 2 {
		kernel.For(m.side/bandRows/2, 1, m.spread)
	}
	sum := m.field.Run(m.grid)
	kernel.For(len(y)/2, slopeGrain, m.slopes)
	m.y, m.force = nil, nil
	return sum
}

// resize takes a grid for a period that is larger than the present one, or so much
// smaller that it will not be wanted again soon.
func (m *Mesh) resize(period int) {
	if m.field != nil && period <= m.field.Period && 5*period >= 3*m.field.Period {
		return
	}
	m.side = period / 2
	if cap(m.grid) < m.side*m.side {
		m.grid = make([]float32, m.side*m.side)
	}
	m.grid = m.grid[:m.side*m.side]
	m.field = kernel.NewField(period, spectrum(period, m.potential, m.spacing))
}

func (m *Mesh) wipeChunk(lo, hi int) { clear(m.grid[lo:hi]) }

func (m *Mesh) spreadBand(lo, hi int) {
	for i := lo; i < hi; i++ {
		at, frac := m.points.band(2*i + m.odd)
		kernel.Spread(m.grid, m.side, at, frac)
	}
}

// slopesChunk interpolates. The grid has half the potential.
func (m *Mesh) slopesChunk(lo, hi int) {
	p := &m.points
	slope := p.rawFrac[2*lo : 2*hi] // which the points have left
	kernel.Slopes(slope, m.grid, m.side, p.at[lo:hi], p.frac[2*lo:2*hi])
	for i, point := range p.order[lo:hi] {
		m.force[2*point] = slope[2*i] * -m.scale
		m.force[2*point+1] = slope[2*i+1] * -m.scale
	}
}

// At writes the forces (n, 2) of the points of the last [Mesh.Forces] on others y (n, 2), which it
// works out one by one. Beyond the grid they are those at its edge.
func (m *Mesh) At(y, force []float32) {
	kernel.For(len(y)/2, slopeGrain, func(lo, hi int) {
		var at [slopeGrain]int32
		var frac [2 * slopeGrain]float32
		for i := range hi - lo {
			row, v := m.cell(y[2*(lo+i)+1], 1)
			column, u := m.cell(y[2*(lo+i)], 0)
			at[i], frac[2*i], frac[2*i+1] = row*int32(m.side)+column, u, v
		}
		slope := force[2*lo : 2*hi]
		kernel.Slopes(slope, m.grid, m.side, at[:hi-lo], frac[:2*(hi-lo)])
		kernel.Scale(slope, slope, -m.scale)
	})
}

// cell is the cell of a coordinate along an axis, and where it is in the cell.
func (m *Mesh) cell(v float32, axis int) (cell int32, frac float32) {
	u := float32((v - m.low[axis]) * m.scale)
	if !(u >= 0) {
		return 0, 0
	}
	u = min(u, float32(m.side-kernel.SplineWidth))
	cell = int32(u)
	return cell, u - float32(cell)
}

// box is where points are.
type box struct {
	low, high [2]float32
	zero      float32 // NaN if a coordinate is not finite
}

// box returns the bounding box of points.
func (m *Mesh) box(y []float32) box {
	m.y = y
	kernel.For(len(y)/2, pointGrain, m.measure)
	m.y = nil
	inf := float32(math.Inf(1))
	all := box{low: [2]float32{inf, inf}, high: [2]float32{-inf, -inf}}
	for _, b := range m.boxes {
		for k := range 2 {
			all.low[k], all.high[k] = min(all.low[k], b.low[k]), max(all.high[k], b.high[k])
		}
		all.zero += b.zero
	}
	return all
}

func (m *Mesh) measureChunk(lo, hi int) {
	y := m.y[2*lo : 2*hi]
	x0, y0 := y[0], y[1]
	x1, y1, zero := x0, y0, float32(0)
	for i := 0; i+1 < len(y); i += 2 {
		u, v := y[i], y[i+1]
		zero += (u - u) + (v - v)
		if u < x0 {
			x0 = u
		}
		if u > x1 {
			x1 = u
		}
		if v < y0 {
			y0 = v
		}
		if v > y1 {
			y1 = v
		}
	}
	m.boxes[lo/pointGrain] = box{[2]float32{x0, y0}, [2]float32{x1, y1}, zero}
}

// period is the least that holds the points of a box.
func (m *Mesh) period(b box) (period int, ok bool) {
	span := max(b.high[0]-b.low[0], b.high[1]-b.low[1])
	for _, p := range periods {
		if b.zero == 0 && span*m.scale <= float32(p/2-margin) {
			return p, true
		}
	}
	return 0, false
}
