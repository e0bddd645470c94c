package evaluation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"latentspace/latent"
	"latentspace/metrics"
	"latentspace/tensor"
)

// Good figures that even a useless model would get are left out: if the data or the samples do not
// vary, and scores at chance.

// leastTold is the least number of held-out examples for an accuracy: with few, all guesses may be
// right.
const leastTold = 20

// sameHeld reports whether the first n held-out examples are all the same.
func (m *measurement) sameHeld(n int) (bool, error) {
	first := make([]float32, tensor.Size(m.Model.Shape))
	for lo := 0; lo < n; lo += reconstructionBatch {
		x, err := m.Model.Values(m.Held, lo, min(reconstructionBatch, n-lo))
		if err != nil {
			return false, err
		}
		if lo == 0 {
			copy(first, x.Data)
		}
		for i := range x.Shape[0] {
			if !slices.Equal(row(x, i), first) {
				return false, nil
			}
		}
	}
	return true, nil
}

// differ returns an error if the first n held-out examples are all the same.
func (m *measurement) differ(n int) error {
	same, err := m.sameHeld(n)
	if err != nil {
		return err
	}
	if same {
		return lacking(fmt.Sprintf("The %d held-out examples are all the same: a model that has learned nothing else makes them, too.", n))
	}
	return nil
}

const (
	alikeVariance = 0.05 // of the variance of the data's features, below which samples are nearly alike
	wildVariance  = 10   // times it, above which they are anywhere
)

const (
	saturated = 2    // samples or examples less than all, from which on a share counts as whole
	forsaken  = 0.15 // below which a share contradicts one that is whole
)

// contradicted returns the measures of balls that are 1 while others of the same samples contradict
// them, with the reason: in data without structure the middle is within all balls.
func contradicted(a metrics.Manifold, n int) (names []string, why string) {
	whole := func(e metrics.Estimate) bool { return e.Value >= 1-saturated/float64(n) }
	p, r := a.Precision.Value, a.Recall.Value
	if whole(a.Precision) && r < forsaken {
		names = append(names, "precision", "density")
	}
	if whole(a.Recall) && p < forsaken {
		names = append(names, "recall")
	}
	if whole(a.Coverage) && min(p, r) < forsaken {
		names = append(names, "coverage")
	}
	if names != nil {
		why = fmt.Sprintf("%s: of these samples precision is %.3g, recall %.3g and coverage %.3g, of which the one denies the other.", strings.Join(names, ", "), p, r, a.Coverage.Value)
	}
	return names, why
}

// fooled returns the measures of balls that are meaningless for samples whose features have the
// given share of the data's variance, with the reason. A sample in the middle of the data is within
// the balls of examples around it, whatever it is, and an example is within the balls of samples
// that are far apart.
func fooled(ratio float64) (names []string, why string) {
	switch {
	case ratio < alikeVariance:
		return []string{"precision", "density", "coverage"}, fmt.Sprintf("The samples are nearly alike: their features have %.2g of the variance of the data's. precision, density and coverage, which would tell of one sample only, are left out.", ratio)
	case ratio > wildVariance:
		return []string{"recall"}, fmt.Sprintf("The samples are anywhere: their features have %.2g times the variance of the data's. recall, which balls as large as that give to any data, is left out.", ratio)
	}
	return nil, ""
}

// principal fits k principal components to the first n training examples of d values. Too few
// examples, and examples that have no components, are not faults of the program.
func (m *measurement) principal(ctx context.Context, n, d, k int) (*latent.PCA, error) {
	if k < 1 || n < 3 {
		return nil, metrics.Unfit(fmt.Sprintf("%d training examples are too few for principal components", n))
	}
	p, err := latent.FitPCA(ctx, rowsOf{m.Train, m.Model, n}, d, k)
	if err != nil && ctx.Err() == nil {
		err = metrics.Unfit(fmt.Sprintf("principal components of the data: %v", err))
	}
	return p, err
}
