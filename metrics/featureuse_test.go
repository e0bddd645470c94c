package metrics

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"latentspace/tensor"
)

func TestFeatureUse(t *testing.T) {
	u := NewFeatureUse(4, 2)
	for first, rows := range [][]float32{{1, 0, 0, 2}, {3, 0, 0.5, 0}, {1, 0, 0, 0}, {5, 0, 0, 2}} {
		u.Add(first, &tensor.Tensor{Shape: []int{1, 4}, Data: rows})
	}
	want := []Feature{
		{4, 2.5, []Shown{{3, 5}, {1, 3}}},
		{},
		{1, 0.5, []Shown{{1, 0.5}}},
		{2, 2, []Shown{{0, 2}, {3, 2}}},
	}
	if !reflect.DeepEqual(u.Features, want) {
		t.Errorf("got %+v, want %+v", u.Features, want)
	}
	if !slices.Equal(u.Counts, []float64{2, 2, 1, 2}) {
		t.Errorf("features of examples %v", u.Counts)
	}
	if got := u.MostUsed(9); !slices.Equal(got, []int{0, 3, 2}) {
		t.Errorf("most used %v, want 0, 3 and 2, and not the dead one", got)
	}
	if got := u.MostUsed(1); !slices.Equal(got, []int{0}) {
		t.Errorf("most used %v, want 0", got)
	}
	// Σ e^−c(1 − e^−c) for the counts 4, 1 and 2.
	p := func(c float64) float64 { return math.Exp(-c) * (1 - math.Exp(-c)) }
	if got, want := u.Dead(), math.Sqrt(p(4)+p(1)+p(2))/4; got.Value != 0.25 || math.Abs(got.Error-want) > 1e-9 {
		t.Errorf("dead %+v, want 0.25 ± %v", got, want)
	}
}

// Three times as much of each is three exactly; noise of the deviation s around it has the error
// s/(√n·mean).
func TestRatio(t *testing.T) {
	b := []float64{1, 3, 1, 3}
	if got := Ratio([]float64{3, 9, 3, 9}, b); math.Abs(got.Value-3) > 1e-12 || got.Error > 1e-12 {
		t.Errorf("got %+v, want 3 ± 0", got)
	}
	got := Ratio([]float64{4, 10, 2, 8}, b) // 1 above or below, whose deviation is √(4/3)
	if want := math.Sqrt(4./3) / 2 / 2; math.Abs(got.Value-3) > 1e-12 || math.Abs(got.Error-want) > 1e-12 {
		t.Errorf("got %+v, want 3 ± %v", got, want)
	}
}
