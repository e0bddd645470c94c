package anomaly

import (
	"context"

	"latentspace/metrics"
	"latentspace/tensor"
)

// nearest is how many neighbours the local outlier factor goes by.
const nearest = 10

// factor is the local outlier factor of codes among those of training examples: how much sparser the
// codes are around one than around its k neighbours, about 1 for a code like others,
//
//	LOF(z) = 1/k Σ over neighbours o: density(o)/density(z)
//	1/density(z) = 1/k Σ over neighbours o: max(distance of o to its own k-th neighbour, |z − o|)
//
// Breunig, Kriegel, Ng and Sander, LOF: Identifying Density-Based Local Outliers, SIGMOD 2000,
// definitions 5 to 7.
type factor struct {
	k        int
	codes    *tensor.Tensor // (n, d)
	farthest []float64      // of each training code, the distance of its k-th neighbour
	density  []float64
	own      []float64 // the factors of the training codes
}

// newFactor measures the codes of training examples, at least two.
func newFactor(ctx context.Context, codes *tensor.Tensor) (*factor, error) {
	f := &factor{k: min(nearest, codes.Shape[0]-1), codes: codes}
	return f, f.measure(ctx)
}

// measure measures the training codes themselves.
func (f *factor) measure(ctx context.Context) error {
	near, err := metrics.Nearest(ctx, f.codes, f.codes, f.k, true)
	if err != nil {
		return err
	}
	n := f.codes.Shape[0]
	for i := range n {
		f.farthest = append(f.farthest, near.Distances[i*f.k+f.k-1])
	}
	f.density = f.densities(near, n)
	f.own = f.factors(near, f.density)
	return nil
}

// densities are those around n codes, by their neighbours among the training codes.
func (f *factor) densities(near *metrics.Neighbours, n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		sum := 0.0
		for c := i * f.k; c < (i+1)*f.k; c++ {
			sum += max(f.farthest[near.IDs[c]], near.Distances[c])
		}
		all[i] = float64(f.k) / (sum + leastReach)
	}
	return all
}

// leastReach keeps the density of codes that are all the same finite.
const leastReach = 1e-10

// factors are those of codes with these densities.
func (f *factor) factors(near *metrics.Neighbours, densities []float64) []float64 {
	all := make([]float64, len(densities))
	for i, own := range densities {
		for c := i * f.k; c < (i+1)*f.k; c++ {
			all[i] += f.density[near.IDs[c]] / own / float64(f.k)
		}
	}
	return all
}

// of are the factors of other codes.
func (f *factor) of(ctx context.Context, z *tensor.Tensor) ([]float64, error) {
	near, err := metrics.Nearest(ctx, z, f.codes, f.k, false)
	if err != nil {
		return nil, err
	}
	return f.factors(near, f.densities(near, z.Shape[0])), nil
}
