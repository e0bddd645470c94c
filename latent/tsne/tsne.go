// Package tsne places points of many dimensions in two or three such that
// neighbours stay neighbours.
//
// Van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 2008.
package tsne

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/tensor"
)

// Options are the hyperparameters of [Embed]. Each has a default for zero.
type Options struct {
	// Perplexity is the effective number of neighbours of a point, 30 if zero; at
	// most a third of the number of points.
	Perplexity float64
	// Iterations of the descent, 1000 if zero. The first 250 exaggerate.
	Iterations int
	// Dims of the embedding, 2 or 3; 2 if zero.
	Dims int
	// Exaggeration is what attraction is multiplied by at first, 12 if zero.
	Exaggeration float64
	// Theta is the largest diagonal of a cell, by its distance, that Barnes and Hut's
	// approximation takes for a point, 0.5 if zero, at most 1. It is used in three
	// dimensions, and in two where the mesh does not fit.
	Theta float64
	// Exact sums the repulsion over all pairs, as is always done for few points.
	Exact bool
	// Search says how neighbours are looked for: exactly, for up to [nearest.ExactPoints] points, or in
	// Probes cells, see [nearest.Options].
	Search nearest.Search
	Probes int
	// Seed of the noise on the start, a hundredth of it, that lets equal points part.
	Seed uint64
	// Progress, if not nil, is called every 50 iterations and at the end with the
	// number of iterations done and the divergence before the last, in nats.
	Progress func(iteration int, kl float64)
}

// Embedding is points in few dimensions.
type Embedding struct {
	Points *tensor.Tensor // (n, dims)
	KL     float64        // divergence from the neighbours, in nats; see KL
	Recall float64        // share of the nearest neighbours that were found, of a sample; 1 if exact
}

// Embed minimises, over points y, the Kullback-Leibler divergence of Student t
// affinities of them from Gaussian affinities of x:
//
//	C = Σᵢⱼ p[i,j] ln(p[i,j] / q[i,j])    q[i,j] = w[i,j]/Z    w[i,j] = 1/(1 + |y[i] − y[j]|²)
//	∂C/∂y[i] = 4 Σⱼ (p[i,j] − q[i,j]) w[i,j] (y[i] − y[j])    Z = Σᵢ≠ⱼ w[i,j]
//
//	x (n, d)   y "Points" (n, dims)
//
// p is that of the nearest ⌊3 perplexity + 1⌋ neighbours, which are exact for up to
// 100,000 points. The pull is
// the sum over them; the push of all points is that of a field on a mesh where it is
// quicker than a sum, and within a hundredth or so of it. The descent starts at the
// principal components and follows the schedule of scikit-learn 1.2: exaggeration
// 12 and momentum 0.5 for 250 iterations, then momentum 0.8, rate max(n/48, 50).
//
// The result is a function of x and the options, the same bits for any number of
// processors. The memory grows with n·perplexity, and the work to find exact neighbours
// with n², at about 10⁹ pairs a second. x of more than a few hundred columns is better reduced first.
// Fewer than 4 points, values that are not finite, a perplexity above n/3 or below 1
// and other options out of range are errors, as is a context that ends, within an
// iteration.
func Embed(ctx context.Context, x *tensor.Tensor, o Options) (*Embedding, error) {
	o.fill()
	if err := o.check(); err != nil {
		return nil, err
	}
	s, p, recall, err := fit(ctx, x, o.Perplexity, nearest.Options{Search: o.Search, Probes: o.Probes, Seed: o.Seed})
	if err != nil {
		return nil, err
	}
	y, err := start(s, o.Dims, o.Seed)
	if err != nil {
		return nil, err
	}
	d := newDescent(ctx, p, y, o)
	if err := d.run(); err != nil {
		return nil, err
	}
	rows, err := tensor.From(d.points(), s.N, o.Dims)
	if err != nil {
		return nil, err
	}
	kl, err := p.divergence(ctx, rows)
	points := &tensor.Tensor{Shape: rows.Shape, Data: inOrder(rows.Data, s.Order, o.Dims)}
	return &Embedding{Points: points, KL: kl, Recall: recall}, err
}

func (o *Options) fill() {
	fill(&o.Perplexity, 30)
	fill(&o.Iterations, 1000)
	fill(&o.Dims, 2)
	fill(&o.Exaggeration, 12)
	fill(&o.Theta, 0.5)
}

func fill[T int | float64](v *T, otherwise T) {
	if *v == 0 {
		*v = otherwise
	}
}

func (o *Options) check() error {
	switch {
	case o.Iterations < 0:
		return fmt.Errorf("tsne: %d iterations, want at least 1", o.Iterations)
	case o.Dims != 2 && o.Dims != 3:
		return fmt.Errorf("tsne: embedding in %d dimensions, want 2 or 3", o.Dims)
	case !(o.Exaggeration > 0) || math.IsInf(o.Exaggeration, 0):
		return fmt.Errorf("tsne: exaggeration %v, want a positive number", o.Exaggeration)
	case !(o.Theta > 0 && o.Theta <= 1):
		return fmt.Errorf("tsne: theta %v, want 0 to 1", o.Theta)
	}
	return nil
}

// fit finds the affinities of x (n, d), and tells the recall of neighbours.
func fit(ctx context.Context, x *tensor.Tensor, perplexity float64, o nearest.Options) (*nearest.Space, *affinities, float64, error) {
	if len(x.Shape) != 2 || x.Shape[1] == 0 {
		return nil, nil, 0, fmt.Errorf("tsne: x has shape %v, want (points, columns)", x.Shape)
	}
	n := x.Shape[0]
	if n < 4 {
		return nil, nil, 0, fmt.Errorf("tsne: %d points, want at least 4", n)
	}
	if most := float64(n) / 3; !(perplexity >= 1 && perplexity <= most) {
		return nil, nil, 0, fmt.Errorf("tsne: perplexity %v of %d points, want 1 to %.4g, a third of their number", perplexity, n, most)
	}
	if err := kernel.Environment(); err != nil {
		return nil, nil, 0, fmt.Errorf("tsne: %w", err)
	}
	if err := finite("x", x); err != nil {
		return nil, nil, 0, err
	}
	s, err := nearest.New(ctx, x, o)
	if err != nil {
		return nil, nil, 0, fmt.Errorf("tsne: %w", err)
	}
	near, err := s.Neighbours(ctx, min(n-1, int(float64(3*perplexity)+1)))
	if err != nil {
		return nil, nil, 0, err
	}
	recall, err := s.Recall(ctx, near)
	if err != nil {
		return nil, nil, 0, err
	}
	p, err := newAffinities(ctx, near, perplexity)
	return s, p, recall, err
}

// finite says where x (n, d) has a value that is not finite.
func finite(name string, x *tensor.Tensor) error {
	if i := kernel.FirstNonFinite(x.Data); i >= 0 {
		d := x.Shape[1]
		return fmt.Errorf("tsne: %s: row %d, column %d is %v, want a finite value", name, i/d, i%d, x.Data[i])
	}
	return nil
}
