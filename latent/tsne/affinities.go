package tsne

import (
	"context"
	"math"
	"runtime"
	"slices"

	"latentspace/kernel"
	"latentspace/latent/nearest"
	"latentspace/nn/elementary"
)

// blockSize is the rows of a chunk.
const blockSize = 240

// matrix is a sparse matrix (n, n) by rows.
type matrix struct {
	starts  []int // (n+1)
	columns []uint32
	values  []float32
}

// affinities is the symmetric matrix p of the probabilities of pairs, which add up to one, with rising
// columns. The diagonal is zero.
type affinities struct {
	matrix
	pLogP float64 // of negentropy; 0 before it is asked for
}

// newAffinities gives every neighbour j of point i the conditional probability
//
//	p[j|i] ∝ exp(−βᵢ |x[i] − x[j]|²)
//
// with βᵢ such that the perplexity, e to the entropy, is the one wanted, or 1/k if that is zero, and
// pairs p[i,j] = (p[j|i] + p[i|j])/2n. It takes the neighbours apart.
func newAffinities(ctx context.Context, near *nearest.Neighbours, perplexity float64) (*affinities, error) {
	n, k := near.N, near.K
	kernel.For(n, blockSize, func(lo, hi int) {
		if ctx.Err() != nil {
			return
		}
		p, energies := make([]float32, k), make([]float32, k)
		for i := lo; i < hi; i++ {
			row := near.Distances[i*k : (i+1)*k]
			if perplexity == 0 {
				kernel.Fill(row, 1/float32(k))
				continue
			}
			conditionals(p, energies, row, perplexity)
			copy(row, p)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	starts := make([]int, n+1)
	for i := range starts {
		starts[i] = i * k
	}
	p := matrix{starts, near.IDs, near.Distances}
	near.IDs, near.Distances = nil, nil
	t := matrix{make([]int, n+1), make([]uint32, n*k), make([]float32, n*k)}
	p.transpose(t)
	t.transpose(p) // with rising columns
	return p.plus(t), nil
}

// release gives memory that is not used any more to what comes next, where there is much of it.
func release(n int) {
	if n > nearest.ExactPoints {
		runtime.GC()
	}
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

// transpose writes the transpose, whose columns rise, as the rows here do.
func (m matrix) transpose(t matrix) {
	n := len(m.starts) - 1
	clear(t.starts)
	for _, c := range m.columns {
		t.starts[c+1]++
	}
	for i := range n {
		t.starts[i+1] += t.starts[i]
	}
	next := slices.Clone(t.starts)
	kernel.For(n, (n+transposeParts-1)/transposeParts, func(lo, hi int) {
		for i := range n {
			for e := m.starts[i]; e < m.starts[i+1]; e++ {
				c := int(m.columns[e])
				if c < lo || c >= hi {
					continue
				}
				t.columns[next[c]], t.values[next[c]] = uint32(i), m.values[e]
				next[c]++
			}
		}
	})
}

// transposeParts is in how many parts columns are moved side by side. Each reads all entries.
const transposeParts = 4

// plus adds the transpose of a matrix and divides by 2n.
func (m matrix) plus(t matrix) *affinities {
	n := len(m.starts) - 1
	a := &affinities{matrix: matrix{starts: make([]int, n+1)}}
	kernel.For(n, blockSize, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			a.starts[i+1] = m.union(t, i)
		}
	})
	for i := range n {
		a.starts[i+1] += a.starts[i]
	}
	a.columns, a.values = make([]uint32, a.starts[n]), make([]float32, a.starts[n])
	kernel.For(n, blockSize, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			m.merge(t, i, a.columns[a.starts[i]:a.starts[i+1]], a.values[a.starts[i]:])
		}
	})
	return a
}

// row is the entries of row i.
func (m matrix) row(i int) ([]uint32, []float32) {
	lo, hi := m.starts[i], m.starts[i+1]
	return m.columns[lo:hi], m.values[lo:hi]
}

// union is how many columns either matrix has in row i.
func (m matrix) union(t matrix, i int) int {
	own, _ := m.row(i)
	to, _ := t.row(i)
	both := 0
	for u, v := 0, 0; u < len(own) && v < len(to); {
		a, b := own[u], to[v]
		if a == b {
			both++
		}
		if a <= b {
			u++
		}
		if b <= a {
			v++
		}
	}
	return len(own) + len(to) - both
}

// merge writes the sum of row i of both matrices, divided by 2n.
func (m matrix) merge(t matrix, i int, columns []uint32, values []float32) {
	own, p := m.row(i)
	to, q := t.row(i)
	over := float32(2 * (len(m.starts) - 1))
	for u, v, at := 0, 0, 0; at < len(columns); at++ {
		switch {
		case v == len(to) || u < len(own) && own[u] < to[v]:
			columns[at], values[at] = own[u], p[u]/over
			u++
		case u == len(own) || to[v] < own[u]:
			columns[at], values[at] = to[v], q[v]/over
			v++
		default:
			columns[at], values[at] = own[u], (p[u]+q[v])/over
			u, v = u+1, v+1
		}
	}
}
