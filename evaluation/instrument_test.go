package evaluation

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/example"
	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/tensor"
)

// relabelled is a data set with other classes.
type relabelled struct {
	data.Dataset
	classes int
	label   func(i int) int
}

func (r relabelled) About() example.Schema {
	var names []string
	for k := range r.classes {
		names = append(names, fmt.Sprint(k))
	}
	return example.Of(example.Class(names))
}

func (r relabelled) ReadAbout(i int, dst []float32) error {
	dst[0] = float32(r.label(i))
	return nil
}

// random labels are those of a key.
func random(ds data.Dataset, classes int, key uint64) data.Dataset {
	u := make([]float32, ds.Len())
	kernel.Uniform(u, kernel.Seed(key))
	return relabelled{ds, classes, func(i int) int { return int(u[i] * float32(classes)) }}
}

// A classifier that has learned nothing, because there is nothing to learn, is told to be no
// better than chance, and nothing is measured with it: least of all is anything perfect.
func TestAClassifierThatLearnedNothingMeasuresNothing(t *testing.T) {
	s := digits(t)
	sub := subject(learned(t, small(1), "vae", s.Train, 10, 1e-9), s)
	sub.Train, sub.Held = random(s.Train, 10, 1), random(s.Test, 10, 2)
	o := Options{Seed: 1, Metrics: append([]string{"classifier_accuracy", "classifier_chance"}, bySamples...)}
	r := measured(t, sub, o)
	for _, name := range bySamples {
		if f, ok := r.Figure(name); ok {
			t.Errorf("%s is %v, want it left out", name, f.Value)
		}
		if why, kind := r.Missing(name); kind != Lacking || !strings.Contains(why, "The classifier has learned nothing that shows") || !strings.Contains(why, name) {
			t.Errorf("%s is missing because %q, kind %v", name, why, kind)
		}
	}
	accuracy, told := r.Figure("classifier_accuracy")
	chance, compared := r.Figure("classifier_chance")
	if !told || !compared || accuracy.Value > chance.Value+4*accuracy.Error {
		t.Errorf("accuracy %v, %v beside a chance of %v, %v", accuracy, told, chance, compared)
	}
}

// A classifier of many classes works, and classes without an example are ignored.
func TestTheClassifierLearnsManyClasses(t *testing.T) {
	g := data.Sources["glyphs"]().(data.Glyphs)
	g.Train, g.Valid, g.Test = 3000, 0, 500
	s := opened(t, g)
	sub := subject(learned(t, small(1), "vae", s.Train, 10, 1e-9), s)
	// The digit and the half in which it was shifted, with gaps between the numbers.
	finer := func(ds data.Dataset) data.Dataset {
		columns, err := data.Columns(ds, ds.Len())
		if err != nil {
			t.Fatal(err)
		}
		shift := columns[slices.IndexFunc(columns, func(c data.Column) bool { return c.Name == "shift_x" })]
		return relabelled{ds, 250, func(i int) int {
			class := 4 * int(columns[0].Values[i])
			for _, bound := range []float64{-0.7, 0, 0.7} {
				if shift.Values[i] > bound*1.5 {
					class++
				}
			}
			return 6 * class
		}}
	}
	sub.Train, sub.Held = finer(s.Train), finer(s.Test)
	r := measured(t, sub, Options{Seed: 1, Metrics: append([]string{"classifier_accuracy", "classifier_chance", "feature_rank", "diversity"}, bySamples...)})
	accuracy, _ := r.Figure("classifier_accuracy")
	chance, _ := r.Figure("classifier_chance")
	if accuracy.Value < 0.4 || chance.Value > 0.1 {
		t.Errorf("accuracy %v beside a chance of %v, want at least 0.4 of 40 classes\n%s", accuracy.Value, chance.Value, r)
	}
	if f, ok := r.Figure("class_entropy"); !ok || !strings.Contains(f.Unit, "at most ln 40") {
		t.Errorf("class_entropy is in %q, want at most ln of the 40 classes that occur\n%s", f.Unit, r)
	}
	// The model has learned nothing: that is told, and is not held against the features.
	if f, ok := r.Figure("feature_variance"); !ok || f.Value > 0.2 {
		t.Errorf("feature_variance %v, want it below a fifth", f.Value)
	}
	// First weights make pictures that vary in their pixels all the same.
	if f, ok := r.Figure("diversity"); !ok || f.Value < 0.2 || f.Error > 0.1*f.Value {
		t.Errorf("diversity %v ± %v, want it above a fifth, to a tenth of it", f.Value, f.Error)
	}
	if f, ok := r.Figure("frechet_distance"); !ok || f.Value < 1 {
		t.Errorf("frechet_distance %v, %v, want a large one", f.Value, ok)
	}
	for _, name := range []string{"precision", "recall", "density", "coverage"} {
		if f, ok := r.Figure(name); ok && f.Value > 0.5 {
			t.Errorf("%s is %v for a model that has learned nothing", name, f.Value)
		}
	}
}

// constant is a data set of one example.
type constant struct{ data.Dataset }

func (c constant) Read(_ int, dst []float32) error { return c.Dataset.Read(0, dst) }

// Features that are the same for all examples, dead ones, and such as are no numbers tell
// nothing apart.
func TestFeaturesThatTellNothingApart(t *testing.T) {
	dead, few, broken := tensor.New(100, 64), tensor.New(100, 64), tensor.New(100, 64)
	for i := range 100 {
		few.Data[i*64+3], few.Data[i*64+9] = float32(i), float32(i%7)
	}
	kernel.Uniform(broken.Data, kernel.Seed(1))
	broken.Data[640] = float32(math.NaN())
	for want, x := range map[string]*tensor.Tensor{
		"0 of 64 vary, want at least 8":   dead,
		"2 of 64 vary, want at least 8":   few,
		"example 10 has a feature of NaN": broken,
	} {
		c := comparison{m: &measurement{Subject: Subject{Split: "test"}}, x: x, held: x}
		if err := c.spread(x, leastAlive, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	s := digits(t)
	sub := Subject{Model: learned(t, small(1), "vae", s.Train, 10, 1e-3), Train: constant{s.Train}, Held: constant{s.Test}, Split: "test"}
	r := measured(t, sub, Options{Seed: 1, N: 100, Metrics: bySamples})
	for _, name := range bySamples {
		if f, ok := r.Figure(name); ok {
			t.Errorf("of one example: %s is %v, want it left out", name, f.Value)
		}
	}
}

// Samples that are alike are a finding about the model. Whether the one that they stand for is
// near an example is chance, and is not told.
func TestSamplesThatAreAlike(t *testing.T) {
	real, alike := tensor.New(100, 64), tensor.New(100, 64)
	kernel.Normal(real.Data, kernel.Seed(1))
	for i := range alike.Data {
		alike.Data[i] = real.Data[i%64] + 1e-3*real.Data[i]
	}
	c := comparison{m: &measurement{Subject: Subject{Split: "test"}}, x: alike, held: real}
	for _, of := range []struct {
		x    *tensor.Tensor
		left string // out
	}{{alike, "precision density coverage"}, {real, ""}} {
		ratio, err := c.variance(of.x, real, "")
		if err != nil {
			t.Fatal(err)
		}
		if left, why := fooled(ratio); strings.Join(left, " ") != of.left || (why == "") != (of.left == "") {
			t.Errorf("of the ratio %v %q is left out (%s), want %q", ratio, left, why, of.left)
		}
	}
}

// Codes that tell nothing of the classes have no dimensions of importance, and their accuracy
// stands beside that of telling always the same.
func TestProbesOfNothing(t *testing.T) {
	s := digits(t)
	sub := subject(learned(t, small(1), "vae", s.Train, 10, 1e-3), s)
	sub.Train, sub.Held = random(s.Train, 10, 1), random(s.Test, 10, 2)
	r := measured(t, sub, Options{Seed: 1, Metrics: []string{"probe_chance", "probe_logistic_codes_all", "probe_knn_codes_10"}})
	chance, ok := r.Figure("probe_chance")
	told, _ := r.Figure("probe_logistic_codes_all")
	if !ok || told.Value > chance.Value+4*told.Error {
		t.Errorf("accuracy %v beside a chance of %v, %v", told.Value, chance.Value, ok)
	}
	if text := r.String(); strings.Contains(text, "Dimensions of the code by what they tell") || !strings.Contains(text, "no dimension is of more worth than another") {
		t.Errorf("dimensions are ranked by chance:\n%s", text)
	}
	sub.Held = relabelled{s.Test, 10, func(int) int { return 3 }}
	r = measured(t, sub, Options{Seed: 1, Metrics: []string{"probe_logistic_codes_all"}})
	if why, _ := r.Missing("probe_logistic_codes_all"); !strings.Contains(why, "are of one class") {
		t.Errorf("held-out examples of one class: %q", why)
	}
}

// Trees that predict nothing have no importances to make scores of.
func TestDCIOfNothing(t *testing.T) {
	z := tensor.New(400, 3)
	kernel.Normal(z.Data, kernel.Seed(1))
	u := make([]float32, 800)
	kernel.Uniform(u, kernel.Seed(2))
	f := metrics.Factors{Values: [][]int{nil, nil}, Sizes: []int{3, 4}, Kinds: []bool{false, false}}
	for i := range 400 {
		f.Values[0], f.Values[1] = append(f.Values[0], int(3*u[i])), append(f.Values[1], int(4*u[400+i]))
	}
	dci, err := metrics.FitDCI(context.Background(), z, f, kernel.Seed(3))
	if err != nil || dci.Gain.Value > surelyAbove*dci.Gain.Error {
		t.Errorf("a gain of %v over chance, %v, want none that shows", dci.Gain, err)
	}
}
