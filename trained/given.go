package trained

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Given is rows that were drawn with some fields held.
type Given struct {
	X *tensor.Tensor // (n, shape…)
	// Effective is how many of the Candidates the draws came from, (Σw)²/Σw² of the weights w: of a
	// rare condition it is small, and rows are like one another.
	Effective  float64
	Candidates int
}

// leastCandidates and candidatesEach are how many codes are weighed, in all and for each draw.
const (
	leastCandidates = 20_000
	candidatesEach  = 20
	mostCandidates  = 400_000
)

// DrawGiven draws n examples under values of some fields, by the index of the field: codes from the
// prior are weighed by the likelihood of the values,
//
//	w = p(x_given|z),   z ~ p(z)
//
// n of them are drawn by their weights, and the other fields are drawn from p(x|z), which does not
// depend on the given ones. The more candidates there are the nearer it is to p(x|x_given). Fields
// are of one value each. About is what is known of each candidate, as in [Model.Decode]; of fewer
// rows it is gone through again and again.
func (m *Model) DrawGiven(ctx context.Context, n int, seed uint64, given map[int]float32, about *tensor.Tensor) (Given, error) {
	k := min(mostCandidates, max(leastCandidates, candidatesEach*n))
	z, err := m.Draw(k, seed)
	if err != nil {
		return Given{}, err
	}
	row := m.givenRow(given)
	logs := make([]float64, k)
	for lo := 0; lo < k; lo += codeBatch {
		hi := min(lo+codeBatch, k)
		x := tensor.New(append([]int{hi - lo}, m.Shape...)...)
		for i := range hi - lo {
			copy(x.Data[i*len(row):], row)
		}
		nll, err := m.FieldNLLs(ctx, rows(z, lo, hi), Examples{x, cycled(about, lo, hi)})
		if err != nil {
			return Given{}, err
		}
		fields := nll.Shape[1]
		for i := range hi - lo {
			for f := range fields {
				if _, ok := given[f]; ok {
					logs[lo+i] -= float64(nll.Data[i*fields+f])
				}
			}
		}
	}
	chosen, effective, err := resample(logs, n, seed)
	if err != nil {
		return Given{}, err
	}
	// Each code goes with what was known of it when it was weighed.
	x, err := m.Generate(ctx, picked(z, chosen), picked(about, chosen), 0, seed)
	if err != nil {
		return Given{}, err
	}
	m.hold(x, given)
	return Given{x, effective, k}, nil
}

// cycled is rows lo to hi of what is known, where the first follows the last; nil for nil.
func cycled(about *tensor.Tensor, lo, hi int) *tensor.Tensor {
	index := make([]int, hi-lo)
	for i := range index {
		index[i] = lo + i
	}
	return picked(about, index)
}

// picked is the rows of a matrix with these indices, where the first follows the last; nil for nil.
func picked(x *tensor.Tensor, index []int) *tensor.Tensor {
	if x == nil {
		return nil
	}
	width := x.Shape[1]
	out := tensor.New(len(index), width)
	for i, from := range index {
		from %= x.Shape[0]
		copy(out.Data[i*width:(i+1)*width], x.Data[from*width:])
	}
	return out
}

// givenRow is an example with the given values, known, and zeros elsewhere.
func (m *Model) givenRow(given map[int]float32) []float32 {
	x := tensor.New(1, m.Schema.Width())
	m.hold(x, given)
	return x.Data
}

// hold sets the given values in every row.
func (m *Model) hold(x *tensor.Tensor, given map[int]float32) {
	width := m.Schema.Width()
	for first := 0; first < len(x.Data); first += width {
		at := first
		for k, f := range m.Schema.Fields {
			if v, ok := given[k]; ok {
				x.Data[at] = v
				if f.Gaps {
					x.Data[at+f.Size()] = 1
				}
			}
			at += f.Width()
		}
	}
}

// resample draws n indices by weights, given as logarithms: with one uniform number, as many of
// each as its share, up to one. Effective is (Σw)²/Σw².
//
// Kitagawa, Monte Carlo Filter and Smoother for Non-Gaussian Nonlinear State Space Models, JCGS
// 1996, appendix.
func resample(logs []float64, n int, seed uint64) (chosen []int, effective float64, err error) {
	most := slices.Max(logs)
	if math.IsNaN(most) || math.IsInf(most, 0) {
		return nil, 0, fmt.Errorf("trained: the most probable code has a log-likelihood of %v, want a number", most)
	}
	weights := make([]float64, len(logs))
	var sum, squares float64
	for i, l := range logs {
		weights[i] = elementary.Exp(l - most)
		sum += weights[i]
		squares += float64(weights[i] * weights[i])
	}
	key := kernel.Seed(seed, "trained.given")
	u := float64(key.Uniform(0))
	chosen = make([]int, n)
	at, below := 0, weights[0]
	for i := range chosen {
		want := (float64(i) + u) / float64(n) * sum
		for below < want && at < len(weights)-1 {
			at++
			below += weights[at]
		}
		chosen[i] = at
	}
	order, mixed := make([]int, n), make([]int, n)
	kernel.Permute(order, kernel.Seed(seed, "trained.given.order"))
	for i, o := range order {
		mixed[i] = chosen[o]
	}
	return mixed, sum * sum / squares, nil
}
