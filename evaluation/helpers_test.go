package evaluation

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"sync"
	"testing"

	"latentspace/data"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/networks"
	"latentspace/models/variational"
	"latentspace/nn"
	"latentspace/nn/optim"
	"latentspace/tensor"
	"latentspace/trained"
)

// learned is a model trained for some steps of Adam on batches of a data set. On one that is as it
// was opened it is trained once for all tests. The weights are the caller's own.
func learned(t *testing.T, net models.Model, kind string, ds data.Dataset, steps int, rate float64) *trained.Model {
	t.Helper()
	weights, key := map[string]*tensor.Tensor(nil), fmt.Sprintf("%#v on %d of %T, %d steps of %v", net, ds.Len(), ds, steps, rate)
	if kept, ok := weightsOf.Load(key); ok && asOpened(ds) {
		weights = kept.(map[string]*tensor.Tensor)
	} else {
		weights = learn(t, net, ds, steps, rate)
		if asOpened(ds) {
			weightsOf.Store(key, weights)
		}
	}
	m, err := trained.New(net, kind, models.Data{Schema: ds.Schema()}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Load(weights); err != nil { // copies them
		t.Fatal(err)
	}
	return m
}

// weightsOf has the weights of models that were trained on digits, by what they are.
var weightsOf sync.Map

// learn is the weights of a model trained for some steps.
func learn(t *testing.T, net models.Model, ds data.Dataset, steps int, rate float64) map[string]*tensor.Tensor {
	t.Helper()
	const batch = 64
	params := nn.NewParams(1)
	type phase struct {
		program *nn.Program
		rule    *optim.Optimizer
	}
	var phases []phase
	var graphs []*nn.Graph
	var losses []models.Loss
	for _, p := range net.Phases() {
		g, loss, err := p.Graph(params, nn.Options{Name: p.Name, Training: true, Seed: 1}, models.Data{Schema: ds.Schema()}, batch)
		if err != nil {
			t.Fatal(err)
		}
		graphs, losses = append(graphs, g), append(losses, loss)
	}
	for i, p := range net.Phases() {
		program, err := nn.CompileStep(graphs[i], losses[i].Total, p.Train)
		if err != nil {
			t.Fatal(err)
		}
		moved := map[string]*tensor.Tensor{}
		for _, g := range program.Grads() {
			moved[g.Name] = g.Param
		}
		phases = append(phases, phase{program, optim.New(optim.Adam{LR: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, moved)})
	}
	for step := range steps {
		at := step * batch % (ds.Len() - batch + 1)
		for _, p := range phases {
			if err := data.ReadBatch(ds, at, at+batch, p.program.Input(models.InputName), nil); err != nil {
				t.Fatal(err)
			}
			p.program.Draw(uint64(step))
			if err := p.program.RunAll(); err != nil {
				t.Fatal(err)
			}
			p.rule.Step(1)
			for _, g := range p.program.Grads() {
				p.rule.Update(g.Name, g.Param, g.Value)
			}
			p.program.Commit()
		}
	}
	return params.All()
}

// opened is the splits of a source.
func opened(t *testing.T, s data.Source) *data.Splits {
	t.Helper()
	splits, err := s.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return splits
}

// digits are few of the digits that the program draws.
func digits(t *testing.T) *data.Splits { return fewer(t, 1600, 400) }

// fewer are some digits to train with, 100 of them held out, and some to test with.
func fewer(t *testing.T, train, test int) *data.Splits {
	t.Helper()
	g := data.Sources["glyphs"]().(data.Glyphs)
	g.Train, g.Valid, g.Test = train, 100, test
	return opened(t, g)
}

// small is a VAE of pictures.
func small(beta float64) variational.VAE {
	net := families.Models["vae"]().(variational.VAE)
	net.Latent, net.Rate.Beta = 6, beta
	net.Encoder = networks.MLP{Hidden: []int{64}, Activation: "relu", Norm: "none", Init: "he"}
	return net
}

// classifiers is the folder in which the tests keep classifiers, so that each data set has its own
// trained once. It has those of training sets that are as they were opened, by their hash.
var classifiers string

// asOpened reports whether a data set is as it was opened, and not a test's own.
func asOpened(ds data.Dataset) bool {
	return reflect.TypeOf(ds).PkgPath() == reflect.TypeFor[data.Splits]().PkgPath()
}

func TestMain(m *testing.M) {
	var err error
	if classifiers, err = os.MkdirTemp("", "networks"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(classifiers)
	os.Exit(status)
}

func subject(m *trained.Model, s *data.Splits) Subject {
	return Subject{Model: m, Train: s.Train, Held: s.Test, Split: "test", Data: s.SHA256, Binarize: s.Binarize, PixelSeed: 1}
}

// measured is the report of a subject.
func measured(t *testing.T, s Subject, o Options) *Report {
	t.Helper()
	if o.Cache == "" && s.Data != "" && asOpened(s.Train) {
		o.Cache = classifiers
	}
	r, err := Measure(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
