package tsne

import (
	"context"

	"latentspace/kernel"
	"latentspace/latent/mesh"
)

// repulsion is the push of all points on each:
//
//	force[i] = Σⱼ w[i,j]² (y[i] − y[j])    z = Σᵢ≠ⱼ w[i,j]    w[i,j] = 1/(1 + |y[i] − y[j]|²)
//
//	y, force (n, dims)
type repulsion interface {
	forces(y, force []float32) (z float64)
}

// fewPoints is the number below which all pairs are summed up, manyPoints that from
// which on a tree is quicker where the mesh does not fit.
const (
	fewPoints  = 1000
	manyPoints = 2500
)

// chooser returns what gives the repulsion of n points, wherever they are.
func chooser(ctx context.Context, n int, exact bool, o Options) func(y []float32) repulsion {
	all := &pairs{ctx: ctx, dims: o.Dims}
	if exact {
		return func([]float32) repulsion { return all }
	}
	grid := newField(n)
	var cells *tree
	return func(y []float32) repulsion {
		switch {
		case o.Dims == 2 && grid.Fits(y):
			return grid
		case n < manyPoints:
			return all
		case cells == nil:
			cells = newTree(ctx, n, o.Dims, o.Theta)
		}
		return cells
	}
}

// field is the sum by a mesh. The kernel's potential is the kernel itself:
//
//	Σⱼ w[i,j]² (y[i] − y[j]) = −½∇φ(y[i])    φ(y) = Σⱼ 1/(1 + |y − y[j]|²)    z = Σᵢ φ(y[i]) − n
type field struct{ *mesh.Mesh }

// spacing is that of the mesh, at which forces in a map are good to some 0.3 %.
const spacing = 0.375

func newField(n int) field {
	return field{mesh.New(n, func(square float64) float64 { return 1 / (1 + square) }, spacing)}
}

func (f field) forces(y, force []float32) float64 { return f.Forces(y, force) - float64(len(y)/2) }

// pairs is the sum over all pairs, in float64.
type pairs struct {
	ctx  context.Context
	dims int
}

// pairGrain is how many points are a chunk.
const pairGrain = 16

func (p *pairs) forces(y, force []float32) float64 {
	axes, n := split(y, p.dims), len(y)/p.dims
	sums := make([]float64, n)
	kernel.For(n, pairGrain, func(lo, hi int) {
		if p.ctx.Err() != nil {
			return
		}
		for i := lo; i < hi; i++ {
			var f [3]float64
			x, y := float64(axes[0][i]), float64(axes[1][i])
			if p.dims == 2 {
				sums[i], f[0], f[1] = kernel.Repel2(axes[0], axes[1], x, y)
			} else {
				sums[i], f[0], f[1], f[2] = kernel.Repel3(axes[0], axes[1], axes[2], x, y, float64(axes[2][i]))
			}
			for k := range p.dims {
				force[i*p.dims+k] = float32(f[k])
			}
		}
	})
	z := 0.0
	for _, s := range sums {
		z += s - 1 // the point itself
	}
	return z
}
