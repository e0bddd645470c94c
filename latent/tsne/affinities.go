package tsne

import (
	"context"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/nn/elementary"
)

// blockSize is the rows of a chunk.
const blockSize = 240

// affinities is the symmetric matrix p (n, n) of the probabilities of pairs, which
// add up to one, by rows with rising columns. The diagonal is zero.
type affinities struct {
	starts  []int // (n+1)
	columns []uint32
	values  []float32
	pLogP   float64 // of negentropy; 0 before it is asked for
}

// newAffinities gives every neighbour j of point i the conditional probability
//
//	p[j|i] ∝ exp(−βᵢ |x[i] − x[j]|²)
//
// with βᵢ such that the perplexity, e to the entropy, is the one wanted, and pairs
// p[i,j] = (p[j|i] + p[i|j])/2n.
func newAffinities(ctx context.Context, near *nearest.Neighbours, perplexity float64) (*affinities, error) {
	n, k := near.N, near.K
	conditional := make([]float32, n*k)
	kernel.For(n, blockSize, func(lo, hi int) {
		if ctx.Err() != nil {
			return
		}
		energies, pairs := make([]float32, k), make([]uint64, k)
		for i := lo; i < hi; i++ {
			row := conditional[i*k : (i+1)*k]
			conditionals(row, energies, near.Distances[i*k:(i+1)*k], perplexity)
			sortByID(near.IDs[i*k:(i+1)*k], row, pairs)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return symmetric(near.IDs, conditional, n, k), nil
}

// conditionals writes the conditional probabilities p of neighbours at rising squared
// distances. β is found by bisection, in at most 100 steps, to an entropy within
// 10⁻⁵ nats; more neighbours at the smallest distance than the perplexity leave it
// above.
func conditionals(p, energies, distances []float32, perplexity float64) {
	mean := 0.0
	for i, d := range distances {
		energies[i] = d - distances[0]
		mean += float64(energies[i])
	}
	mean /= float64(len(distances))
	beta := 1.0
	if mean > 0 {
		beta = 1 / mean
	}
	wanted := elementary.Log(perplexity)
	for step, low, high := 0, 0.0, math.Inf(1); step < 100; step++ {
		over := kernel.Entropy(energies, beta) - wanted
		if math.Abs(over) <= 1e-5 {
			break
		}
		switch {
		case over < 0:
			high = beta
			beta = (low + beta) / 2
		case math.IsInf(high, 1):
			low = beta
			beta *= 2
		default:
			low = beta
			beta = (beta + high) / 2
		}
	}
	kernel.Scale(energies, energies, float32(-min(beta, math.MaxFloat32)))
	kernel.Softmax(p, energies, len(p))
}

// sortByID sorts the neighbours of a point, with their probabilities, by index.
func sortByID(ids []uint32, p []float32, pairs []uint64) {
	for i, id := range ids {
		pairs[i] = uint64(id)<<32 | uint64(math.Float32bits(p[i]))
	}
	slices.Sort(pairs)
	for i, pair := range pairs {
		ids[i], p[i] = uint32(pair>>32), math.Float32frombits(uint32(pair))
	}
}

// symmetric adds a matrix of n rows of k entries, sorted by column, to its transpose
// and divides by 2n.
func symmetric(ids []uint32, p []float32, n, k int) *affinities {
	starts, columns, values := transpose(ids, p, n, k)
	a := &affinities{starts: make([]int, n+1)}
	merge := func(i int, f func(column uint32, sum float32)) {
		own, to := ids[i*k:(i+1)*k], columns[starts[i]:starts[i+1]]
		for u, v := 0, 0; u < len(own) || v < len(to); {
			switch {
			case v == len(to) || u < len(own) && own[u] < to[v]:
				f(own[u], p[i*k+u])
				u++
			case u == len(own) || to[v] < own[u]:
				f(to[v], values[starts[i]+v])
				v++
			default:
				f(own[u], p[i*k+u]+values[starts[i]+v])
				u, v = u+1, v+1
			}
		}
	}
	kernel.For(n, blockSize, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			count := 0
			merge(i, func(uint32, float32) { count++ })
			a.starts[i+1] = count
		}
	})
	for i := range n {
		a.starts[i+1] += a.starts[i]
	}
	a.columns, a.values = make([]uint32, a.starts[n]), make([]float32, a.starts[n])
	kernel.For(n, blockSize, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			at := a.starts[i]
			merge(i, func(column uint32, sum float32) {
				a.columns[at], a.values[at] = column, sum/float32(2*n)
				at++
			})
		}
	})
	return a
}

// transpose returns the transpose of a matrix of n rows of k entries, by rows.
func transpose(ids []uint32, p []float32, n, k int) (starts []int, columns []uint32, values []float32) {
	starts = make([]int, n+1)
	for _, id := range ids {
		starts[id+1]++
	}
	for i := range n {
		starts[i+1] += starts[i]
	}
	columns, values = make([]uint32, n*k), make([]float32, n*k)
	next := slices.Clone(starts)
	for e, id := range ids {
		columns[next[id]], values[next[id]] = uint32(e/k), p[e]
		next[id]++
	}
	return starts, columns, values
}
