package anomaly

import (
	"math"
	"slices"
	"testing"

	"latentspace/tensor"
)

// The numbers are those of scikit-learn 1.7, with neighbours = 3 in place of 10:
//
//	x = np.array([[0,0],[0,1],[1,0],[1,1],[2,1],[5,5]], float)
//	l = LocalOutlierFactor(n_neighbors=3, novelty=True).fit(x)
//	-l.negative_outlier_factor_, -l.score_samples([[0.5,0.5],[3,3]])
func TestTheLocalOutlierFactorIsThatOfScikitLearn(t *testing.T) {
	x, _ := tensor.From([]float32{0, 0, 0, 1, 1, 0, 1, 1, 2, 1, 5, 5}, 6, 2)
	f := &factor{k: 3, codes: x}
	if err := f.measure(t.Context()); err != nil {
		t.Fatal(err)
	}
	near := func(got, want []float64) bool {
		return slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-6 })
	}
	if want := []float64{1.03168934, 0.89842072, 0.89842072, 1.20541469, 1.07341098, 3.95138431}; !near(f.own, want) {
		t.Errorf("factors of the codes themselves %v, want %v", f.own, want)
	}
	z, _ := tensor.From([]float32{0.5, 0.5, 3, 3}, 2, 2)
	got, err := f.of(t.Context(), z)
	if want := []float64{1.07212946, 1.88170033}; err != nil || !near(got, want) {
		t.Errorf("factors of other codes %v, %v, want %v", got, err, want)
	}
}

func TestCodesThatAreAllTheSameHaveAFactor(t *testing.T) {
	f, err := newFactor(t.Context(), tensor.New(20, 2))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range f.own {
		if math.Abs(v-1) > 1e-6 {
			t.Fatalf("factor %v, want 1", v)
		}
	}
}
