package metrics

import (
	"context"
	"math"

	"latentspace/tensor"
)

// SAP is the separated attribute predictability, how much better the best dimension
// predicts a factor than the second best:
//
//	1/K Σₖ S_first,k − S_second,k
//
//	z (n, d)   S, for a quantity, the squared correlation; for a kind, the accuracy of logistic regression on the dimension alone
//
// S for a kind is on every second example, after a fit to the others; the paper has a linear
// support vector machine. The error is a jackknife's.
//
// Kumar, Sattigeri and Balakrishnan, Variational Inference of Disentangled Latent Concepts from
// Unlabeled Observations, ICLR 2018, section 3.
func SAP(ctx context.Context, z *tensor.Tensor, f Factors) (Estimate, error) {
	if err := f.check(z); err != nil {
		return Estimate{}, err
	}
	all, err := Jackknife(z.Shape[0], func(out func(int) bool) ([]float64, error) {
		score, err := sap(ctx, without(z, out), f.some(out))
		return []float64{score}, err
	})
	if err != nil {
		return Estimate{}, err
	}
	return all[0], nil
}

func sap(ctx context.Context, z *tensor.Tensor, f Factors) (float64, error) {
	sum := 0.0
	for k, values := range f.Values {
		scores := make([]float64, z.Shape[1])
		for j := range scores {
			x := column(z, j)
			if !f.Kinds[k] {
				scores[j] = squaredCorrelation(x, values)
				continue
			}
			var err error
			if scores[j], err = predictability(ctx, x, values, f.Sizes[k]); err != nil {
				return 0, err
			}
		}
		if len(scores) == 1 { // one dimension has no second
			scores = append(scores, f.chance(k))
		}
		first, second := topTwo(scores)
		sum += first - second
	}
	return sum / float64(len(f.Values)), nil
}

// chance is the score of a factor without any code: of a kind the share of the most common.
func (f Factors) chance(k int) float64 {
	if !f.Kinds[k] {
		return 0
	}
	largest := 0
	for _, examples := range f.byValue(k) {
		largest = max(largest, len(examples))
	}
	return float64(largest) / float64(len(f.Values[k]))
}

func squaredCorrelation(x []float64, values []int) float64 {
	n := float64(len(x))
	y := make([]float64, len(x))
	for i, v := range values {
		y[i] = float64(v)
	}
	mx, my := Mean(x).Value, Mean(y).Value
	var xx, yy, xy float64
	for i, v := range x {
		a, b := v-mx, y[i]-my
		xx += float64(a*a) / n
		yy += float64(b*b) / n
		xy += float64(a*b) / n
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return math.Min(1, xy/xx*xy/yy)
}

// predictability is the accuracy of logistic regression of a kind on a number.
func predictability(ctx context.Context, x []float64, values []int, kinds int) (float64, error) {
	half := func(odd int) (*tensor.Tensor, []int) {
		var of []float32
		var y []int
		for i := odd; i < len(x); i += 2 {
			of, y = append(of, float32(x[i])), append(y, values[i])
		}
		return &tensor.Tensor{Shape: []int{len(of), 1}, Data: of}, y
	}
	fit, labels := half(0)
	l, err := FitLogistic(ctx, fit, labels, kinds)
	if err != nil {
		return 0, err
	}
	held, want := half(1)
	return Accuracy(l.Predict(held), want).Value, nil
}
