package tsne

import "latentspace/nn/kernel"

// attraction returns a function that writes the pull of the affinities on points
// (n, dims), force[i] = Σⱼ p[i,j] w[i,j] (y[i] − y[j]). Points of the plane may be in
// an order of the rows of p, nil for their own.
func (a *affinities) attraction(dims int, order []uint32) func(force, y []float32) {
	if dims == 3 {
		return a.attract3
	}
	p := a.springs(order)
	return func(force, y []float32) { kernel.Attract(force, y, p) }
}

// springs brings the affinities into the order of the points and fills their rows.
func (a *affinities) springs(order []uint32) kernel.Springs {
	place := placesOf(order)
	n := len(a.starts) - 1
	row := func(i int) int {
		if order == nil {
			return i
		}
		return int(order[i])
	}
	p := kernel.Springs{Starts: make([]int, n+1)}
	for i := range n {
		length := a.starts[row(i)+1] - a.starts[row(i)]
		p.Starts[i+1] = p.Starts[i] + (length+kernel.SpringWidth-1)/kernel.SpringWidth*kernel.SpringWidth
	}
	p.Columns, p.Values = make([]uint32, p.Starts[n]), make([]float32, p.Starts[n])
	kernel.For(n, blockSize, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, to := a.starts[row(i)], a.starts[row(i)+1]
			columns := p.Columns[p.Starts[i]:p.Starts[i+1]]
			for e := range columns {
				columns[e] = uint32(i)
				if from+e < to {
					columns[e] = uint32(place(int(a.columns[from+e])))
				}
			}
			copy(p.Values[p.Starts[i]:], a.values[from:to])
		}
	})
	return p
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
