package umap

import (
	"context"
	"fmt"
	"slices"

	"latentspace/kernel"
	"latentspace/tensor"
)

// placing is how many steps a new point makes.
const placing = 100

// Transform places new points x (n, d) on the map, which stays as it is. One that is a point of the map has
// its place. Each other starts at the median, along each axis, of its nearest neighbours on the map, and
// moves to where the pull of these and the push of all points of the map balance. New points do not see each other, so that where one comes to lie
// does not depend on the others. A map in space has no field to place them by, which is an error, as
// are another number of columns and values that are not finite.
func (m *Map) Transform(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	switch d := m.space.D; {
	case m.o.Dims != 2:
		return nil, fmt.Errorf("umap: new points on a map of %d dimensions, want one of 2", m.o.Dims)
	case len(x.Shape) != 2 || x.Shape[1] != d:
		return nil, fmt.Errorf("umap: new points have shape %v, want (points, %d) as those of the map", x.Shape, d)
	}
	if err := finite("new points", x); err != nil {
		return nil, err
	}
	n, k := x.Shape[0], m.o.Neighbours
	near, err := roots(m.space.Among(ctx, x, k))
	if err != nil {
		return nil, err
	}
	y, springs := make([]float32, 2*n), newSprings(n, k)
	kernel.For(n, grain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			ids, d := near.ids[i*k:(i+1)*k], near.distances[i*k:(i+1)*k]
			m.median(y[2*i:2*i+2], ids)
			at := springs.Starts[i]
			w := springs.Values[at : at+k]
			memberships(w, d, 0, k, leastScale*sum(d)/float64(k))
			kernel.Scale(w, w, float32(m.stiffness()/sum(w)))
			copy(springs.Columns[at:], ids)
		}
	})
	u, force, push := make([]float32, 2*n), make([]float32, 2*n), make([]float32, 2*n)
	for e := range placing {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		kernel.AttractCurve(force, y, m.y, springs, m.curve.kernel())
		m.field.mesh.At(y, push)
		kernel.AddScaled(force, force, push, -m.pushing())
		kernel.Momentum(y, force, u, float32(firstRate*(1-float64(e)/placing)), momentum, 0)
	}
	for i := range n {
		if near.distances[i*k] == 0 {
			copy(y[2*i:2*i+2], m.y[2*near.ids[i*k]:])
		}
	}
	return m.points(y)
}

// newSprings are springs of n rows of k entries, to be filled in.
func newSprings(n, k int) kernel.Springs {
	width := (k + kernel.SpringWidth - 1) / kernel.SpringWidth * kernel.SpringWidth
	s := kernel.Springs{Starts: make([]int, n+1), Columns: make([]uint32, n*width), Values: make([]float32, n*width)}
	for i := range s.Starts {
		s.Starts[i] = i * width
	}
	return s
}

// median writes the median of points of the map along each axis.
func (m *Map) median(y []float32, ids []uint32) {
	v := make([]float32, len(ids))
	for axis := range y {
		for i, id := range ids {
			v[i] = m.y[int(id)*len(y)+axis]
		}
		slices.Sort(v)
		y[axis] = (v[(len(v)-1)/2] + v[len(v)/2]) / 2
	}
}
