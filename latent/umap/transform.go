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
// does not depend on the others. Another number of columns and values that are not finite are errors.
func (m *Map) Transform(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	if d := m.space.D; len(x.Shape) != 2 || x.Shape[1] != d {
		return nil, fmt.Errorf("umap: new points have shape %v, want (points, %d) as those of the map", x.Shape, d)
	}
	if err := finite("new points", x); err != nil {
		return nil, err
	}
	n, k, dims := x.Shape[0], m.o.Neighbours, m.o.Dims
	near, err := roots(m.space.Among(ctx, x, k))
	if err != nil {
		return nil, err
	}
	y, springs := make([]float32, dims*n), newSprings(n, k)
	kernel.For(n, grain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			ids, d := near.ids[i*k:(i+1)*k], near.distances[i*k:(i+1)*k]
			m.median(y[dims*i:dims*(i+1)], ids)
			at := springs.Starts[i]
			w := springs.Values[at : at+k]
			memberships(w, d, 0, k, leastScale*sum(d)/float64(k))
			kernel.Scale(w, w, float32(m.stiffness()/sum(w)))
			copy(springs.Columns[at:], ids)
		}
	})
	if err := m.settle(ctx, y, springs); err != nil {
		return nil, err
	}
	for i := range n {
		if near.distances[i*k] == 0 {
			copy(y[dims*i:dims*(i+1)], m.y[dims*int(near.ids[i*k]):])
		}
	}
	return m.points(y)
}

// settle moves new points y, which springs pull, to where they come to rest.
func (m *Map) settle(ctx context.Context, y []float32, springs kernel.Springs) error {
	attract := func(force []float32) { kernel.AttractCurve(force, y, m.y, springs, m.curve.kernel()) }
	if m.o.Dims == 3 {
		t := newStrengths(m.curve)
		attract = func(force []float32) { t.attract(force, y, m.y, springs) }
	}
	u, force, push := make([]float32, len(y)), make([]float32, len(y)), make([]float32, len(y))
	for e := range placing {
		if err := ctx.Err(); err != nil {
			return err
		}
		attract(force)
		m.repel.at(e, y, m.y, push)
		kernel.AddScaled(force, force, push, -m.repel.factor())
		kernel.Momentum(y, force, u, float32(firstRate*(1-float64(e)/placing)), momentum, 0)
	}
	return nil
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
