package metrics

import (
	"context"
	"math"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// DCI compares codes with factors by the importances R (d, K) of the codes in
// predicting the factors, here with [Boosted] trees.
type DCI struct {
	// Disentanglement says how far each dimension serves one factor: Σⱼ ρⱼ·(1 − H_K(Rⱼ.)),
	// by the share ρⱼ of a dimension in all importances and the entropy, to the base K, of
	// its shares.
	Disentanglement Estimate
	// Completeness says how far each factor needs one dimension: Σₖ ρₖ·(1 − H_d(R.ₖ)).
	Completeness Estimate
	// Informativeness is the accuracy of the prediction, mean over factors, on examples
	// that the trees were not fitted to.
	Informativeness Estimate
	// Gain is that accuracy minus the accuracy of always predicting a factor's most frequent value.
	// If it is not clearly above 0, the trees have learned nothing, and their importances are
	// chance.
	Gain       Estimate
	Importance [][]float64 // R, of the first fit; columns add up to 1
}

// dciRepeats is the number of divisions of the examples.
const dciRepeats = 3

// FitDCI measures disentanglement, completeness and informativeness of codes z (n, d). Trees
// are fitted to half of the examples and tested on the others. The value is the mean of three
// divisions; the error is the deviation between them, as they share examples, and that of the
// accuracy.
//
// Eastwood and Williams, A Framework for the Quantitative Evaluation of Disentangled
// Representations, ICLR 2018, section 2; trees as in Locatello et al., ICML 2019.
func FitDCI(ctx context.Context, z *tensor.Tensor, f Factors, key kernel.Key) (DCI, error) {
	if err := f.check(z); err != nil {
		return DCI{}, err
	}
	var all DCI
	var disentangled, complete, informative, gained []float64
	var unsure, unsureGain float64
	for r := range dciRepeats {
		order := make([]int, z.Shape[0])
		kernel.Permute(order, key.Mix(uint64(r)))
		fitted := make([]bool, len(order))
		for _, i := range order[:len(order)/2] {
			fitted[i] = true
		}
		importance, accuracy, gain, err := importances(ctx, z, f, fitted)
		if err != nil {
			return DCI{}, err
		}
		if r == 0 {
			all.Importance = importance
		}
		disentangled = append(disentangled, concentration(importance))
		complete = append(complete, concentration(transposed(importance)))
		informative = append(informative, accuracy.Value)
		unsure = max(unsure, accuracy.Error)
		gained, unsureGain = append(gained, gain.Value), max(unsureGain, gain.Error)
	}
	all.Disentanglement, all.Completeness = divided(disentangled, 0), divided(complete, 0)
	all.Informativeness, all.Gain = divided(informative, unsure), divided(gained, unsureGain)
	return all, nil
}

// divided returns the mean of the values; its error combines their deviation with another error.
func divided(values []float64, other float64) Estimate {
	m := Mean(values)
	return Estimate{m.Value, elementary.Hypot(m.Error*math.Sqrt(float64(len(values))), other)}
}

// importances returns the importances (d, K) of trees fitted to some of the examples, their
// accuracy on the others, as a mean over factors, and its gain over chance.
func importances(ctx context.Context, z *tensor.Tensor, f Factors, fitted []bool) (all [][]float64, accuracy, gain Estimate, err error) {
	fit, held := func(i int) bool { return !fitted[i] }, func(i int) bool { return fitted[i] }
	x, y := without(z, fit), without(z, held)
	toFit, toTest := f.some(fit), f.some(held)
	all = make([][]float64, z.Shape[1])
	right, above := make([]float64, y.Shape[0]), make([]float64, y.Shape[0])
	for k := range f.Values {
		b, err := FitBoosted(ctx, x, toFit.Values[k], f.Sizes[k])
		if err != nil {
			return nil, Estimate{}, Estimate{}, err
		}
		for j, v := range b.Importance() {
			all[j] = append(all[j], v)
		}
		always := mostFrequent(toTest.Values[k])
		for i, v := range b.Predict(y) {
			if v == toTest.Values[k][i] {
				right[i] += 1 / float64(len(f.Values))
				above[i] += 1 / float64(len(f.Values))
			}
			above[i] -= always[i] / float64(len(f.Values))
		}
	}
	return all, Mean(right), Mean(above), nil
}

// concentration is the mean over rows, weighted by their sums, of one less the entropy of
// their shares to the base of their number.
func concentration(r [][]float64) float64 {
	total, sum := 0.0, 0.0
	for _, row := range r {
		of := 0.0
		for _, v := range row {
			of += v
		}
		total += of
		if of == 0 {
			continue
		}
		h := 0.0
		for _, v := range row {
			if p := v / of; p > 0 {
				h -= float64(p * elementary.Log(p))
			}
		}
		if len(row) > 1 {
			h /= elementary.Log(float64(len(row)))
		}
		sum += float64(of * (1 - h))
	}
	if total == 0 {
		return 0
	}
	return sum / total
}

func transposed(r [][]float64) [][]float64 {
	t := make([][]float64, len(r[0]))
	for _, row := range r {
		for k, v := range row {
			t[k] = append(t[k], v)
		}
	}
	return t
}
