package metrics

import (
	"context"
	"math"

	"latentspace/kernel"
	"latentspace/tensor"
)

const (
	voteExamples = 64   // examples, or pairs of them, in a vote
	votesToFit   = 2000 // the papers have hundreds to ten thousand
	votesToTest  = 1000
	voteRepeats  = 5 // with other votes
)

// FactorVAEScore says how well the dimension that varies least, among examples that share the value
// of one factor, identifies that factor:
//
//	vote = (argminⱼ Var(zⱼ)/s²ⱼ, k)   over 64 examples of one value of factor k
//
//	z (n, d)   s²ⱼ the variance of zⱼ over all   in [1/K, 1]
//
// the accuracy of the majority of votes for each dimension, on other votes. A dimension whose
// variance is below 0.01 of the largest takes no part. Examples are drawn from the given ones.
//
// Kim and Mnih, Disentangling by Factorising, ICML 2018, section 4.
func FactorVAEScore(ctx context.Context, z *tensor.Tensor, f Factors, key kernel.Key) (Estimate, error) {
	if err := f.check(z); err != nil {
		return Estimate{}, err
	}
	s := deviations(z)
	var all []Estimate
	for r := range voteRepeats {
		if ctx.Err() != nil {
			return Estimate{}, ctx.Err()
		}
		b := newBallot(f, key.Mix(uint64(r)))
		fit := make([][]int, z.Shape[1])
		for j := range fit {
			fit[j] = make([]int, len(f.Values))
		}
		vote := func() (dimension, factor int) {
			k, lists := b.factor()
			return leastVaried(z, s, func() int { return b.pick(lists) }), k
		}
		for range votesToFit {
			j, k := vote()
			fit[j][k]++
		}
		right := make([]float64, votesToTest)
		for i := range right {
			if j, k := vote(); most(fit[j]) == k {
				right[i] = 1
			}
		}
		all = append(all, Mean(right))
	}
	return Repeated(all), nil
}

// ballot draws factors and examples that have one in common.
type ballot struct {
	stream
	f     Factors
	lists [][][]int // of examples, by factor and value
}

func newBallot(f Factors, key kernel.Key) *ballot {
	b := &ballot{stream: stream{key: key}, f: f}
	for k := range f.Values {
		b.lists = append(b.lists, f.byValue(k))
	}
	return b
}

// factor draws a factor, and a value of it as an example has it; it returns the examples
// of that value.
func (b *ballot) factor() (k int, examples []int) {
	k = b.below(len(b.f.Values))
	return k, b.lists[k][b.f.Values[k][b.below(len(b.f.Values[k]))]]
}

func (b *ballot) pick(examples []int) int { return examples[b.below(len(examples))] }

// leastVaried returns the dimension with the least variance over examples, in units of s²; 0 if
// none varies.
func leastVaried(z *tensor.Tensor, s []float64, pick func() int) int {
	d := z.Shape[1]
	sum, squares := make([]float64, d), make([]float64, d)
	for range voteExamples {
		for j, v := range row(z, pick()) {
			sum[j] += float64(v)
			squares[j] += float64(float64(v) * float64(v))
		}
	}
	best, least := 0, math.Inf(1)
	for j, deviation := range s {
		if deviation == 0 {
			continue
		}
		mean := sum[j] / voteExamples
		if v := (float64(squares[j]/voteExamples) - float64(mean*mean)) / (deviation * deviation); v < least {
			best, least = j, v
		}
	}
	return best
}

// most returns the index of the largest count, the first of several.
func most(counts []int) int {
	best := 0
	for k, n := range counts {
		if n > counts[best] {
			best = k
		}
	}
	return best
}

// BetaVAEScore says how well a linear classifier identifies the factor that pairs of examples share
// from the distances of their codes:
//
//	feature = mean |z − z'| over 64 pairs of examples of one value of factor k   label k
//
//	z (n, d)   in [1/K, 1]
//
// the accuracy of logistic regression, on features of other pairs.
//
// Higgins et al., β-VAE, ICLR 2017, section 3.
func BetaVAEScore(ctx context.Context, z *tensor.Tensor, f Factors, key kernel.Key) (Estimate, error) {
	if err := f.check(z); err != nil {
		return Estimate{}, err
	}
	d := z.Shape[1]
	var all []Estimate
	for r := range voteRepeats {
		b := newBallot(f, key.Mix(uint64(r)))
		votes := func(n int) (*tensor.Tensor, []int) {
			x, labels := tensor.New(n, d), make([]int, n)
			for i := range n {
				k, examples := b.factor()
				labels[i] = k
				for range voteExamples {
					one, other := row(z, b.pick(examples)), row(z, b.pick(examples))
					for j, v := range one {
						x.Data[i*d+j] += float32(math.Abs(float64(v)-float64(other[j])) / voteExamples)
					}
				}
			}
			return x, labels
		}
		x, labels := votes(votesToFit)
		fit, err := FitLogistic(ctx, x, labels, len(f.Values))
		if err != nil {
			return Estimate{}, err
		}
		x, labels = votes(votesToTest)
		all = append(all, Accuracy(fit.Predict(x), labels))
	}
	return Repeated(all), nil
}
