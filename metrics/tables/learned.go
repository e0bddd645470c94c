package tables

import (
	"context"
	"fmt"
	"math"

	"latentspace/metrics"
)

// Learned is what classifiers learn from rows: the share of test rows whose label they tell.
type Learned struct {
	Synthetic metrics.Estimate // trained on synthetic rows
	Real      metrics.Estimate // trained on as many real ones
	Chance    metrics.Estimate // of the label that is the most frequent
}

// mostLearned bounds how many rows a classifier learns from.
const mostLearned = 10_000

// Learn trains [metrics.Boosted] to tell column label from the others, on the rows of synthetic and
// on those of real, as many of each, and tests both on the rows of test.
func Learn(ctx context.Context, synthetic, real, test Table, label int) (Learned, error) {
	if label < 0 || label >= len(real) || real[label].Words < 2 {
		return Learned{}, fmt.Errorf("tables: column %d, want one of words, the label", label)
	}
	has := func(t Table) Table { return t.Rows(func(i int) bool { return !math.IsNaN(t[label].Values[i]) }) }
	synthetic, real, test = has(synthetic), has(real), has(test)
	n := min(mostLearned, synthetic.Len(), real.Len())
	if n < 2 || test.Len() < 2 {
		return Learned{}, metrics.Unfit(fmt.Sprintf("%d rows to learn from and %d to test are too few", n, test.Len()))
	}
	synthetic, real = synthetic.First(n), real.First(n)
	space := NewSpace(real)
	truth := labels(test[label])
	told := func(t Table) (metrics.Estimate, error) {
		b, err := metrics.FitBoosted(ctx, space.Vectors(t, label), labels(t[label]), real[label].Words)
		if err != nil {
			return metrics.Estimate{}, err
		}
		return metrics.Accuracy(b.Predict(space.Vectors(test, label)), truth), nil
	}
	l := Learned{Chance: metrics.Chance(truth)}
	var err error
	if l.Synthetic, err = told(synthetic); err != nil {
		return Learned{}, err
	}
	l.Real, err = told(real)
	return l, err
}

func labels(c Column) []int {
	all := make([]int, len(c.Values))
	for i, v := range c.Values {
		all[i] = int(v)
	}
	return all
}

// Discriminate is how well a classifier tells rows of a from rows of b that it has not seen: the
// area under its curve, 0.5 if it cannot, 1 if it always can. It is trained on the first half of
// either, as many of each.
func Discriminate(ctx context.Context, a, b Table) (metrics.Estimate, error) {
	n := min(a.Len(), b.Len(), 2*mostLearned)
	if n < 4 {
		return metrics.Estimate{}, metrics.Unfit(fmt.Sprintf("%d rows of each are too few to tell apart", n))
	}
	half := n / 2
	space := NewSpace(a)
	first, second := join(a.First(half), b.First(half)), func(t Table) Table {
		return t.First(n).Rows(func(i int) bool { return i >= half })
	}
	y := make([]int, 2*half)
	for i := range half {
		y[half+i] = 1
	}
	tree, err := metrics.FitBoosted(ctx, space.Vectors(first, -1), y, 2)
	if err != nil {
		return metrics.Estimate{}, err
	}
	score := func(t Table) (all []float64) {
		for _, s := range tree.Scores(space.Vectors(t, -1)) {
			all = append(all, s[1]-s[0])
		}
		return all
	}
	return metrics.AUROC(score(second(b)), score(second(a)))
}

// join is the rows of a and then those of b.
func join(a, b Table) Table {
	t := make(Table, len(a))
	for k, c := range a {
		t[k] = Column{c.Name, c.Words, append(append([]float64(nil), c.Values...), b[k].Values...)}
	}
	return t
}
