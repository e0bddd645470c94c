package evaluation

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/variational"
	"latentspace/nn"
	"latentspace/tensor"
	"latentspace/trained"
)

// echo is a model that is told a class and knows the mean example of each: what it draws of a
// class k is the mean of class off[k], and what it tells of an example is the class whose mean is
// nearest, told.
type echo struct {
	variational.VAE
	means *tensor.Tensor // (classes, values)
	off   []int
}

func (echo) Conditions() []string { return []string{"class"} }

func (m echo) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	shape := append([]int{given.N}, given.Shape()...)
	d := m.means.Shape[1]
	table := make([]float32, len(m.off)*d)
	for k, from := range m.off {
		copy(table[k*d:(k+1)*d], m.means.Data[from*d:(from+1)*d])
	}
	one := given.Known("class").Reshape(given.N).OneHot(len(m.off))
	return models.Exactly(g, one.MatMul(g.Constant(table, len(m.off), d)).Reshape(shape...))
}

func (m echo) Classify(g *nn.Graph, b models.Batch) nn.Node {
	d := m.means.Shape[1]
	means := g.Constant(m.means.Data, m.means.Shape...)
	return b.X.Reshape(b.N, d).MatMulT(means).Scale(2).AddRow(means.Square().SumCols().Neg())
}

func echoOf(t *testing.T, s *data.Splits, off []int) *trained.Model {
	t.Helper()
	net := families.Models["vae"]().(variational.VAE)
	net.Latent, net.Likelihood = 1, likelihoods.Bernoulli{}
	net.Encoder = networks.MLP{Activation: "relu", Norm: "none", Init: "zeros"}
	train := s.Train.(data.Described)
	d := models.Data{Schema: train.Schema(), About: train.About(), Examples: train.Len(), Known: tensor.New(100, train.About().Width())}
	for i := range 100 {
		if err := train.ReadAbout(i, row(d.Known, i)); err != nil {
			t.Fatal(err)
		}
	}
	classes, err := data.ClassesOf(train, train.Len())
	if err != nil {
		t.Fatal(err)
	}
	means, count := tensor.New(len(classes.Names), example.Schema.Width(d.Schema)), make([]float32, len(classes.Names))
	x := make([]float32, means.Shape[1])
	for i, k := range classes.Labels {
		if err := train.Read(i, x); err != nil {
			t.Fatal(err)
		}
		count[k]++
		for j, v := range x {
			row(means, k)[j] += (v - row(means, k)[j]) / count[k]
		}
	}
	m, err := trained.New(echo{net, means, off}, "echo", d, 1)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A model that draws the class that it is asked for is right, one that takes the next for it is
// wrong, and of one that is right of half of the classes the table says of which.
func TestConditionAccuracy(t *testing.T) {
	s := digits(t)
	for name, c := range map[string]struct {
		off          []int
		least, most  float64
		wrong, right string
	}{
		"the class asked for":     {[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 0.9, 1, "", "0"},
		"the next class":          {[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 0}, 0, 0.1, "0", ""},
		"the class 3 for 0 alone": {[]int{3, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 0.7, 0.97, "0", "3"},
	} {
		r := measured(t, subject(echoOf(t, s, c.off), s), Options{Seed: 1, Metrics: []string{"condition_accuracy", "classifier_accuracy"}})
		f := figureIn(t, r, "condition_accuracy")
		if f.Value < c.least || f.Value > c.most {
			t.Errorf("%s: got %v, want it from %v to %v", name, f.Value, c.least, c.most)
		}
		if !strings.Contains(f.Protocol.Method, "of the held-out examples right") {
			t.Errorf("%s: the protocol %q lacks how good the classifier is", name, f.Protocol.Method)
		}
		for _, section := range r.Sections {
			for _, table := range section.Tables {
				if table.Name != "classes" {
					continue
				}
				for k, values := range table.Values {
					if table.Rows[k] == c.wrong && values[1] > 0.1 || table.Rows[k] == c.right && values[1] < 0.9 {
						t.Errorf("%s: %v of class %s are right", name, values[1], table.Rows[k])
					}
				}
			}
		}
	}
	vae := learned(t, small(1), "vae", s.Train, 1, 1e-3)
	r := measured(t, subject(vae, s), Options{Seed: 1, Metrics: []string{"condition_accuracy"}})
	if why, kind := r.Missing("condition_accuracy"); kind != Lacking || !strings.Contains(why, "a model of kind vae is not") {
		t.Errorf("a model that is told nothing: got %v, %q", kind, why)
	}
}

// class_error is that of the model's own classifier, here of the nearest mean.
func TestClassError(t *testing.T) {
	s := digits(t)
	m := echoOf(t, s, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	f := figureIn(t, measured(t, subject(m, s), Options{Seed: 1, Metrics: []string{"class_error"}}), "class_error")
	classes, err := data.ClassesOf(s.Test, s.Test.Len())
	if err != nil {
		t.Fatal(err)
	}
	wrong, x := 0.0, make([]float32, s.Test.Schema().Width())
	means := m.Net.(echo).means
	for i, want := range classes.Labels {
		if err := s.Test.Read(i, x); err != nil {
			t.Fatal(err)
		}
		nearest, least := 0, math.Inf(1)
		for k := range means.Shape[0] {
			if e := squaredError(x, row(means, k)); e < least {
				nearest, least = k, e
			}
		}
		if nearest != want {
			wrong++
		}
	}
	if want := wrong / float64(s.Test.Len()); math.Abs(f.Value-want) > 1e-3 || f.Protocol.N != s.Test.Len() {
		t.Errorf("got %v of %d examples, want %v", f.Value, f.Protocol.N, want)
	}
	if _, err := learned(t, small(1), "vae", s.Train, 1, 1e-3).Classify(context.Background(), trained.Examples{X: tensor.New(1, 28, 28, 1)}); err == nil || !strings.Contains(err.Error(), "a model of kind vae has no classifier") {
		t.Errorf("a model that tells no classes: got %v", err)
	}
}

// Codes of an encoder that is told the class, or a factor, may have it from there: neither probes
// nor scores of disentanglement are told of it.
func TestWhatAnEncoderIsToldIsNoFindOfItsCodes(t *testing.T) {
	s := digits(t)
	m := echoOf(t, s, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	r := measured(t, subject(m, s), Options{Seed: 1, Metrics: []string{"probe_knn_codes_10", "probe_knn_pca_10", "mig"}})
	if why, kind := r.Missing("probe_knn_codes_10"); kind != Lacking || !strings.Contains(why, "a model of kind echo is told the class when it encodes") {
		t.Errorf("a probe of codes: got %v, %q", kind, why)
	}
	figureIn(t, r, "probe_knn_pca_10")
	if got := figureIn(t, r, "mig").Protocol.Method; !strings.Contains(got, "without class, which the encoder is told") {
		t.Errorf("the gap of information is by %q", got)
	}
	for _, section := range r.Sections {
		for _, table := range section.Tables {
			if table.Name == "information" && slices.Contains(table.Columns, "class") {
				t.Errorf("the factors are %v, and the encoder is told the class", table.Columns)
			}
		}
	}
}
