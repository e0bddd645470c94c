package evaluation

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"latentspace/data"
	"latentspace/kernel"
)

// A view has each example once, with its label and factors, and says which it is.
func TestAViewIsTheSetInAnotherOrder(t *testing.T) {
	s := digits(t)
	v, order := viewOf(s.Test, kernel.Seed(3))
	view, ok := v.(data.Described)
	if !ok {
		t.Fatal("nothing is known of the examples of a view")
	}
	seen := make([]bool, v.Len())
	x, y := make([]float32, 784), make([]float32, 784)
	moved := false
	for i := range v.Len() {
		at := order[i]
		seen[at], moved = true, moved || at != i
		if err := v.Read(i, x); err != nil {
			t.Fatal(err)
		}
		if err := s.Test.Read(at, y); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(x, y) {
			t.Fatalf("example %d is not %d", i, at)
		}
		a, b := make([]float32, view.About().Width()), make([]float32, view.About().Width())
		if err := errors.Join(view.ReadAbout(i, a), s.Test.(data.Described).ReadAbout(at, b)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(a, b) {
			t.Fatalf("what is known of %d is not what is of %d", i, at)
		}
	}
	if slices.Contains(seen, false) || !moved {
		t.Error("not every example is there, or none was moved")
	}
	v, _ = viewOf(few{s.Test, 5}, kernel.Seed(1))
	if _, ok := v.(data.Described); ok {
		t.Error("something is known of a view of a set of which nothing is")
	}
}

// sorted has its hardest examples last, as a file may.
type sorted struct {
	data.Dataset
	n int
}

func (s sorted) Read(i int, dst []float32) error {
	err := s.Dataset.Read(i, dst)
	for k := range dst {
		dst[k] *= float32(i) / float32(s.n)
	}
	return err
}

// A part of the examples stands for all, in whatever order they come.
func TestAPartStandsForAll(t *testing.T) {
	s := digits(t)
	sub := subject(learned(t, small(1), "vae", s.Train, 200, 2e-3), s)
	sub.Held = sorted{s.Test, s.Test.Len()}
	figures := []string{"squared_error", "ssim", "neg_elbo", "kl", "denoising_gain"}
	part := measured(t, sub, Options{Metrics: figures, N: 120, Seed: 1})
	all := measured(t, sub, Options{Metrics: figures, Full: true, Seed: 1})
	for _, name := range figures {
		a, _ := part.Figure(name)
		b, _ := all.Figure(name)
		if math.Abs(a.Value-b.Value) > 3*a.Error {
			t.Errorf("%s: %v ± %v of 120 examples, %v of all", name, a.Value, a.Error, b.Value)
		}
	}
}

// Weights that are no numbers, or so large that nothing is, are told as such, and the report
// can be written.
func TestAModelThatHasDiverged(t *testing.T) {
	s := digits(t)
	for name, c := range map[string]struct {
		spoil func(w []float32)
		want  string
	}{
		"NaN": {func(w []float32) { w[0] = float32(math.NaN()) }, "weights that are no numbers"},
		"far beyond": {func(w []float32) {
			for i := range w {
				w[i] *= 1e20
			}
		}, "figures that are no numbers"},
	} {
		m := learned(t, small(1), "vae", s.Train, 5, 1e-3)
		for _, w := range m.Weights() {
			c.spoil(w.Data)
		}
		r := measured(t, subject(m, s), Options{Seed: 1, N: 100})
		if !slices.Contains(found(r), c.want) {
			t.Errorf("%s: found %v, want %q", name, found(r), c.want)
		}
		if _, err := json.Marshal(r); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is drawn black and white is measured black and white: samples of a perfect model of
// it would be near it as data are.
func TestBinarisedDataAreMeasuredBinarised(t *testing.T) {
	g := data.Sources["glyphs"]().(data.Glyphs)
	g.Train, g.Valid, g.Test, g.Binarize = 400, 10, 200, true
	s := opened(t, g)
	m := newMeasurement(subject(learned(t, small(1), "vae", s.Train, 5, 1e-3), s), Options{Seed: 1})
	for name, ds := range map[string]data.Dataset{"training": m.Train, "held-out": m.Held, "the classifier's": m.fixed} {
		x := make([]float32, 784)
		if err := ds.Read(7, x); err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(x, func(v float32) bool { return v != 0 && v != 1 }) {
			t.Errorf("%s examples are grey", name)
		}
	}
	r := measured(t, m.Subject, Options{Seed: 1, Metrics: []string{"copy_ratio"}})
	if f, ok := r.Figure("copy_ratio"); !ok || f.Value < 0.5 {
		t.Errorf("copy ratio %+v, %v", f, ok)
	}
}
