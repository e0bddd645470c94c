package metrics

import (
	"math"
	"slices"
)

// AUROC is the probability that a score of positives is above one of negatives, where two that tie
// count for a half: the area under the receiver operating characteristic. 0.5 is chance, 1 a
// perfect order. Without both positives and negatives it is [Unfit].
//
// The standard error is that of DeLong, DeLong and Clarke-Pearson, Comparing the Areas under Two or
// More Correlated Receiver Operating Characteristic Curves, Biometrics 1988.
func AUROC(positives, negatives []float64) (Estimate, error) {
	if len(positives) == 0 || len(negatives) == 0 {
		return Estimate{}, Unfit("there are not examples of both kinds to tell apart")
	}
	for _, all := range [][]float64{positives, negatives} {
		for _, s := range all {
			if math.IsNaN(s) {
				return Estimate{}, Unfit("a score is no number")
			}
		}
	}
	p, n := slices.Sorted(slices.Values(positives)), slices.Sorted(slices.Values(negatives))
	above := make([]float64, len(p)) // of each positive: share of negatives below
	for i, s := range p {
		above[i] = shareBelow(n, s)
	}
	below := make([]float64, len(n)) // of each negative: share of positives above
	for i, s := range n {
		below[i] = 1 - shareBelow(p, s)
	}
	a, b := Mean(above), Mean(below)
	return Estimate{a.Value, math.Sqrt(float64(a.Error*a.Error) + float64(b.Error*b.Error))}, nil
}

// shareBelow is the share of sorted values below s, ties for a half.
func shareBelow(sorted []float64, s float64) float64 {
	lo, _ := slices.BinarySearch(sorted, s)
	hi := lo
	if lo < len(sorted) && sorted[lo] == s {
		hi, _ = slices.BinarySearchFunc(sorted, s, func(x, s float64) int {
			if x <= s {
				return -1
			}
			return 1
		})
	}
	return float64(lo+hi) / 2 / float64(len(sorted))
}
