package kernel

import "latentspace/nn/elementary"

// Splines on a grid: a point in cell (x, y) at (t, u) from its corner, both in
// [0, 1), has weight w[i](t)·w[j](u) at the grid's point (x+i, y+j), i, j < 8, where w
// are the eight pieces of the B-spline of degree 7.
//
// de Boor, A Practical Guide to Splines, 1978.

// splineTerms has the coefficients of the pieces times 7!, from t⁷ to 1.
var splineTerms = [8][8]float32{
	{-1, 7, -21, 35, -35, 21, -7, 1},
	{7, -42, 105, -140, 105, -42, 7},
	{-21, 84, -105, 0, 105, -84, 21},
	{35, 0, -315, 560, -315, 0, 35},
	{-35, -280, 665, 0, -665, 280, 35},
	{21, 504, 315, -1680, 315, 504, 21},
	{-7, -392, -1715, 0, 1715, 392, 7},
	{1, 120, 1191, 2416, 1191, 120, 1},
}

// slopeTerms has the coefficients of their derivatives times 6!, from t⁶ to 1.
var slopeTerms = [7][8]float32{
	{-1, 7, -21, 35, -35, 21, -7, 1},
	{6, -36, 90, -120, 90, -36, 6},
	{-15, 60, -75, 0, 75, -60, 15},
	{20, 0, -180, 320, -180, 0, 20},
	{-15, -120, 285, 0, -285, 120, 15},
	{6, 144, 90, -480, 90, 144, 6},
	{-1, -56, -245, 0, 245, 56, 1},
}

const (
	spreadScale = 1. / (5040 * 5040)
	slopeScale  = 1. / (5040 * 720)
)

// SplineWidth is how many rows and columns, from those of its cell, the spline of a
// point reaches.
const SplineWidth = 8

// SplineTransform is the transform of the spline at the points of a grid, of spacing
// 1, at angular frequency t.
func SplineTransform(t float64) float64 {
	return (2416 + float64(2382*elementary.Cos(t)) + float64(240*elementary.Cos(2*t)) + float64(2*elementary.Cos(3*t))) / 5040
}

// Spread adds to a grid of rows of side elements the spline of every point: point i
// is in the cell that begins at grid[at[i]], at (frac[2i], frac[2i+1]) from its
// corner along and across the row.
func Spread(grid []float32, side int, at []int32, frac []float32) {
	if len(at) > 0 {
		ffts[current].spread(grid, side, at, frac)
	}
}

// Slopes interpolates a grid by splines at points given as for [Spread] and sets
// slope[2i], slope[2i+1] to its derivatives along and across the row, for a grid of
// spacing 1.
func Slopes(slope, grid []float32, side int, at []int32, frac []float32) {
	if len(at) > 0 {
		ffts[current].slopes(slope, grid, side, at, frac)
	}
}

// pieces is polynomials of eight lanes at t.
func pieces(terms [][8]float32, t float32) (w [8]float32) {
	for i := range w {
		w[i] = terms[0][i]
		for _, c := range terms[1:] {
			w[i] = float32(w[i]*t) + c[i]
		}
	}
	return w
}

func spreadTwin(grid []float32, side int, at []int32, frac []float32) {
	for i, cell := range at {
		w, v := pieces(splineTerms[:], frac[2*i]), pieces(splineTerms[:], frac[2*i+1])
		for r := range SplineWidth {
			row := grid[int(cell)+r*side:][:8]
			f := v[r] * spreadScale
			for k := range row {
				row[k] += float32(w[k] * f)
			}
		}
	}
}

func slopesTwin(slope, grid []float32, side int, at []int32, frac []float32) {
	for i, cell := range at {
		t, u := frac[2*i], frac[2*i+1]
		w, dw := pieces(splineTerms[:], t), pieces(slopeTerms[:], t)
		v, dv := pieces(splineTerms[:], u), pieces(slopeTerms[:], u)
		var along, across [8]float32
		for r := range SplineWidth {
			row := grid[int(cell)+r*side:][:8]
			for k, f := range row {
				if r == 0 {
					along[k], across[k] = f*v[r], f*dv[r]
				} else {
					along[k] += float32(f * v[r])
					across[k] += float32(f * dv[r])
				}
			}
		}
		for k := range along {
			along[k] *= dw[k]
			across[k] *= w[k]
		}
		slope[2*i], slope[2*i+1] = sum8(&along)*slopeScale, sum8(&across)*slopeScale
	}
}

// sum8 adds in the order of two horizontal sums.
func sum8(x *[8]float32) float32 {
	return ((x[0] + x[1]) + (x[4] + x[5])) + ((x[2] + x[3]) + (x[6] + x[7]))
}
