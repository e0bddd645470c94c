package metrics

import (
	"context"
	"math"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// NearestClasses returns for each row of x the most frequent class of its k nearest
// rows of base, the first of several.
//
//	x (n, d)   base (m, d)   labels (m)
func NearestClasses(ctx context.Context, x, base *tensor.Tensor, labels []int, k int) ([]int, error) {
	near, err := Nearest(ctx, x, base, k, false)
	if err != nil {
		return nil, err
	}
	told := make([]int, x.Shape[0])
	votes := map[int]int{}
	for i := range told {
		clear(votes)
		for _, j := range near.IDs[i*k : (i+1)*k] {
			votes[labels[j]]++
		}
		told[i] = labels[near.IDs[i*k]]
		for c, v := range votes {
			if of := votes[told[i]]; v > of || v == of && c < told[i] {
				told[i] = c
			}
		}
	}
	return told, nil
}

// Accuracy is the share of correct predictions, with the error of a share.
func Accuracy(told, labels []int) Estimate {
	right := make([]float64, len(told))
	for i, c := range told {
		if c == labels[i] {
			right[i] = 1
		}
	}
	return Mean(right)
}

// Repeated is the mean of estimates of one figure under repeated draws. Its error combines that of
// the mean over the draws with that of a single estimate over the examples, which all share:
//
//	SE² = sd²/r + mean SEᵢ²
func Repeated(all []Estimate) Estimate {
	var values []float64
	squares := 0.0
	for _, e := range all {
		values = append(values, e.Value)
		squares += float64(e.Error*e.Error) / float64(len(all))
	}
	m := Mean(values)
	if len(all) == 1 {
		return all[0]
	}
	return Estimate{m.Value, math.Sqrt(float64(m.Error*m.Error) + squares)}
}

// permutations is the number of times a column is shuffled.
const permutations = 5

// PermutationImportance is how much of a predictor's accuracy each column of x is worth: the mean
// loss of accuracy when the values of the column are shuffled over the rows.
//
//	x (n, d)   labels (n)
//
// Its error is that over the shuffles and that over the rows.
//
// Breiman, Random Forests, Machine Learning 45, 2001, section 10.
func PermutationImportance(x *tensor.Tensor, labels []int, predict func(x *tensor.Tensor) []int, key kernel.Key) []Estimate {
	n, d := x.Shape[0], x.Shape[1]
	whole := predict(x)
	all := make([]Estimate, d)
	order := make([]int, n)
	for k := range d {
		losses, lost := make([]float64, permutations), make([]float64, n)
		shuffled := x.Clone()
		for r := range permutations {
			kernel.Permute(order, key.Mix(uint64(k*permutations+r)))
			for i, j := range order {
				shuffled.Data[i*d+k] = x.Data[j*d+k]
			}
			for i, told := range predict(shuffled) {
				loss := 0.0
				if whole[i] == labels[i] {
					loss++
				}
				if told == labels[i] {
					loss--
				}
				losses[r] += loss / float64(n)
				lost[i] += loss / permutations
			}
		}
		m := Mean(losses)
		all[k] = Estimate{m.Value, elementary.Hypot(m.Error, Mean(lost).Error)}
	}
	return all
}
