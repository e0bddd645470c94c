package metrics

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/tensor"
)

// blobs is examples and classes that testdata/probes.py makes by the same formula.
func blobs(n int, shift float64) (*tensor.Tensor, []int) {
	x, y := tensor.New(n, 5), make([]int, n)
	for i := range n {
		y[i] = i % 3
		for k := range 5 {
			a := 0.37 * (float64(i) + shift)
			x.Data[5*i+k] = float32(math.Sin(a*a*float64(1+k))*float64(1+k) + 0.8*math.Cos(float64(y[i])*float64(k+1)))
		}
	}
	return x, y
}

// The numbers are of testdata/probes.py: scikit-learn's LogisticRegression and
// KNeighborsClassifier on the same arrays. Coefficients are told up to what all classes
// have in common.
func TestProbesAreThoseOfScikitLearn(t *testing.T) {
	ctx := context.Background()
	x, y := blobs(300, 0)
	u, v := blobs(120, 0.4)
	fit, err := FitLogistic(ctx, x, y, 3)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{
		{0.64535, 0.26777, -0.91311},
		{0.61037, -0.34702, -0.26335},
		{0.18584, -0.46662, 0.28078},
		{0.25106, -0.04719, -0.20387},
		{0.12792, 0.00595, -0.13387},
		{-0.05596, 0.15501, -0.09905},
	}
	for k, w := range want {
		got := slices.Clone(fit.w[3*k : 3*k+3])
		mean := (got[0] + got[1] + got[2]) / 3
		for c, v := range w {
			if math.Abs(got[c]-mean-v) > 1e-3 {
				t.Errorf("coefficients of feature %d: got %v less %v, want %v", k, got, mean, w)
				break
			}
		}
	}
	if got := Accuracy(fit.Predict(u), v); math.Abs(got.Value-80.0/120) > 1e-12 {
		t.Errorf("accuracy of logistic regression: got %v, want 80 of 120", got)
	}
	told, err := NearestClasses(ctx, u, x, y, 5)
	if got := Accuracy(told, v); err != nil || math.Abs(got.Value-90.0/120) > 1e-12 {
		t.Errorf("accuracy of the nearest neighbours: got %v, %v, want 90 of 120", got, err)
	}
}

func TestLogisticRegressionOfHardCases(t *testing.T) {
	ctx := context.Background()
	separate, _ := tensor.From([]float32{-2, 7, -1, 7, 1, 7, 2, 7}, 4, 2) // the second feature is constant
	fit, err := FitLogistic(ctx, separate, []int{0, 0, 1, 1}, 2)
	if err != nil || !slices.Equal(fit.Predict(separate), []int{0, 0, 1, 1}) {
		t.Errorf("separable classes: got %v, %v", fit, err)
	}
	one, err := FitLogistic(ctx, separate, []int{1, 1, 1, 1}, 2)
	if err != nil || !slices.Equal(one.Predict(separate), []int{1, 1, 1, 1}) {
		t.Errorf("one class: got %v, %v", one, err)
	}
	if _, err := FitLogistic(ctx, separate, []int{0, 0, 1, 2}, 2); err == nil || !strings.Contains(err.Error(), "label 2 of example 3, want one of 2 classes") {
		t.Errorf("a label out of range: got %v", err)
	}
	if _, err := FitLogistic(ctx, separate, []int{0}, 2); err == nil || !strings.Contains(err.Error(), "4 examples and 1 labels") {
		t.Errorf("too few labels: got %v", err)
	}
}

// Only the first of three columns tells the class; shuffled, it leaves chance.
func TestPermutationImportance(t *testing.T) {
	x := noise(5, 1000, 3)
	labels := make([]int, 1000)
	sign := func(v float32) int {
		if v > 0 {
			return 1
		}
		return 0
	}
	for i := range labels {
		labels[i] = sign(x.Data[3*i])
	}
	predict := func(x *tensor.Tensor) []int {
		told := make([]int, x.Shape[0])
		for i := range told {
			told[i] = sign(x.Data[3*i])
		}
		return told
	}
	got := PermutationImportance(x, labels, predict, kernel.Seed(1))
	if math.Abs(got[0].Value-0.5) > 0.05 || got[0].Error > 0.03 || got[1].Value != 0 || got[2].Value != 0 {
		t.Errorf("got %v, want ½ and twice 0", got)
	}
}

// Two draws of accuracies 0.8 and 0.9, each with the error 0.04: the mean has that of the
// draws, 0.05, and that of the examples.
func TestRepeated(t *testing.T) {
	got := Repeated([]Estimate{{0.8, 0.04}, {0.9, 0.04}})
	if math.Abs(got.Value-0.85) > 1e-12 || math.Abs(got.Error-math.Hypot(0.05, 0.04)) > 1e-12 {
		t.Errorf("got %v, want 0.85 ± %v", got, math.Hypot(0.05, 0.04))
	}
	if got := Repeated([]Estimate{{0.8, 0.04}}); got != (Estimate{0.8, 0.04}) {
		t.Errorf("one draw: got %v, want it as it is", got)
	}
}
