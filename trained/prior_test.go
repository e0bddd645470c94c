package trained

import (
	"context"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/latent/fitting"
	"latentspace/models"
	"latentspace/tensor"
)

// A prior that was fitted is drawn from by the model that has it, and by no other of its weights.
func TestAModelWithAFittedPrior(t *testing.T) {
	m := smallVAE(t)
	far := latent.Gaussian{Mean: []float32{100, 100, 100}}
	with := m.With(far)
	z, err := with.Draw(4, 1)
	if err != nil || z.Data[0] < 50 || with.Fitted() == nil {
		t.Errorf("the model with a prior draws %v, %v", z, err)
	}
	if z, err = m.Draw(4, 1); err != nil || z.Data[0] > 50 || m.Fitted() != nil {
		t.Errorf("the model itself draws %v, %v", z, err)
	}
	if own, err := with.OwnPrior(); err != nil || !latent.IsStandard(own) {
		t.Errorf("its own prior is %v, %v, want N(0, I)", own, err)
	}
	if own, err := with.With(nil).Draw(4, 1); err != nil || !own.Equal(z) {
		t.Errorf("without the prior it draws %v, %v, want what the model does", own, err)
	}
}

// A prior is fitted to a draw of each posterior, as wide as these are, and the aggregate to the
// posteriors themselves.
func TestPriorsAreFittedToDraws(t *testing.T) {
	ctx := context.Background()
	m, ds := smallVAE(t), points(t)
	mean, logvar, err := m.Posteriors(ctx, ds, 300)
	if err != nil {
		t.Fatal(err)
	}
	z, err := latent.DrawPosteriors(mean, logvar, 7)
	if err != nil {
		t.Fatal(err)
	}
	for kind, codes := range map[string][2]*tensor.Tensor{"gaussian": {z, nil}, "aggregate": {mean, logvar}} {
		spec := fitting.Spec{Kind: kind, Seed: 7}
		want, _, err := fitting.Fit(ctx, spec, codes[0], codes[1])
		if err != nil {
			t.Fatal(err)
		}
		got, fitted, err := m.FitPrior(ctx, ds, 300, spec)
		if err != nil || fitted.Codes != 300 {
			t.Fatalf("%s: %d codes, %v, want 300", kind, fitted.Codes, err)
		}
		a, err := latent.Draws(got, 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := latent.Draws(want, 5, 1); err != nil || !a.Equal(b) {
			t.Errorf("%s: draws %v, %v, want %v", kind, a, err, b)
		}
	}
	if _, _, err := m.FitPrior(ctx, ds, 300, fitting.Spec{Kind: "spline"}); err == nil {
		t.Error("an unknown kind is fitted")
	}
}

// A class that is not known of a training example is drawn anew, each as likely.
func TestConditionsThatAreNotKnown(t *testing.T) {
	about := example.Schema{Fields: []example.Field{example.Class([]string{"a", "b", "c"})}}
	m := &Model{Kind: "told", Net: conditional{}, Told: models.Data{About: about, Known: &tensor.Tensor{Shape: []int{2, 1}, Data: []float32{-1, 2}}}}
	const n = 4000
	got, err := m.Conditions(n, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	count := map[float32]int{}
	for _, v := range got.Data {
		count[v]++
	}
	for class, want := range map[float32]int{0: n / 6, 1: n / 6, 2: n/2 + n/6} {
		if c := count[class]; c < want*8/10 || c > want*12/10 {
			t.Errorf("class %v: %d of %d draws, want about %d", class, c, n, want)
		}
	}
	if again, err := m.Conditions(10, 1, nil); err != nil || !again.Equal(&tensor.Tensor{Shape: []int{10, 1}, Data: got.Data[:10]}) {
		t.Errorf("a draw depends on how many there are: %v", err)
	}
	m.Told.Known = nil
	if _, err := m.Conditions(1, 1, nil); err == nil || !strings.Contains(err.Error(), "give each of [class]") {
		t.Errorf("without what is known of training examples: got error %v, want the conditions to give", err)
	}
	if got, err := m.Conditions(2, 1, map[string]float32{"class": 1}); err != nil || !slices.Equal(got.Data, []float32{1, 1}) {
		t.Errorf("with the class given: got %v, %v, want the class 1 twice", got, err)
	}
}

// conditional is a model that is told a class, and nothing else.
type conditional struct{ models.Model }

func (conditional) Conditions() []string { return []string{"class"} }
