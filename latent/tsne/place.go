package tsne

import (
	"context"
	"fmt"
	"slices"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/tensor"
)

// New points take some steps, pulled twice as strongly as the affinities say, by fewer neighbours than
// those of a map: they are to lie among them.
const (
	placePerplexity   = 10
	placeExaggeration = 2
	placeSteps        = 100
	placeRate         = 0.5
	placeMedian       = 10 // of so many neighbours a point starts at the median
)

// Place finds the places of new points u (m, d) on a map y (n, 2) of points x (n, d), which stays as it
// is. A new point starts at the median of its ten nearest neighbours among x and goes down along
//
//	2 Σⱼ p[j] w[j] (u − y[j]) − n/Z Σⱼ w[j]² (u − y[j])
//
// where p are its affinities, at perplexity 10, and w and Z as in [Embed]: the pull of neighbours, and
// the push of the map, on the points of it. One that is a point of x has its place. New points do not see
// each other, so that where one comes to lie does not depend on the others. Shapes that do not fit,
// values that are not finite and places too far apart are errors, and so is a context that ends.
//
// Poličar, Stražar and Zupan, Embedding to reference t-SNE space addresses batch effects in single-cell
// classification, Machine Learning 2023.
func Place(ctx context.Context, x, y, u *tensor.Tensor, o nearest.Options) (*tensor.Tensor, error) {
	if err := checkPoints(x); err != nil {
		return nil, err
	}
	if n := x.Shape[0]; !slices.Equal(y.Shape, []int{n, 2}) {
		return nil, fmt.Errorf("tsne: places of shape %v for points of shape %v, want [%d 2]", y.Shape, x.Shape, n)
	}
	if err := finite("places", y); err != nil {
		return nil, err
	}
	s, err := nearest.New(ctx, x, o)
	if err != nil {
		return nil, fmt.Errorf("tsne: %w", err)
	}
	near, err := s.Among(ctx, u, min(s.N, 3*placePerplexity+1))
	if err != nil {
		return nil, fmt.Errorf("tsne: %w", err)
	}
	p := newPlacing(ctx, near, fromOrder(y.Data, s.Order, 2))
	if err := p.settle(); err != nil {
		return nil, err
	}
	for i := range p.m {
		if near.Distances[i*near.K] == 0 {
			copy(p.y[2*i:2*i+2], p.old[2*near.IDs[i*near.K]:])
		}
	}
	if i := kernel.FirstNonFinite(p.y[:2*p.m]); i >= 0 {
		return nil, fmt.Errorf("tsne: new point %d went to %v, want a map whose places lie nearer to each other", i/2, p.y[i])
	}
	return tensor.From(slices.Clone(p.y[:2*p.m]), p.m, 2)
}

// placing is new points on their way.
type placing struct {
	ctx     context.Context
	m       int
	y       []float32 // (m + n, 2): the new points, and the map behind them
	old     []float32 // (n, 2): the map
	springs kernel.Springs
	push    func(force []float32)
	factor  float32 // n/Z
}

func newPlacing(ctx context.Context, near *nearest.Neighbours, old []float32) *placing {
	m, k, n := near.N, near.K, len(old)/2
	p := &placing{ctx: ctx, m: m, y: append(make([]float32, 2*m, 2*m+len(old)), old...)}
	p.old = p.y[2*m:]
	width := (k + kernel.SpringWidth - 1) / kernel.SpringWidth * kernel.SpringWidth
	p.springs = kernel.Springs{Starts: make([]int, m+1), Columns: make([]uint32, m*width), Values: make([]float32, m*width)}
	perplexity := min(placePerplexity, float64(k)/3)
	kernel.For(m, blockSize, func(lo, hi int) {
		energies := make([]float32, k)
		for i := lo; i < hi; i++ {
			ids := near.IDs[i*k : (i+1)*k]
			p.springs.Starts[i+1] = (i + 1) * width
			columns := p.springs.Columns[i*width : (i+1)*width]
			for e := range columns {
				columns[e] = uint32(i)
				if e < k {
					columns[e] = uint32(m) + ids[e]
				}
			}
			conditionals(p.springs.Values[i*width:][:k], energies, near.Distances[i*k:(i+1)*k], perplexity)
			p.median(i, ids[:min(k, placeMedian)])
		}
	})
	p.repel(n)
	return p
}

// median puts new point i at the median of points of the map along each axis.
func (p *placing) median(i int, ids []uint32) {
	v := make([]float32, len(ids))
	for axis := range 2 {
		for e, id := range ids {
			v[e] = p.old[2*int(id)+axis]
		}
		slices.Sort(v)
		p.y[2*i+axis] = (v[(len(v)-1)/2] + v[len(v)/2]) / 2
	}
}

// repel prepares the push of the n points of the map, by the mesh if it fits.
func (p *placing) repel(n int) {
	grid, z := newField(n), 0.0
	if n >= fewPoints && grid.Fits(p.old) {
		z = grid.forces(p.old, make([]float32, len(p.old)))
		p.push = func(force []float32) { grid.At(p.y[:2*p.m], force) }
	} else {
		axes := split(p.old, 2)
		z = kernelSum(p.ctx, axes)
		p.push = func(force []float32) {
			kernel.For(p.m, pairGrain, func(lo, hi int) {
				for i := lo; i < hi && p.ctx.Err() == nil; i++ {
					_, a, b := kernel.Repel2(axes[0], axes[1], float64(p.y[2*i]), float64(p.y[2*i+1]))
					force[2*i], force[2*i+1] = float32(a), float32(b)
				}
			})
		}
	}
	p.factor = float32(float64(n) / z)
}

// settle moves the new points.
func (p *placing) settle() error {
	pull, push := make([]float32, 2*p.m), make([]float32, 2*p.m)
	for range placeSteps {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		kernel.Attract(pull, p.y, p.springs)
		p.push(push)
		kernel.Scale(pull, pull, placeExaggeration)
		kernel.AddScaled(pull, pull, push, -p.factor)
		kernel.AddScaled(p.y[:2*p.m], p.y[:2*p.m], pull, -placeRate)
	}
	return p.ctx.Err()
}
