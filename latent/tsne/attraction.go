package tsne

import "latentspace/kernel"

// attraction returns a function that writes the pull of the affinities on points
// (n, dims), force[i] = Σⱼ p[i,j] w[i,j] (y[i] − y[j]). Points of the plane may be in
// an order of the rows of p, nil for their own. Where the push is not exact, the
// affinities are rounded to eight bits, which makes less difference and halves what
// is read in every iteration.
func (a *affinities) attraction(dims int, exact bool, order []uint32) func(force, y []float32) {
	switch {
	case dims == 3:
		return a.attract3
	case exact:
		p := kernel.NewSprings(a.starts, a.columns, a.values, order)
		return func(force, y []float32) { kernel.Attract(force, y, p) }
	}
	p := kernel.PackSprings(a.starts, a.columns, a.values, order)
	return func(force, y []float32) { kernel.AttractPacked(force, y, p) }
}

// at is element i of an order, which is i where there is none.
func at(order []uint32, i int) int {
	if order == nil {
		return i
	}
	return int(order[i])
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
