package tsne

import (
	"context"
	"fmt"
	"slices"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// KL is the divergence, in nats, of the affinities of points y from those of x
// at a perplexity, as [Embed] minimises it:
//
//	Σᵢⱼ p[i,j] ln(p[i,j] / q[i,j])    q[i,j] = w[i,j]/Z    w[i,j] = 1/(1 + |y[i] − y[j]|²)
//
//	x (n, d)   y (n, 2 or 3)
//
// p is that of the nearest ⌊3 perplexity + 1⌋ neighbours, and Z the sum of w over all
// pairs, in float64. (What scikit-learn prints has an approximate Z and comes out
// lower.) A perplexity that x does not have, values that are not finite and shapes
// that do not fit are errors.
func KL(ctx context.Context, x, y *tensor.Tensor, perplexity float64) (float64, error) {
	if err := checkPoints(x); err != nil {
		return 0, err
	}
	if err := checkPerplexity(perplexity, x.Shape[0]); err != nil {
		return 0, err
	}
	p, err := exactAffinities(ctx, x, perplexity)
	if err != nil {
		return 0, err
	}
	if err := embeds(x, y); err != nil {
		return 0, err
	}
	if dims := y.Shape[1]; dims != 2 && dims != 3 {
		return 0, fmt.Errorf("tsne: y has %d columns, want 2 or 3", dims)
	}
	return p.divergence(ctx, y)
}

// exactAffinities are those of exact neighbours.
func exactAffinities(ctx context.Context, x *tensor.Tensor, perplexity float64) (*affinities, error) {
	o := Options{Perplexity: perplexity, Search: nearest.Exact}
	_, near, err := o.fit(ctx, x, &Embedding{})
	if err != nil {
		return nil, err
	}
	return newAffinities(ctx, near, perplexity)
}

// embeds checks that y has a row of finite values for each of x.
func embeds(x, y *tensor.Tensor) error {
	if len(y.Shape) != 2 || y.Shape[1] == 0 || y.Shape[0] != x.Shape[0] {
		return fmt.Errorf("tsne: y has shape %v, want (%d, columns) as x has shape %v", y.Shape, x.Shape[0], x.Shape)
	}
	return finite("y", y)
}

func (a *affinities) divergence(ctx context.Context, y *tensor.Tensor) (float64, error) {
	dims := y.Shape[1]
	z := kernelSum(ctx, split(y.Data, dims))
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return a.cost(y.Data, dims, nil, z), nil
}

// cost is the divergence of points y with the sum z of their kernel,
//
//	Σ p ln p + Σ p ln(1 + |y[i] − y[j]|²) + ln Z
//
// The points are in an order of the rows of p, nil for their own.
func (a *affinities) cost(y []float32, dims int, order []uint32, z float64) float64 {
	places := kernel.Inverse(order)
	spread := a.sum(func(row int, squares []float32) float64 {
		own, from := y[at(places, row)*dims:][:dims], a.starts[row]
		for e := range squares {
			square := float32(1)
			for k, v := range y[at(places, int(a.columns[from+e]))*dims:][:dims] {
				d := own[k] - v
				square += float32(d * d)
			}
			squares[e] = square
		}
		kernel.Log(squares, squares)
		sum := 0.0
		for e, log := range squares {
			sum += float64(float64(a.values[from+e]) * float64(log))
		}
		return sum
	})
	return a.negentropy() + spread + elementary.Log(z)
}

// negentropy is Σ p ln p. It is worked out when it is first asked for.
func (a *affinities) negentropy() float64 {
	if a.pLogP == 0 {
		a.pLogP = a.sum(func(row int, logs []float32) float64 {
			values := a.values[a.starts[row]:a.starts[row+1]]
			kernel.Log(logs, values)
			sum := 0.0
			for e, p := range values {
				if p > 0 {
					sum += float64(float64(p) * float64(logs[e]))
				}
			}
			return sum
		})
	}
	return a.pLogP
}

// sum adds up what f gives for all rows. It lends f room for the entries of a row.
func (a *affinities) sum(f func(row int, room []float32) float64) float64 {
	n := len(a.starts) - 1
	parts := make([]float64, (n+blockSize-1)/blockSize)
	kernel.For(n, blockSize, func(lo, hi int) {
		var room []float32
		sum := 0.0
		for i := lo; i < hi; i++ {
			length := a.starts[i+1] - a.starts[i]
			room = slices.Grow(room[:0], length)[:length]
			sum += f(i, room)
		}
		parts[lo/blockSize] = sum
	})
	sum := 0.0
	for _, p := range parts {
		sum += p
	}
	return sum
}

// kernelSum is Σ w over ordered pairs of points, given by coordinates.
func kernelSum(ctx context.Context, axes [][]float32) float64 {
	n := len(axes[0])
	parts := make([]float64, (n+pairGrain-1)/pairGrain)
	kernel.For(n, pairGrain, func(lo, hi int) {
		if ctx.Err() != nil {
			return
		}
		sum := 0.0
		for i := lo; i < hi; i++ {
			x, y := axes[0], axes[1]
			var z float64
			if len(axes) == 2 {
				z, _, _ = kernel.Repel2(x[i+1:], y[i+1:], float64(x[i]), float64(y[i]))
			} else {
				w := axes[2]
				z, _, _, _ = kernel.Repel3(x[i+1:], y[i+1:], w[i+1:], float64(x[i]), float64(y[i]), float64(w[i]))
			}
			sum += z
		}
		parts[lo/pairGrain] = sum
	})
	sum := 0.0
	for _, p := range parts {
		sum += p
	}
	return 2 * sum
}

// split returns the coordinates of points y (n, dims) one by one.
func split(y []float32, dims int) [][]float32 {
	axes, n := make([][]float32, dims), len(y)/dims
	for k := range axes {
		axes[k] = make([]float32, n)
		for i := range n {
			axes[k][i] = y[i*dims+k]
		}
	}
	return axes
}
