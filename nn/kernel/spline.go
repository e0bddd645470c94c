package kernel

// Splines on a grid: a point in cell (x, y) at (t, u) from its corner, both in
// [0, 1), has weight w[i](t)·w[j](u) at the grid's point (x+i, y+j), i, j < 6, where w
// are the six pieces of the quintic B-spline. The vectors of weights have eight
// elements, of which the last two are zero.
//
// de Boor, A Practical Guide to Splines, 1978.

// splineTerms has the coefficients of the pieces times 120, from t⁵ to 1.
var splineTerms = [6][8]float32{
	{-1, 5, -10, 10, -5, 1},
	{5, -20, 30, -20, 5},
	{-10, 20, 0, -20, 10},
	{10, 20, -60, 20, 10},
	{-5, -50, 0, 50, 5},
	{1, 26, 66, 26, 1},
}

// slopeTerms has the coefficients of their derivatives times 24, from t⁴ to 1.
var slopeTerms = [5][8]float32{
	{-1, 5, -10, 10, -5, 1},
	{4, -16, 24, -16, 4},
	{-6, 12, 0, -12, 6},
	{4, 8, -24, 8, 4},
	{-1, -10, 0, 10, 1},
}

// SplineWidth is how many points of the grid, from that of its cell, the spline of
// a point reaches, and the two more that Spread and Slopes touch.
const SplineWidth = 8

// Spread adds to a grid of rows of side elements the spline of every point: point i
// is in the cell that begins at grid[at[i]], at (frac[2i], frac[2i+1]) from its
// corner along and across the row. Two more elements of each row are touched.
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
		for r := range 6 {
			row := grid[int(cell)+r*side:][:8]
			f := v[r] * (1. / 14400)
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
		for r := range 6 {
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
		slope[2*i], slope[2*i+1] = sum8(&along)*(1./2880), sum8(&across)*(1./2880)
	}
}

// sum8 adds in the order of two horizontal sums.
func sum8(x *[8]float32) float32 {
	return ((x[0] + x[1]) + (x[4] + x[5])) + ((x[2] + x[3]) + (x[6] + x[7]))
}
