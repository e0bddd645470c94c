// Package umap places points of many dimensions in two or three such that neighbours stay
// neighbours.
//
// McInnes, Healy and Melville, UMAP: Uniform Manifold Approximation and Projection for Dimension
// Reduction, 2018.
package umap

import (
	"context"
	"fmt"
	"slices"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/tensor"
)

// Options are the hyperparameters of [Fit]. Those without a value have umap-learn's default.
type Options struct {
	// Neighbours is how many points are the neighbourhood of one, which counts itself; 15 if zero.
	Neighbours int
	// MinDist is how near to each other points of the map may lie, by the spread; nil for 0.1.
	MinDist *float64
	// Spread is the scale of the map, 1 if zero. MinDist is at most as large.
	Spread float64
	// Mix is how the views that two points have of their nearness are joined: 1, the default of
	// nil, for what either sees, 0 for what both see.
	Mix *float64
	// Epochs of the descent, [Epochs] if zero. In the first quarter points repel each other less.
	Epochs int
	// Negative is how strongly all points repel each other: how many of them umap-learn draws for
	// each pair of neighbours; nil for 5.
	Negative *float64
	// Dims of the map, 2 or 3; 2 if zero.
	Dims int
	// Random starts at points drawn from a square or cube, in place of the principal components.
	Random bool
	// Seed of a random start, and of the noise on another, a ten-thousandth of it, that lets
	// equal points part.
	Seed uint64
	// Progress, if not nil, is called every ten epochs and at the end with the number of epochs done.
	Progress func(epoch int)
}

// Map is points in few dimensions, among which others can be placed. It keeps the points that it was
// fitted to, which must not change.
type Map struct {
	Points *tensor.Tensor // (n, dims)

	space *nearest.Space
	y     []float32 // the places of its rows, by the spread
	o     Options
	curve curve
	repel repulsion
}

// Fit places points x (n, d). They are joined to a graph of neighbours, w[i,j] from 0 to 1, as
// umap-learn does, and the map y descends along
//
//	2/dᵢ Σⱼ w[i,j] A(|y[i] − y[j]|²) (y[i] − y[j]) − r/n Σⱼ R(|y[i] − y[j]|²) (y[i] − y[j])
//	A(s) = 2ab sᵇ⁻¹/(1 + a sᵇ)    R(s) = 2b/((0.05 + s)(1 + a sᵇ))    dᵢ = Σⱼ w[i,j]
//
// which is the mean of what umap-learn draws at random, pairs of neighbours and r other points for
// each. All points repel each other: R is the slope of a potential, which is summed up on a mesh in
// the plane, and in space by points drawn anew in every epoch. R has 0.05 where umap-learn has 0.001
// and bounds each step. The descent has momentum 0.9 and a rate that falls from 0.25 to zero. a and b
// are fitted to MinDist and Spread.
//
// The result is a function of x and the options, the same bits for any number of processors.
// The neighbours of up to 10,000 points are exact; of more, most are: see package nearest. Fewer than 4 points, values that are
// not finite and options out of range are errors, as is a context that ends.
//
// The mean of the draws: Damrich and Hamprecht, On UMAP's True Loss Function, NeurIPS 2021.
func Fit(ctx context.Context, x *tensor.Tensor, o Options) (*Map, error) {
	o.fill()
	if err := o.check(x); err != nil {
		return nil, err
	}
	fill(&o.Epochs, Epochs(x.Shape[0]))
	s, err := space(ctx, x, o.Seed)
	if err != nil {
		return nil, err
	}
	m := &Map{o: o, space: s, curve: fitCurve(*o.MinDist / o.Spread)}
	g, err := m.graph(ctx)
	if err != nil {
		return nil, err
	}
	if m.y, err = m.start(ctx, x); err != nil {
		return nil, err
	}
	if err := newDescent(ctx, g, m).run(); err != nil {
		return nil, err
	}
	return m, m.ready()
}

// Restore makes the map of points x (n, d) again from its [Map.Places]. With the same neighbours, least
// distance, spread, negative rate and seed, new points come to lie where Fit's map would place them. What
// is an error to Fit is one here, and so are places that are not finite, do not fit x or lie too far apart.
func Restore(ctx context.Context, x, places *tensor.Tensor, o Options) (*Map, error) {
	if len(places.Shape) != 2 || len(x.Shape) != 2 || places.Shape[0] != x.Shape[0] {
		return nil, fmt.Errorf("umap: places of shape %v for points of shape %v, want as many", places.Shape, x.Shape)
	}
	o.Dims = places.Shape[1]
	o.fill()
	if err := o.check(x); err != nil {
		return nil, err
	}
	if err := finite("places", places); err != nil {
		return nil, err
	}
	s, err := space(ctx, x, o.Seed)
	if err != nil {
		return nil, err
	}
	m := &Map{o: o, space: s, curve: fitCurve(*o.MinDist / o.Spread)}
	m.y = m.rows(places.Data)
	return m, m.ready()
}

// ready fills in Points and prepares the push on new points. Points too far apart for that are an error.
func (m *Map) ready() (err error) {
	if m.Points, err = m.points(m.Places().Data); err != nil {
		return err
	}
	m.repel = m.newRepulsion(m.space.N)
	push := make([]float32, len(m.y))
	if m.repel.forces(0, m.y, push); kernel.FirstNonFinite(push) >= 0 {
		return fmt.Errorf("umap: places span %.6g, want at most %.6g", m.span(), m.repel.reach())
	}
	return nil
}

// span is how far the points are apart along the axis where they are the farthest.
func (m *Map) span() float64 {
	span := 0.0
	for axis := range m.o.Dims {
		low, high := m.y[axis], m.y[axis]
		for i := axis; i < len(m.y); i += m.o.Dims {
			low, high = min(low, m.y[i]), max(high, m.y[i])
		}
		span = max(span, float64(high)-float64(low))
	}
	return span
}

// Places are the points (n, dims) of the map by the spread, of which [Restore] makes it again.
func (m *Map) Places() *tensor.Tensor {
	dims := m.o.Dims
	p := tensor.New(m.space.N, dims)
	copy(p.Data, m.y)
	for i, point := range m.space.Order {
		copy(p.Data[int(point)*dims:][:dims], m.y[i*dims:])
	}
	return p
}

// rows puts places (n, dims) into the order of the space.
func (m *Map) rows(y []float32) []float32 {
	if m.space.Order == nil {
		return slices.Clone(y)
	}
	rows, dims := make([]float32, len(y)), m.o.Dims
	for i, point := range m.space.Order {
		copy(rows[i*dims:(i+1)*dims], y[int(point)*dims:])
	}
	return rows
}

// points is places by the spread as an array.
func (m *Map) points(y []float32) (*tensor.Tensor, error) {
	p := tensor.New(len(y)/m.o.Dims, m.o.Dims)
	kernel.Scale(p.Data, y, float32(m.o.Spread))
	return p, finite("the map", p)
}

// Epochs is how many epochs the descent of n points has by default, as in umap-learn: 500 for up to
// 10,000 points, 200 for more.
func Epochs(n int) int {
	if n <= 10_000 {
		return 500
	}
	return 200
}

func (o *Options) fill() {
	fill(&o.Neighbours, 15)
	fill(&o.Spread, 1)
	fill(&o.Dims, 2)
	fillIn(&o.MinDist, 0.1*o.Spread)
	fillIn(&o.Mix, 1)
	fillIn(&o.Negative, 5)
}

func fill[T int | float64](v *T, otherwise T) {
	if *v == 0 {
		*v = otherwise
	}
}

func fillIn(v **float64, otherwise float64) {
	if *v == nil {
		*v = &otherwise
	}
}

func (o *Options) check(x *tensor.Tensor) error {
	if err := kernel.Environment(); err != nil {
		return fmt.Errorf("umap: %w", err)
	}
	if len(x.Shape) != 2 || x.Shape[1] == 0 {
		return fmt.Errorf("umap: x has shape %v, want (points, columns)", x.Shape)
	}
	n := x.Shape[0]
	switch {
	case n < 4:
		return fmt.Errorf("umap: %d points, want at least 4", n)
	case o.Neighbours < 2 || o.Neighbours > n:
		return fmt.Errorf("umap: %d neighbours of %d points, want 2 to %d", o.Neighbours, n, n)
	case !(o.Spread > 0 && o.Spread <= 1e6):
		return fmt.Errorf("umap: spread %v, want above 0 to 1000000", o.Spread)
	case !(*o.MinDist >= 0 && *o.MinDist <= o.Spread):
		return fmt.Errorf("umap: least distance %v, want 0 to %v, the spread", *o.MinDist, o.Spread)
	case !(*o.Mix >= 0 && *o.Mix <= 1):
		return fmt.Errorf("umap: mix %v, want 0 to 1", *o.Mix)
	case o.Epochs < 0:
		return fmt.Errorf("umap: %d epochs, want at least 1", o.Epochs)
	case !(*o.Negative >= 0 && *o.Negative <= 1000):
		return fmt.Errorf("umap: negative rate %v, want 0 to 1000", *o.Negative)
	case o.Dims != 2 && o.Dims != 3:
		return fmt.Errorf("umap: a map of %d dimensions, want 2 or 3", o.Dims)
	}
	return finite("x", x)
}

// finite says where x (n, d) has a value that is not finite.
func finite(name string, x *tensor.Tensor) error {
	if i := kernel.FirstNonFinite(x.Data); i >= 0 {
		d := x.Shape[1]
		return fmt.Errorf("umap: %s: row %d, column %d is %v, want a finite value", name, i/d, i%d, x.Data[i])
	}
	return nil
}

// graph joins the rows of the space to their neighbours.
func (m *Map) graph(ctx context.Context) (*graph, error) {
	near, err := roots(m.space.Neighbours(ctx, m.o.Neighbours-1))
	if err != nil {
		return nil, err
	}
	w, err := near.memberships(ctx)
	if err != nil {
		return nil, err
	}
	near.sortByID(w)
	return union(near.ids, w, near.n, near.k, float32(*m.o.Mix)), nil
}
