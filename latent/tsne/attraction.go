package tsne

import (
	"slices"

	"latentspace/kernel"
)

// attraction returns a function that writes the pull of the affinities on points
// (n, dims), force[i] = Σⱼ p[i,j] w[i,j] (y[i] − y[j]). Points of the plane may be in
// an order of the rows of p, nil for their own. Where the push is not exact, the
// affinities are rounded to eight bits, which makes less difference and halves what
// is read in every iteration.
func (a *affinities) attraction(dims int, exact bool, order []uint32) func(force, y []float32) {
	n := len(a.starts) - 1
	switch {
	case dims == 3:
		return a.attract3
	case exact || n > kernel.PackedPoints:
		starts := a.filledUp(order)
		p := kernel.Springs{Starts: starts, Columns: make([]uint32, starts[n]), Values: make([]float32, starts[n])}
		a.entries(starts, order, func(at int, columns []uint32, values []float32) {
			copy(p.Columns[at:], columns)
			copy(p.Values[at:], values)
		})
		return func(force, y []float32) { kernel.Attract(force, y, p) }
	}
	p := kernel.NewPackedSprings(a.filledUp(order), slices.Max(a.values))
	a.entries(p.Starts, order, func(at int, columns []uint32, values []float32) {
		for i, column := range columns {
			p.Entries[at+i] = p.Entry(column, values[i])
		}
	})
	return func(force, y []float32) { kernel.AttractPacked(force, y, p) }
}

// filledUp returns where the rows begin in an order and filled up.
func (a *affinities) filledUp(order []uint32) []int {
	starts := make([]int, len(a.starts))
	for i := range len(starts) - 1 {
		row := at(order, i)
		width := (a.starts[row+1] - a.starts[row] + kernel.SpringWidth - 1) / kernel.SpringWidth
		starts[i+1] = starts[i] + width*kernel.SpringWidth
	}
	return starts
}

// entries puts the rows where they belong in an order, filled up.
func (a *affinities) entries(starts []int, order []uint32, put func(at int, columns []uint32, values []float32)) {
	places := inverse(order)
	kernel.For(len(starts)-1, blockSize, func(lo, hi int) {
		var columns []uint32
		var values []float32
		for i := lo; i < hi; i++ {
			own, p := a.row(at(order, i))
			columns, values = columns[:0], append(values[:0], p...)
			for _, c := range own {
				columns = append(columns, uint32(at(places, int(c))))
			}
			for len(columns) < starts[i+1]-starts[i] {
				columns, values = append(columns, uint32(i)), append(values, 0)
			}
			put(starts[i], columns, values)
		}
	})
}

// at is element i of an order, which is i where there is none.
func at(order []uint32, i int) int {
	if order == nil {
		return i
	}
	return int(order[i])
}

// inverse is the order that undoes another, nil for none.
func inverse(order []uint32) []uint32 {
	if order == nil {
		return nil
	}
	places := make([]uint32, len(order))
	for i, row := range order {
		places[row] = uint32(i)
	}
	return places
}

// attract3 is the pull in space.
func (a *affinities) attract3(force, y []float32) {
	kernel.For(len(a.starts)-1, blockSize, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			own := y[3*i : 3*i+3]
			var f [3]float64
			for e := a.starts[i]; e < a.starts[i+1]; e++ {
				j := 3 * int(a.columns[e])
				dx, dy, dz := float64(own[0]-y[j]), float64(own[1]-y[j+1]), float64(own[2]-y[j+2])
				w := float64(a.values[e]) / (1 + float64(dx*dx) + float64(dy*dy) + float64(dz*dz))
				f[0] += float64(w * dx)
				f[1] += float64(w * dy)
				f[2] += float64(w * dz)
			}
			for k, v := range f {
				force[3*i+k] = float32(v)
			}
		}
	})
}
