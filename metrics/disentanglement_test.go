package metrics

import (
	"context"
	"math"
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/tensor"
)

// grid is factors of 4, 5 and 6 values in all combinations, several times over.
func grid(times int) Factors {
	f := Factors{Sizes: []int{4, 5, 6}, Kinds: []bool{true, false, false}, Values: make([][]int, 3)}
	for i := range times * 120 {
		f.Values[0] = append(f.Values[0], i%4)
		f.Values[1] = append(f.Values[1], i/4%5)
		f.Values[2] = append(f.Values[2], i/20%6)
	}
	return f
}

// coded is codes of d dimensions, each a function of an example.
func coded(f Factors, dims ...func(i int) float64) *tensor.Tensor {
	n := len(f.Values[0])
	z := tensor.New(n, len(dims))
	for i := range n {
		for j, of := range dims {
			z.Data[i*len(dims)+j] = float32(of(i))
		}
	}
	return z
}

func (f Factors) at(k int, scale float64) func(i int) float64 {
	return func(i int) float64 { return scale * float64(f.Values[k][i]) }
}

// Scores in closed form: codes that are the factors in another order and scale, codes that
// know nothing, and codes that have each factor twice.
func TestScoresOfKnownCodes(t *testing.T) {
	f := grid(8)
	n := len(f.Values[0])
	u := noise(7, n, 4)
	noisy := func(k int) func(i int) float64 { return func(i int) float64 { return float64(u.Data[4*i+k]) } }
	perfect := coded(f, f.at(2, -3), f.at(0, 1), f.at(1, 0.7))
	useless := coded(f, noisy(0), noisy(1), noisy(2), noisy(3))
	twice := coded(f, f.at(0, 1), f.at(0, 2), f.at(1, 1), f.at(1, -1), f.at(2, 1), f.at(2, 5))
	type bounds struct{ mig, sap, modularity, factorVAE, betaVAE, disentangled, complete, informative [2]float64 }
	one, chance := [2]float64{1, 1}, [2]float64{0.30, 0.42} // a third, and what luck and bins add
	for name, c := range map[string]struct {
		z    *tensor.Tensor
		want bounds
	}{
		"perfect": {perfect, bounds{mig: one, sap: [2]float64{0.3, 1}, modularity: one, factorVAE: one, betaVAE: [2]float64{0.99, 1},
			disentangled: [2]float64{0.999, 1}, complete: [2]float64{0.999, 1}, informative: one}},
		"useless": {useless, bounds{mig: [2]float64{0, 0.03}, sap: [2]float64{0, 0.1}, modularity: [2]float64{0, 1}, factorVAE: chance, betaVAE: chance,
			disentangled: [2]float64{0, 0.2}, complete: [2]float64{0, 0.2}, informative: [2]float64{0.15, 0.28}}},
		// Either of two dimensions tells all: no gap, though each dimension is of one factor.
		"twice": {twice, bounds{mig: [2]float64{0, 1e-9}, sap: [2]float64{0, 1e-9}, modularity: one, factorVAE: one, betaVAE: [2]float64{0.99, 1},
			disentangled: [2]float64{0.999, 1}, complete: [2]float64{0.3, 1}, informative: one}},
	} {
		ctx, key := context.Background(), kernel.Seed(1, "test")
		check := func(figure string, e Estimate, err error, want [2]float64) {
			t.Helper()
			if err != nil || e.Value < want[0]-1e-9 || e.Value > want[1]+1e-9 || !(e.Error >= 0 && e.Error < 0.2) {
				t.Errorf("%s: %s %v, %v, want it in %v", name, figure, e, err, want)
			}
		}
		e, err := MIG(c.z, f)
		check("MIG", e, err, c.want.mig)
		e, err = SAP(ctx, c.z, f)
		check("SAP", e, err, c.want.sap)
		e, err = Modularity(c.z, f)
		check("modularity", e, err, c.want.modularity)
		e, err = FactorVAEScore(ctx, c.z, f, key)
		check("FactorVAE score", e, err, c.want.factorVAE)
		e, err = BetaVAEScore(ctx, c.z, f, key)
		check("β-VAE score", e, err, c.want.betaVAE)
		dci, err := FitDCI(ctx, c.z, f, key)
		check("disentanglement", dci.Disentanglement, err, c.want.disentangled)
		check("completeness", dci.Completeness, err, c.want.complete)
		check("informativeness", dci.Informativeness, err, c.want.informative)
	}
}

// A quarter turn of two dimensions mixes two factors in both: the third alone keeps a gap.
func TestTurnedCodesLoseTheGap(t *testing.T) {
	f := grid(8)
	turned := coded(f, func(i int) float64 { return float64(f.Values[1][i] + f.Values[2][i]) },
		func(i int) float64 { return float64(f.Values[1][i] - f.Values[2][i]) }, f.at(0, 1))
	got, err := MIG(turned, f)
	if err != nil || got.Value < 0.33 || got.Value > 0.4 {
		t.Errorf("MIG %v, %v, want that of one factor of three", got, err)
	}
	score, err := FactorVAEScore(context.Background(), turned, f, kernel.Seed(1))
	if err != nil || score.Value > 0.9 {
		t.Errorf("FactorVAE score %v, %v, want it below that of codes that are not turned", score, err)
	}
}

func TestScoresDifferByTheirErrors(t *testing.T) {
	f := grid(8)
	u := noise(9, len(f.Values[0]), 3)
	z := coded(f, f.at(0, 1), f.at(1, 1), f.at(2, 1))
	for i := range z.Data {
		z.Data[i] += 2 * u.Data[i]
	}
	ctx := context.Background()
	for name, score := range map[string]func(seed uint64) (Estimate, error){
		"FactorVAE": func(seed uint64) (Estimate, error) { return FactorVAEScore(ctx, z, f, kernel.Seed(seed)) },
		"β-VAE":     func(seed uint64) (Estimate, error) { return BetaVAEScore(ctx, z, f, kernel.Seed(seed)) },
		"disentanglement": func(seed uint64) (Estimate, error) {
			d, err := FitDCI(ctx, z, f, kernel.Seed(seed))
			return d.Disentanglement, err
		},
	} {
		a, err := score(1)
		if err != nil {
			t.Fatal(err)
		}
		b, err := score(2)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(a.Value-b.Value) > 3*math.Hypot(a.Error, b.Error) || a == b {
			t.Errorf("%s: got %v with one seed and %v with another", name, a, b)
		}
	}
}

// A code that is constant has no say, and all that are constant leave chance.
func TestConstantCodes(t *testing.T) {
	f := grid(2)
	z := coded(f, func(int) float64 { return 3 }, func(int) float64 { return 3 })
	got, err := FactorVAEScore(context.Background(), z, f, kernel.Seed(1))
	if err != nil || math.Abs(got.Value-1.0/3) > 0.06 {
		t.Errorf("FactorVAE score %v, %v, want a third", got, err)
	}
	if got, err := MIG(z, f); err != nil || got.Value != 0 {
		t.Errorf("MIG %v, %v, want 0", got, err)
	}
	dci, err := FitDCI(context.Background(), z, f, kernel.Seed(1))
	if err != nil || dci.Disentanglement.Value != 0 {
		t.Errorf("disentanglement %v, %v, want 0", dci.Disentanglement, err)
	}
}

func TestDisentanglementErrors(t *testing.T) {
	f := grid(1)
	if _, err := MIG(tensor.New(7, 2), f); err == nil || !strings.Contains(err.Error(), "factor 0 of 120 examples, want 7") {
		t.Errorf("other examples: got %v", err)
	}
	if _, err := MIG(tensor.New(7, 2), Factors{}); err == nil || !strings.Contains(err.Error(), "no factors") {
		t.Errorf("no factors: got %v", err)
	}
	z := tensor.New(120, 2)
	z.Data[5] = float32(math.Inf(1))
	if _, err := FactorVAEScore(context.Background(), z, f, kernel.Seed(1)); err == nil || !strings.Contains(err.Error(), "code 2 has the value +Inf") {
		t.Errorf("an infinite code: got %v", err)
	}
}

// shared is the codes and factors that testdata/disentanglement.py makes by the same formula.
func shared() (*tensor.Tensor, Factors) {
	f := Factors{Sizes: []int{3, 4}, Kinds: []bool{true, true}, Values: make([][]int, 2)}
	z := tensor.New(240, 4)
	for i := range 240 {
		u, v := i%3, i/3%4
		f.Values[0], f.Values[1] = append(f.Values[0], u), append(f.Values[1], v)
		scatter := func(k float64) float64 {
			s := math.Sin(12.9898*float64(i)+78.233*k) * 43758.5453
			return 2*(s-math.Floor(s)) - 1
		}
		for k, x := range []float64{float64(u) + 0.8*scatter(0), float64(v) + 0.6*scatter(1), float64(u-v) + scatter(2), scatter(3)} {
			z.Data[4*i+k] = float32(x)
		}
	}
	return z, f
}

// The numbers are of testdata/disentanglement.py: scikit-learn's mutual_info_score and
// GradientBoostingClassifier.
func TestScoresAreThoseOfScikitLearn(t *testing.T) {
	z, f := shared()
	for j, want := range [][]float64{{0.73642, 0.121305}, {0.061535, 1.15192}, {0.250793, 0.521706}, {0.048162, 0.07952}} {
		for k, got := range MutualInformation(z, f)[j] {
			if math.Abs(got-want[k]) > 2e-6 {
				t.Errorf("information of code %d on factor %d: got %v, want %v", j, k, got, want[k])
			}
		}
	}
	if got, err := MIG(z, f); err != nil || math.Abs(got.Value-0.44831998431381015) > 1e-6 {
		t.Errorf("MIG: got %v, %v", got, err)
	}
	if got, err := Modularity(z, f); err != nil || math.Abs(got.Value-0.8430244393306566) > 1e-6 {
		t.Errorf("modularity: got %v, %v", got, err)
	}
	head := func(i int) bool { return i >= 160 }
	tail := func(i int) bool { return i < 160 }
	for k, c := range []struct {
		importance []float64
		accuracy   float64
	}{
		{[]float64{0.7903, 0.0499, 0.114, 0.0457}, 0.7625},
		{[]float64{0.0172, 0.8791, 0.0999, 0.0038}, 0.925},
	} {
		b, err := FitBoosted(context.Background(), without(z, head), f.some(head).Values[k], f.Sizes[k])
		if err != nil {
			t.Fatal(err)
		}
		for j, got := range b.Importance() {
			if math.Abs(got-c.importance[j]) > 0.01 {
				t.Errorf("factor %d: importances %v, want %v", k, b.Importance(), c.importance)
				break
			}
		}
		if got := Accuracy(b.Predict(without(z, tail)), f.some(tail).Values[k]); math.Abs(got.Value-c.accuracy) > 0.03 {
			t.Errorf("factor %d: accuracy %v, want %v", k, got, c.accuracy)
		}
	}
}

// One dimension of noise predicts a kind no better than its commonest value does.
func TestSAPOfOneDimensionIsAboveChance(t *testing.T) {
	f := Factors{Sizes: []int{3}, Kinds: []bool{true}, Values: make([][]int, 1)}
	u := noise(11, 900, 1)
	for i := range 900 {
		f.Values[0] = append(f.Values[0], i%3)
	}
	got, err := SAP(context.Background(), u, f)
	if err != nil || math.Abs(got.Value) > 3*got.Error+0.02 {
		t.Errorf("got %v, %v, want 0", got, err)
	}
}
