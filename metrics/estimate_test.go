package metrics

import (
	"math"
	"testing"
)

func TestMean(t *testing.T) {
	// 1, 2, 3, 6: mean 3, squares 4+1+0+9 = 14, over 4·3.
	if got := Mean([]float64{1, 2, 3, 6}); got.Value != 3 || math.Abs(got.Error-math.Sqrt(14.0/12)) > 1e-15 {
		t.Errorf("got %v, want 3 ± √(14/12)", got)
	}
	if got := Mean([]float64{5}); got.Value != 5 || !math.IsInf(got.Error, 1) {
		t.Errorf("one value: got %v, want 5 with an infinite error", got)
	}
	if got := Mean(nil); !math.IsNaN(got.Value) || !math.IsNaN(got.Error) {
		t.Errorf("no value: got %v, want NaN", got)
	}
}
