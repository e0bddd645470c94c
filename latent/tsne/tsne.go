// Package tsne places points of many dimensions in two or three such that
// neighbours stay neighbours.
//
// Van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 2008.
package tsne

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/tensor"
)

// Options are the hyperparameters of [Embed]. Each has a default for zero.
type Options struct {
	// Perplexity is the effective number of neighbours of a point, 30 if zero; at
	// most a third of the number of points.
	Perplexity float64
	// Uniform, if not zero, gives so many nearest neighbours of a point the same probability, and there
	// is no perplexity.
	Uniform int
	// Iterations of the descent, of which the first Early exaggerate. If zero and nil they are 1000
	// and 250, of more than [nearest.ExactPoints] points 350 and 50.
	Iterations int
	Early      *int
	// Dims of the embedding, 2 or 3; 2 if zero.
	Dims int
	// Exaggeration is what attraction is multiplied by at first, 12 if zero.
	Exaggeration float64
	// Late is what attraction is multiplied by later, 1 if zero.
	Late float64
	// Rate is the rate of learning, as openTSNE counts it; scikit-learn's is a quarter. If zero it
	// is n/12, or for another exaggeration n over that, of more than [nearest.ExactPoints] points four
	// times as much; and at least 200.
	Rate float64
	// Momentum is the share of its step that a point makes again in the next one, below 1, after the
	// early iterations. If zero it is 0.8, of more than [nearest.ExactPoints] points 0.9.
	Momentum float64
	// Start, if not nil, is a map (n, dims) to start from in place of the principal components, scaled
	// as they are. Without early iterations it goes on as it is.
	Start *tensor.Tensor
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
	// Memory, if not zero, is how many bytes there are. Points that [Memory] says take more are an error.
	Memory int64
	// Searching, if not nil, is called with the number of points whose neighbours are found.
	Searching func(done, all int)
	// Progress, if not nil, is called every 50 iterations and at the end with the
	// number of iterations done and the divergence before the last, in nats; of more than
	// [nearest.ExactPoints] points it is that before the last 250.
	Progress func(iteration int, kl float64)
}

// Embedding is points in few dimensions.
type Embedding struct {
	Points *tensor.Tensor // (n, dims)
	KL     float64        // divergence from the neighbours, in nats; see KL
	MeshKL bool           // whether its Z is that of the mesh, as for more than nearest.ExactPoints points
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
// 12 and momentum 0.5 for 250 iterations, then momentum 0.8, rate max(n/48, 50), which
// openTSNE calls n/12. Many points take larger steps, with momentum 0.9, and fewer of them.
//
// The result is a function of x and the options, the same bits for any number of
// processors. The memory grows with n·perplexity, and the work to find exact neighbours
// with n², at about 10⁹ pairs a second. x of more than a few hundred columns is better reduced first.
// Fewer than 4 points, values that are not finite, a perplexity above n/3 or below 1,
// more points than memory is for and other options out of range are errors, as is a
// context that ends, within an iteration.
func Embed(ctx context.Context, x *tensor.Tensor, o Options) (*Embedding, error) {
	if err := checkPoints(x); err != nil {
		return nil, err
	}
	o.fill(x.Shape[0])
	if err := o.check(x.Shape[0]); err != nil {
		return nil, err
	}
	e := &Embedding{Recall: 1}
	s, near, err := o.fit(ctx, x, e)
	if err != nil {
		return nil, err
	}
	y, err := o.start(s)
	if err != nil {
		return nil, err
	}
	order := s.Order
	s = nil // which is garbage from here on
	release(x.Shape[0])
	p, err := newAffinities(ctx, near, o.perplexity())
	if err != nil {
		return nil, err
	}
	d := newDescent(ctx, p, y, o)
	if err := d.run(); err != nil {
		return nil, err
	}
	if e.KL, e.MeshKL, err = d.divergence(); err != nil {
		return nil, err
	}
	e.Points = &tensor.Tensor{Shape: []int{x.Shape[0], o.Dims}, Data: inOrder(d.points(), order, o.Dims)}
	return e, nil
}

// perplexity is the one of the affinities, 0 for uniform ones.
func (o *Options) perplexity() float64 {
	if o.Uniform > 0 {
		return 0
	}
	return o.Perplexity
}

// fill gives options for n points their defaults.
func (o *Options) fill(n int) {
	iterations, early, exaggeration, rate, momentum := 1000, 250, 12.0, 1.0, 0.8
	if n > nearest.ExactPoints {
		iterations, early, rate, momentum = 350, 50, 4, 0.9
	}
	fill(&o.Perplexity, 30)
	fill(&o.Iterations, iterations)
	fill(&o.Dims, 2)
	fill(&o.Exaggeration, exaggeration)
	fill(&o.Late, 1)
	fill(&o.Rate, max(float64(n)/o.Exaggeration*rate, smallestRate))
	fill(&o.Momentum, momentum)
	fill(&o.Theta, 0.5)
	if o.Early == nil {
		o.Early = &early
	}
}

func fill[T int | float64](v *T, otherwise T) {
	if *v == 0 {
		*v = otherwise
	}
}

func (o *Options) check(n int) error {
	switch {
	case o.Iterations < 0:
		return fmt.Errorf("tsne: %d iterations, want at least 1", o.Iterations)
	case o.Dims != 2 && o.Dims != 3:
		return fmt.Errorf("tsne: embedding in %d dimensions, want 2 or 3", o.Dims)
	case !(o.Exaggeration > 0) || math.IsInf(o.Exaggeration, 0):
		return fmt.Errorf("tsne: exaggeration %v, want a positive number", o.Exaggeration)
	case *o.Early < 0:
		return fmt.Errorf("tsne: %d early iterations, want at least 0", *o.Early)
	case !(o.Late > 0) || math.IsInf(o.Late, 0):
		return fmt.Errorf("tsne: late exaggeration %v, want a positive number", o.Late)
	case !(o.Rate > 0) || o.Rate > math.MaxFloat32:
		return fmt.Errorf("tsne: rate %v, want a positive number", o.Rate)
	case !(o.Momentum >= 0 && o.Momentum < 1):
		return fmt.Errorf("tsne: momentum %v, want 0 to less than 1", o.Momentum)
	case o.Uniform < 0 || o.Uniform >= n:
		return fmt.Errorf("tsne: %d neighbours of %d points, want 1 to %d", o.Uniform, n, n-1)
	case !(o.Theta > 0 && o.Theta <= 1):
		return fmt.Errorf("tsne: theta %v, want 0 to 1", o.Theta)
	}
	if o.Uniform == 0 {
		if err := checkPerplexity(o.Perplexity, n); err != nil {
			return err
		}
	}
	if most := Memory(n, o.neighbours(n)); o.Memory > 0 && most > o.Memory {
		return fmt.Errorf("tsne: %d points with %d neighbours each take about %.1f GB, and %.1f GB are free; want fewer points, a smaller perplexity, or 15 uniform neighbours",
			n, o.neighbours(n), float64(most)/1e9, float64(o.Memory)/1e9)
	}
	return o.checkStart(n)
}

// Memory is about how many bytes [Embed] takes at most for n points with k neighbours each, besides the
// points: neighbours with their probabilities, both ways, and pairs that are near from either side.
func Memory(n, k int) int64 { return int64(n) * int64(30*k+850) }

func checkPerplexity(perplexity float64, n int) error {
	if most := float64(n) / 3; !(perplexity >= 1 && perplexity <= most) {
		return fmt.Errorf("tsne: perplexity %v of %d points, want 1 to %.4g, a third of their number", perplexity, n, most)
	}
	return nil
}

// checkStart looks at the map to start from.
func (o *Options) checkStart(n int) error {
	if o.Start == nil {
		return nil
	}
	if !slices.Equal(o.Start.Shape, []int{n, o.Dims}) {
		return fmt.Errorf("tsne: a start of shape %v, want [%d %d]", o.Start.Shape, n, o.Dims)
	}
	return finite("start", o.Start)
}

// checkPoints looks at points x (n, d).
func checkPoints(x *tensor.Tensor) error {
	if err := kernel.Environment(); err != nil {
		return fmt.Errorf("tsne: %w", err)
	}
	if len(x.Shape) != 2 || x.Shape[1] == 0 {
		return fmt.Errorf("tsne: x has shape %v, want (points, columns)", x.Shape)
	}
	if x.Shape[0] < 4 {
		return fmt.Errorf("tsne: %d points, want at least 4", x.Shape[0])
	}
	return finite("x", x)
}

// neighbours is how many of n points count.
func (o *Options) neighbours(n int) int {
	if o.Uniform > 0 {
		return o.Uniform
	}
	return min(n-1, int(float64(3*o.Perplexity)+1))
}

// fit finds the neighbours of points x (n, d), and tells how many of the nearest they are. They are in
// the order of the space.
func (o *Options) fit(ctx context.Context, x *tensor.Tensor, e *Embedding) (*nearest.Space, *nearest.Neighbours, error) {
	s, err := nearest.New(ctx, x, nearest.Options{Search: o.Search, Probes: o.Probes, Seed: o.Seed, Progress: o.Searching})
	if err != nil {
		return nil, nil, fmt.Errorf("tsne: %w", err)
	}
	near, err := s.Neighbours(ctx, o.neighbours(s.N))
	if err != nil {
		return nil, nil, err
	}
	e.Recall, err = s.Recall(ctx, near)
	return s, near, err
}

// finite says where x (n, d) has a value that is not finite.
func finite(name string, x *tensor.Tensor) error {
	if i := kernel.FirstNonFinite(x.Data); i >= 0 {
		d := x.Shape[1]
		return fmt.Errorf("tsne: %s: row %d, column %d is %v, want a finite value", name, i/d, i%d, x.Data[i])
	}
	return nil
}
