package metrics

import (
	"context"
	"math"

	"latentspace/tensor"
)

// Manifold compares samples with real examples by the balls around each that reach its
// k-th neighbour within its own set.
type Manifold struct {
	Precision Estimate // share of samples within a ball around a real example
	Recall    Estimate // share of real examples within a ball around a sample
	Density   Estimate // balls around real examples that a sample is in, over k, mean
	Coverage  Estimate // share of the balls around real examples that have a sample
}

// The numbers of neighbours of the papers.
const (
	precisionNeighbours = 3
	densityNeighbours   = 5
)

// CompareManifolds compares features of samples x (n, d) with those of real examples y (m, d).
// Precision and recall are with k = 3, density and coverage with k = 5. Errors are a jackknife's
// over parts of both sets. It is an error if there are too few examples to leave out a part, and if
// half of the real examples equal their five neighbours: whether a ball of size zero contains a
// sample is decided by rounding, and a sample in one is in all.
//
// Kynkäänniemi, Karras, Laine, Lehtinen and Aila, Improved Precision and Recall Metric for
// Assessing Generative Models, NeurIPS 2019; Naeem, Oh, Uh, Choi and Yoo, Reliable Fidelity
// and Diversity Metrics for Generative Models, ICML 2020.
func CompareManifolds(ctx context.Context, x, y *tensor.Tensor) (Manifold, error) {
	n := min(x.Shape[0], y.Shape[0])
	if n < 2*groups {
		return Manifold{}, unfit("precision and recall of %d and %d examples, want at least %d of each", x.Shape[0], y.Shape[0], 2*groups)
	}
	near, err := Nearest(ctx, y, y, densityNeighbours, true)
	if err != nil {
		return Manifold{}, err
	}
	points := 0
	for i := range y.Shape[0] {
		if near.Distances[(i+1)*densityNeighbours-1] == 0 {
			points++
		}
	}
	if 2*points >= y.Shape[0] {
		return Manifold{}, unfit("precision and recall by balls around %d examples of which %d are the same as their %d neighbours", y.Shape[0], points, densityNeighbours)
	}
	all, err := Jackknife(n, func(out func(int) bool) ([]float64, error) {
		return manifold(ctx, without(x, out), without(y, out))
	})
	if err != nil {
		return Manifold{}, err
	}
	return Manifold{all[0], all[1], all[2], all[3]}, nil
}

// manifold is precision, recall, density and coverage.
func manifold(ctx context.Context, x, y *tensor.Tensor) ([]float64, error) {
	nx, ny := x.Shape[0], y.Shape[0]
	ownX, err := Nearest(ctx, x, x, precisionNeighbours, true)
	if err != nil {
		return nil, err
	}
	ownY, err := Nearest(ctx, y, y, densityNeighbours, true)
	if err != nil {
		return nil, err
	}
	// If a product of floats cannot decide, the distance itself does.
	doubt := 1e-5 * (spreadOf(x) + spreadOf(y))
	inside := func(i, j int, d float32, radius float64) bool {
		squared := float64(d)
		if math.Abs(squared-square(radius)) <= doubt {
			squared = squaredDistance(row(x, i), row(y, j))
		}
		return squared <= square(radius)
	}
	precise, within := make([]bool, nx), make([]int, nx)
	err = distances(ctx, x, y, func(i int, d []float32) {
		for j, v := range d {
			near := ownY.Distances[j*densityNeighbours : (j+1)*densityNeighbours]
			precise[i] = precise[i] || inside(i, j, v, near[precisionNeighbours-1])
			if inside(i, j, v, near[densityNeighbours-1]) {
				within[i]++
			}
		}
	})
	if err != nil {
		return nil, err
	}
	recalled, covered := make([]bool, ny), make([]bool, ny)
	err = distances(ctx, y, x, func(j int, d []float32) {
		own := ownY.Distances[(j+1)*densityNeighbours-1]
		for i, v := range d {
			recalled[j] = recalled[j] || inside(i, j, v, ownX.Distances[(i+1)*precisionNeighbours-1])
			covered[j] = covered[j] || inside(i, j, v, own)
		}
	})
	if err != nil {
		return nil, err
	}
	density := 0.0
	for _, n := range within {
		density += float64(n) / float64(densityNeighbours*nx)
	}
	return []float64{share(precise), share(recalled), density, share(covered)}, nil
}

// share returns the share that is true.
func share(all []bool) float64 {
	n := 0
	for _, v := range all {
		if v {
			n++
		}
	}
	return float64(n) / float64(len(all))
}

// spreadOf is the largest squared distance of a row from the mean.
func spreadOf(x *tensor.Tensor) float64 {
	c, _ := centred(x, x)
	most := 0.0
	for i := range c.Shape[0] {
		most = max(most, squaredNorm(row(c, i)))
	}
	return most
}

func square(x float64) float64 { return float64(x * x) }
