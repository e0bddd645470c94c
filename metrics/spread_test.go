package metrics

import (
	"context"
	"math"
	"strings"
	"testing"

	"latentspace/tensor"
)

// Of n independent features of variances v the rank is (Σ v)²/Σ v².
func TestSpreadOfFeatures(t *testing.T) {
	x := noise(1, 4000, 4)
	for i := range 4000 {
		x.Data[4*i+1] *= 2
		x.Data[4*i+2] = 3 * x.Data[4*i] // goes up and down with the first
		x.Data[4*i+3] = 5
	}
	s, err := SpreadOf(x)
	want := 14.0 * 14 / (10*10 + 4*4) // eigenvalues 1 + 9 and 4
	if err != nil || s.Alive != 3 || math.Abs(s.Rank.Value-want) > 4*s.Rank.Error {
		t.Errorf("got %+v, %v, want 3 features that vary and a rank of %v", s, err, want)
	}
	if s, err := SpreadOf(tensor.New(100, 4)); err != nil || s.Alive != 0 || s.Rank.Value != 0 {
		t.Errorf("of constants: got %+v, %v, want none that varies", s, err)
	}
	x.Data[9] = float32(math.Inf(1))
	if _, err := SpreadOf(x); err == nil || !strings.Contains(err.Error(), "example 2 has a feature of +Inf") {
		t.Errorf("got %v", err)
	}
}

func TestVarianceRatio(t *testing.T) {
	x, y := noise(1, 1000, 3), noise(2, 1000, 3)
	for i := range x.Data {
		x.Data[i] *= 0.1
	}
	e, err := VarianceRatio(x, y)
	if err != nil || math.Abs(e.Value-0.01) > 4*e.Error {
		t.Errorf("got %v, %v, want a hundredth", e, err)
	}
	if _, err := VarianceRatio(x, tensor.New(100, 3)); err == nil || !strings.Contains(err.Error(), "the same for all of 100 examples") {
		t.Errorf("got %v", err)
	}
}

// Of the points 0, 2 and 4 on a line squares are 4, 0 and 4, whose sum over n − 1 is 4; the terms of
// the mean are 6, 0 and 6, with the error √(24/6).
func TestDiversity(t *testing.T) {
	line := &tensor.Tensor{Shape: []int{3, 1, 2}, Data: []float32{0, 7, 2, 7, 4, 7}}
	v, err := TotalVariance(line)
	if err != nil || math.Abs(v.Value-4) > 1e-12 || math.Abs(v.Error-2) > 1e-12 {
		t.Errorf("got %v, %v, want 4 ± 2", v, err)
	}
	d, err := Diversity(Estimate{2, 0.3}, Estimate{4, 0.8})
	if err != nil || d.Value != 0.5 || math.Abs(d.Error-0.125) > 1e-12 { // √(.075² + .1²)
		t.Errorf("got %v, %v, want 0.5 ± 0.125", d, err)
	}
	if _, err := Diversity(v, Estimate{}); err == nil || !strings.Contains(err.Error(), "a variance over one of 0") {
		t.Errorf("over constants: got %v", err)
	}
	if _, err := TotalVariance(tensor.New(1, 2)); err == nil || !strings.Contains(err.Error(), "the variance of 1 examples, want at least 2") {
		t.Errorf("of one: got %v", err)
	}
	line.Data[3] = float32(math.NaN())
	if _, err := TotalVariance(line); err == nil || !strings.Contains(err.Error(), "example 1 has a feature of NaN") {
		t.Errorf("of NaN: got %v", err)
	}
}

// Sets of one and the same point would be perfect in all measures.
func TestFeaturesThatAreTheSameAreNotCompared(t *testing.T) {
	ctx := context.Background()
	x, y := tensor.New(100, 3), tensor.New(100, 3)
	for i := range x.Data {
		x.Data[i], y.Data[i] = 0.1, 0.1
	}
	if e, err := Frechet(x, y); err == nil || !strings.Contains(err.Error(), "the same for all examples") {
		t.Errorf("Fréchet distance: got %v, %v", e, err)
	}
	if e, err := KernelDistance(x, y); err == nil || !strings.Contains(err.Error(), "the same for all examples") {
		t.Errorf("kernel distance: got %v, %v", e, err)
	}
	if m, err := CompareManifolds(ctx, x, y); err == nil || !strings.Contains(err.Error(), "100 are the same as their 5 neighbours") {
		t.Errorf("manifolds: got %v, %v", m, err)
	}
	// Samples alone that are the same are compared, and are found wanting.
	real := noise(1, 100, 3)
	m, err := CompareManifolds(ctx, x, real)
	if err != nil || m.Recall.Value > 0.1 || m.Coverage.Value > 0.3 {
		t.Errorf("one sample: recall %v and coverage %v, %v", m.Recall, m.Coverage, err)
	}
	if e, err := Frechet(x, real); err != nil || e.Value < 1 {
		t.Errorf("one sample: Fréchet distance %v, %v, want that of a point, above 1", e, err)
	}
}

func TestChance(t *testing.T) {
	labels := []int{7, 7, 7, 2, 2}
	if c := Chance(labels); c.Value != 0.6 {
		t.Errorf("chance %v, want 3 of 5", c)
	}
	if g := AboveChance([]int{7, 7, 7, 2, 7}, labels); math.Abs(g.Value-0.2) > 1e-15 {
		t.Errorf("gain %v, want 1 of 5", g)
	}
	if g := AboveChance([]int{7, 7, 7, 7, 7}, labels); g.Value != 0 {
		t.Errorf("gain %v of always telling 7, want 0", g)
	}
}

// Class numbers that do not occur change nothing and cost nothing: a hundred million of them
// would not fit into memory.
func TestClassesThatDoNotOccurCostNothing(t *testing.T) {
	ctx := context.Background()
	x := noise(1, 300, 3)
	var few, far []int
	for i := range 300 {
		c := 0
		if row(x, i)[0] > 0 {
			c = 1
		}
		few, far = append(few, c), append(far, c*99_999_999)
	}
	a, err := FitLogistic(ctx, x, few, 2)
	if err != nil {
		t.Fatal(err)
	}
	b, err := FitLogistic(ctx, x, far, 100_000_000)
	if err != nil {
		t.Fatal(err)
	}
	near, err := NearestClasses(ctx, x, x, far, 5)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	told := b.Predict(x)
	for i, c := range a.Predict(x) {
		if told[i] != c*99_999_999 {
			t.Fatalf("example %d: class %d of two is %d of many", i, c, told[i])
		}
		if near[i] == far[i] {
			right++
		}
	}
	if right < 250 {
		t.Errorf("%d of 300 are told by their neighbours, want 250", right)
	}
}
