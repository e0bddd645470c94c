package umap

import (
	"context"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/nn/elementary"
)

// graph is a symmetric matrix (n, n) of how surely two points are neighbours, 0 to 1, by rows with
// rising columns. The diagonal is zero.
type graph struct {
	starts  []int // (n+1)
	columns []uint32
	values  []float32
}

// grain is how many points are a chunk.
const grain = 256

// The constants of umap-learn.
const (
	tolerance  = 1e-5 // of the sum of memberships
	bisections = 64
	leastScale = 1e-3 // of the width, by the mean distance
)

// memberships writes how surely each neighbour is one,
//
//	w[i,j] = exp(−max(0, d[i,j] − ρᵢ)/σᵢ)
//
// where ρᵢ is the distance of the nearest that is not on the point's own spot, and σᵢ such that
// they add up to log₂(k + 1), as the point itself counts among its neighbours in umap-learn.
func (near *near) memberships(ctx context.Context) ([]float32, error) {
	n, k := near.n, near.k
	w := make([]float32, n*k)
	mean := near.mean()
	kernel.For(n, grain, func(lo, hi int) {
		if ctx.Err() != nil {
			return
		}
		for i := lo; i < hi; i++ {
			d, row := near.distances[i*k:(i+1)*k], w[i*k:(i+1)*k]
			rho := float32(0)
			for _, v := range d {
				if v > 0 {
					rho = v
					break
				}
			}
			least := mean
			if rho > 0 {
				least = sum(d) / float64(k+1)
			}
			memberships(row, d, rho, k+1, leastScale*least)
		}
	})
	return w, ctx.Err()
}

// mean is the mean distance, with those of the points from themselves.
func (near *near) mean() float64 {
	parts := make([]float64, (near.n+grain-1)/grain)
	kernel.For(near.n, grain, func(lo, hi int) {
		parts[lo/grain] = sum(near.distances[lo*near.k : hi*near.k])
	})
	all := 0.0
	for _, p := range parts {
		all += p
	}
	return all / float64(near.n*(near.k+1))
}

func sum(x []float32) float64 {
	s := 0.0
	for _, v := range x {
		s += float64(v)
	}
	return s
}

// memberships writes those of neighbours at distances d beyond rho, such that they add up to log₂ k,
// with at least that width.
func memberships(w, d []float32, rho float32, k int, least float64) {
	for i, v := range d {
		w[i] = max(0, v-rho)
	}
	width := max(smooth(w, elementary.Log(float64(k))/math.Ln2), least)
	if float32(width) == 0 {
		kernel.Fill(w, 1)
		return
	}
	kernel.Scale(w, w, float32(-1/width))
	kernel.Exp(w, w)
}

// smooth is the width at which Σ exp(−x/width) is the target, by bisection.
func smooth(x []float32, target float64) float64 {
	low, high, width := 0.0, math.Inf(1), 1.0
	for range bisections {
		sum := kernel.Partition(x, 1/width)
		if math.Abs(sum-target) < tolerance {
			break
		}
		switch {
		case sum > target:
			high = width
			width = (low + high) / 2
		case math.IsInf(high, 1):
			low = width
			width *= 2
		default:
			low = width
			width = (low + high) / 2
		}
	}
	return width
}

// union joins a matrix of memberships to its transpose,
//
//	mix·(w + wᵀ − w∘wᵀ) + (1 − mix)·w∘wᵀ
//
// The ids must be sorted in each row.
func union(ids []uint32, w []float32, n, k int, mix float32) *graph {
	starts, columns, values := transpose(ids, w, n, k)
	g := &graph{starts: make([]int, n+1)}
	merge := func(i int, f func(column uint32, value float32)) {
		own, to := ids[i*k:(i+1)*k], columns[starts[i]:starts[i+1]]
		for u, v := 0, 0; u < len(own) || v < len(to); {
			switch {
			case v == len(to) || u < len(own) && own[u] < to[v]:
				f(own[u], mix*w[i*k+u])
				u++
			case u == len(own) || to[v] < own[u]:
				f(to[v], mix*values[starts[i]+v])
				v++
			default:
				a, b := w[i*k+u], values[starts[i]+v]
				both := float32(a * b)
				f(own[u], float32(mix*(a+b-both))+float32((1-mix)*both))
				u, v = u+1, v+1
			}
		}
	}
	kernel.For(n, grain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			count := 0
			merge(i, func(_ uint32, value float32) {
				if value > 0 {
					count++
				}
			})
			g.starts[i+1] = count
		}
	})
	for i := range n {
		g.starts[i+1] += g.starts[i]
	}
	g.columns, g.values = make([]uint32, g.starts[n]), make([]float32, g.starts[n])
	kernel.For(n, grain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			at := g.starts[i]
			merge(i, func(column uint32, value float32) {
				if value > 0 {
					g.columns[at], g.values[at] = column, value
					at++
				}
			})
		}
	})
	return g
}

// transpose returns the transpose of a matrix of n rows of k entries, by rows.
func transpose(ids []uint32, w []float32, n, k int) (starts []int, columns []uint32, values []float32) {
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
		columns[next[id]], values[next[id]] = uint32(e/k), w[e]
		next[id]++
	}
	return starts, columns, values
}

// sortByID sorts the neighbours of each point, with their memberships, by index.
func (near *near) sortByID(w []float32) {
	kernel.For(near.n, grain, func(lo, hi int) {
		pairs := make([]uint64, near.k)
		for i := lo; i < hi; i++ {
			ids, row := near.ids[i*near.k:(i+1)*near.k], w[i*near.k:(i+1)*near.k]
			for e, id := range ids {
				pairs[e] = uint64(id)<<32 | uint64(math.Float32bits(row[e]))
			}
			slices.Sort(pairs)
			for e, pair := range pairs {
				ids[e], row[e] = uint32(pair>>32), math.Float32frombits(uint32(pair))
			}
		}
	})
}
