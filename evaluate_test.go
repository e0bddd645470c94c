package latentspace_test

import (
	"math"
	"strings"
	"testing"

	"latentspace/evaluation"
	"latentspace/metrics"
	"latentspace/training"
)

// Figures of the library are those of sample evaluate.
func TestFiguresAreThoseOfEvaluation(t *testing.T) {
	ctx := t.Context()
	m := open(t, trainedRun(t, strings.Replace(tinyVAE, "test: 10", "test: 300", 1)))
	of, err := training.Open(m.File())
	if err != nil {
		t.Fatal(err)
	}
	test, err := of.Split(ctx, "test")
	if err != nil {
		t.Fatal(err)
	}
	splits, err := of.Data(ctx)
	if err != nil {
		t.Fatal(err)
	}
	x := make([][]float32, test.Len())
	for i := range x {
		x[i] = make([]float32, test.Schema().Width())
		if err := test.Read(i, x[i]); err != nil {
			t.Fatal(err)
		}
	}
	got, err := m.Evaluate(ctx, x, 3, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"squared_error", "neg_elbo", "reconstruction_nll", "kl", "nll"}
	report, err := evaluation.Measure(ctx, of.Subject(splits, test, "test"), evaluation.Options{Seed: 1, Draws: 3, Metrics: names})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names { // evaluation takes the examples in another order, and so other draws
		want, ok := report.Figure(name)
		within := 1e-9 * math.Abs(want.Value)
		if name != "squared_error" && name != "kl" {
			within = 3 * want.Error
		}
		if !ok || math.Abs(got[name].Value-want.Value) > within || !(got[name].StandardError > 0) {
			t.Errorf("%s: got %v, want %v", name, got[name], want)
		}
	}
	nlls, err := of.ImportanceNLLs(ctx, test, 3, 1)
	if want := metrics.Mean(nlls); err != nil || got["nll"].Value != want.Value || got["nll"].StandardError != want.Error {
		t.Errorf("nll: got %v, want %v, %v", got["nll"], want, err)
	}
}

func TestAModelHasOnlyTheFiguresThatItCanHave(t *testing.T) {
	ctx := t.Context()
	gan := open(t, trainedRun(t, tinyGAN))
	x, err := gan.Sample(ctx, 2, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := gan.Evaluate(ctx, x, 1, 1, nil); err != nil || len(got) != 0 {
		t.Errorf("a GAN: got %v, %v, want no figures", got, err)
	}
	if _, err := gan.Evaluate(ctx, x[:1], 1, 1, nil); err == nil || !strings.Contains(err.Error(), "want at least 2 and 1") {
		t.Errorf("one example: got %v", err)
	}
}
