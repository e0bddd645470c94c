package metrics

import (
	"math"
	"testing"
)

func TestAUROCCountsOrderedPairs(t *testing.T) {
	for _, c := range []struct {
		name                 string
		positives, negatives []float64
		want                 float64
	}{
		{"every positive above", []float64{3, 4}, []float64{1, 2}, 1},
		{"every positive below", []float64{1, 2}, []float64{3, 4}, 0},
		{"three of four pairs in order", []float64{2, 4}, []float64{1, 3}, 0.75},
		{"a tie is a half", []float64{2, 2}, []float64{2, 1}, 0.75},
		{"all ties", []float64{5, 5, 5}, []float64{5, 5}, 0.5},
		{"infinite scores", []float64{math.Inf(1)}, []float64{0, math.Inf(-1)}, 1},
	} {
		got, err := AUROC(c.positives, c.negatives)
		if err != nil || got.Value != c.want {
			t.Errorf("%s: got %v, %v, want %v", c.name, got.Value, err, c.want)
		}
	}
	if _, err := AUROC(nil, []float64{1}); err == nil {
		t.Error("without positives there is no area")
	}
	if _, err := AUROC([]float64{math.NaN()}, []float64{1}); err == nil {
		t.Error("a score that is no number is accepted")
	}
}

// The error is that of pROC 1.18 for R: sqrt(var(roc(c(0,0,0,0,1,1,1,1), c(1,2,3,5,2.5,4,6,7)))),
// by hand: placements 0.5, 0.75, 1, 1 and 1, 1, 0.75, 0.5, of variance 0.05729 each.
func TestAUROCStatesItsError(t *testing.T) {
	got, err := AUROC([]float64{2.5, 4, 6, 7}, []float64{1, 2, 3, 5})
	if want := math.Sqrt(2 * 0.05729166667 / 4); err != nil || math.Abs(got.Value-0.8125) > 1e-12 || math.Abs(got.Error-want) > 1e-6 {
		t.Errorf("got %v ± %v, %v, want 0.8125 ± %v", got.Value, got.Error, err, want)
	}
}
