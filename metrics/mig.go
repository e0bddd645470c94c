package metrics

import (
	"slices"

	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// codeBins is the number of bins of equal width that the range of a code is divided
// into.
const codeBins = 20

// MutualInformation returns I(zⱼ; vₖ) in nats for each dimension j of codes (n, d) and each
// factor k, from the counts of pairs of the code's bin, one of 20 of equal width, and the
// factor's value.
func MutualInformation(z *tensor.Tensor, f Factors) [][]float64 {
	d := z.Shape[1]
	all := make([][]float64, d)
	for j := range all {
		bins := binned(column(z, j))
		for k, values := range f.Values {
			all[j] = append(all[j], mutualInformation(bins, values, codeBins, f.Sizes[k]))
		}
	}
	return all
}

// binned is the number of the bin of each value.
func binned(x []float64) []int {
	bins := make([]int, len(x))
	lo, hi := slices.Min(x), slices.Max(x)
	if hi == lo {
		return bins
	}
	for i, v := range x {
		bins[i] = min(codeBins-1, int((v-lo)/(hi-lo)*codeBins))
	}
	return bins
}

// mutualInformation is Σ p(a, b)·ln(p(a, b)/(p(a)·p(b))) of values below na and nb.
func mutualInformation(a, b []int, na, nb int) float64 {
	joint, pa, pb := make([]float64, na*nb), make([]float64, na), make([]float64, nb)
	for i, v := range a {
		joint[v*nb+b[i]]++
		pa[v]++
		pb[b[i]]++
	}
	n, sum := float64(len(a)), 0.0
	for v := range na {
		for w := range nb {
			if c := joint[v*nb+w]; c > 0 {
				sum += float64(c / n * elementary.Log(c*n/(pa[v]*pb[w])))
			}
		}
	}
	return max(0, sum)
}

// Entropy is that of the values of a factor, in nats.
func (f Factors) Entropy(k int) float64 {
	return mutualInformation(f.Values[k], f.Values[k], f.Sizes[k], f.Sizes[k])
}

// MIG is the mutual information gap, how much more the most informative dimension tells
// about a factor than the second:
//
//	1/K Σₖ (I(z_first; vₖ) − I(z_second; vₖ))/H(vₖ)
//
//	z (n, d)   in [0, 1], 1 where one dimension alone tells all of each factor
//
// A code of one dimension has no second, which counts as 0. The error is a jackknife's.
//
// Chen, Li, Grosse and Duvenaud, Isolating Sources of Disentanglement in VAEs, NeurIPS 2018,
// equation 6; bins as in Locatello et al., Challenging Common Assumptions in the Unsupervised
// Learning of Disentangled Representations, ICML 2019.
func MIG(z *tensor.Tensor, f Factors) (Estimate, error) {
	return informed(z, f, func(i [][]float64, f Factors) float64 {
		sum := 0.0
		for k := range f.Values {
			told := make([]float64, len(i))
			for j := range i {
				told[j] = i[j][k]
			}
			first, second := topTwo(told)
			if h := f.Entropy(k); h > 0 {
				sum += (first - second) / h
			}
		}
		return sum / float64(len(f.Values))
	})
}

// Modularity says how far each dimension tells about only one factor:
//
//	1/d Σⱼ 1 − Σ_{k≠k*} I(zⱼ; vₖ)²/(I(zⱼ; vₖ*)²·(K − 1)),   k* the factor it tells most of
//
//	z (n, d)   in [0, 1]
//
// A dimension that tells about none counts as 0. If there is only one factor, a dimension that
// tells about it counts as 1. The error is a jackknife's.
//
// Ridgeway and Mozer, Learning Deep Disentangled Embeddings With the F-Statistic Loss, NeurIPS
// 2018, equation 2.
func Modularity(z *tensor.Tensor, f Factors) (Estimate, error) {
	return informed(z, f, func(i [][]float64, f Factors) float64 {
		sum := 0.0
		for _, told := range i {
			most := slices.Max(told)
			if most == 0 {
				continue
			}
			others := 0.0
			for _, v := range told {
				others += float64(v * v)
			}
			others -= float64(most * most)
			sum += 1 - others/(float64(most*most)*float64(max(1, len(told)-1)))
		}
		return sum / float64(len(i))
	})
}

// informed is a score of the mutual information.
func informed(z *tensor.Tensor, f Factors, score func([][]float64, Factors) float64) (Estimate, error) {
	if err := f.check(z); err != nil {
		return Estimate{}, err
	}
	all, err := Jackknife(z.Shape[0], func(out func(int) bool) ([]float64, error) {
		g := f.some(out)
		return []float64{score(MutualInformation(without(z, out), g), g)}, nil
	})
	if err != nil {
		return Estimate{}, err
	}
	return all[0], nil
}

// topTwo returns the largest value and the next, 0 if there is none.
func topTwo(x []float64) (first, second float64) {
	for _, v := range x {
		switch {
		case v > first:
			first, second = v, first
		case v > second:
			second = v
		}
	}
	return first, second
}
