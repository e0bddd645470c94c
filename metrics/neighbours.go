package metrics

import (
	"cmp"
	"context"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Neighbours are the k nearest points of a set to each of n others.
type Neighbours struct {
	K         int
	IDs       []int     // (n, k), nearest first; at equal distance the smaller index first
	Distances []float64 // (n, k), Euclidean
}

// spare is the number of additional candidates, so that a point whose distance is
// rounded down does not push out a neighbour.
const spare = 8

// Nearest finds the k nearest rows of base to each row of x by products of blocks of rows; their
// distances in double precision decide between candidates.
//
//	x (n, d)   base (m, d)   k ≤ m
//
// With own the rows are the same, and none is its own neighbour: k < m. It stops soon
// after ctx ends.
func Nearest(ctx context.Context, x, base *tensor.Tensor, k int, own bool) (*Neighbours, error) {
	others := base.Shape[0]
	if own {
		others--
	}
	if k < 1 || k > others {
		return nil, unfit("%d neighbours among %d other points, want at least 1 and at most as many", k, others)
	}
	near := &Neighbours{K: k, IDs: make([]int, k*x.Shape[0]), Distances: make([]float64, k*x.Shape[0])}
	err := distances(ctx, x, base, func(i int, d []float32) {
		var best candidates
		for j, v := range d {
			if !own || j != i {
				best.add(candidate{float64(v), j}, k+spare)
			}
		}
		for c := range best {
			best[c].distance = math.Sqrt(squaredDistance(row(x, i), row(base, best[c].id)))
		}
		slices.SortFunc(best, candidate.compare)
		for c := range k {
			near.IDs[i*k+c], near.Distances[i*k+c] = best[c].id, best[c].distance
		}
	})
	return near, err
}

// candidate is a point that may be a neighbour.
type candidate struct {
	distance float64
	id       int
}

func (c candidate) compare(d candidate) int {
	return cmp.Or(cmp.Compare(c.distance, d.distance), cmp.Compare(c.id, d.id))
}

// candidates are the nearest so far, in order.
type candidates []candidate

// add keeps the nearest candidates, at most most of them.
func (all *candidates) add(c candidate, most int) {
	s := *all
	if len(s) == most {
		if c.compare(s[most-1]) >= 0 {
			return
		}
		s = s[:most-1]
	}
	at, _ := slices.BinarySearchFunc(s, c, candidate.compare)
	*all = slices.Insert(s, at, c)
}

// distances calls f with the squared distances of each row of x to all rows of base, in
// any order and in parallel.
func distances(ctx context.Context, x, base *tensor.Tensor, f func(i int, d []float32)) error {
	n, d, m := x.Shape[0], x.Shape[1], base.Shape[0]
	if base.Shape[1] != d {
		return unfit("points of %d values and others of %d", d, base.Shape[1])
	}
	if i := kernel.FirstNonFinite(x.Data); i >= 0 {
		return unfit("point %d has the value %v, want numbers", i/d, x.Data[i])
	}
	if i := kernel.FirstNonFinite(base.Data); i >= 0 {
		return unfit("point %d of the others has the value %v, want numbers", i/d, base.Data[i])
	}
	// About the mean of the others, so that a common offset costs no digits.
	x, others := centred(x, base)
	norms := make([]float32, m)
	for j := range norms {
		norms[j] = float32(squaredNorm(row(others, j)))
	}
	const rows = 32
	kernel.For(n, rows, func(lo, hi int) {
		if ctx.Err() != nil {
			return
		}
		products := make([]float32, (hi-lo)*m)
		kernel.MatMul(products, x.Data[lo*d:hi*d], others.Data, hi-lo, m, d, false, true, false)
		for i := lo; i < hi; i++ {
			own := float32(squaredNorm(row(x, i)))
			p := products[(i-lo)*m : (i-lo+1)*m]
			for j, v := range p {
				p[j] = max(0, own+norms[j]-2*v)
			}
			f(i, p)
		}
	})
	return ctx.Err()
}

// centred is both sets less the mean of the second.
func centred(x, base *tensor.Tensor) (_, _ *tensor.Tensor) {
	n, d := base.Shape[0], base.Shape[1]
	mean := make([]float64, d)
	for j := range n {
		for k, v := range row(base, j) {
			mean[k] += float64(v) / float64(n)
		}
	}
	less := func(t *tensor.Tensor) *tensor.Tensor {
		out := tensor.New(t.Shape...)
		for i, v := range t.Data {
			out.Data[i] = float32(float64(v) - mean[i%d])
		}
		return out
	}
	return less(x), less(base)
}

func squaredNorm(x []float32) float64 {
	s := 0.0
	for _, v := range x {
		s += float64(float64(v) * float64(v))
	}
	return s
}

func squaredDistance(x, y []float32) float64 {
	s := 0.0
	for k, v := range x {
		e := float64(v) - float64(y[k])
		s += float64(e * e)
	}
	return s
}

func row(x *tensor.Tensor, i int) []float32 {
	d := x.Shape[1]
	return x.Data[i*d : (i+1)*d]
}
