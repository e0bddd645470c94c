package evaluation

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/variational"
	"latentspace/nn"
	"latentspace/trained"
)

// faulty is a model whose decoder panics where it is asked for examples.
type faulty struct{ variational.VAE }

func (m faulty) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	out := m.VAE.Decode(g, z, given)
	out.Likelihood = meanless{out.Likelihood}
	return out
}

// meanless is a likelihood without a mean.
type meanless struct{ likelihoods.Likelihood }

func (meanless) Mean(*nn.Graph, nn.Node, example.Field) nn.Node { panic("lapack: bad stride") }

// A panic costs the figures that need what panics, which are named with the reason. The
// report is whole in all else, and the diagnosis looks for what it still can.
func TestAPanicCostsOneFigure(t *testing.T) {
	s := digits(t)
	m, err := trained.New(faulty{small(1)}, "vae", models.Data{Schema: s.Train.Schema()}, 1)
	if err != nil {
		t.Fatal(err)
	}
	var warnings []string
	r := measured(t, subject(m, s), Options{Seed: 1, N: 100, Warn: func(err error) { warnings = append(warnings, err.Error()) }})
	for _, name := range []string{"neg_elbo", "nll", "active_units", "probe_knn_codes_10", "probe_logistic_pca_all"} {
		if _, ok := r.Figure(name); !ok {
			t.Errorf("%s is missing", name)
		}
	}
	for _, name := range []string{"squared_error", "psnr", "frechet_distance", "precision", "denoising_gain"} {
		why, kind := r.Missing(name)
		if kind != Failed || !strings.Contains(why, name) || !strings.Contains(why, "evaluation.meanless.Mean: lapack: bad stride") {
			t.Errorf("%s: got %v, %q", name, kind, why)
		}
	}
	if r.Diagnosis == nil || len(r.Undiagnosed) != 2 || !strings.HasPrefix(r.Undiagnosed[1], "Nothing was looked for of saturated decoder: a panic in ") {
		t.Errorf("diagnosis %v, left out %q", r.Diagnosis, r.Undiagnosed)
	}
	if !slices.ContainsFunc(warnings, func(w string) bool {
		return strings.HasPrefix(w, "samples: a panic in ") && strings.Contains(w, "attempt_test.go")
	}) {
		t.Errorf("no stack is told: %.300q", warnings)
	}
	if _, err := json.Marshal(r); err != nil || !strings.Contains(r.String(), "left out: frechet_distance") {
		t.Errorf("%v\n%s", err, r)
	}
}

// Figures that are asked for by name fail by themselves.
func TestAFigureThatIsAskedForFails(t *testing.T) {
	s := digits(t)
	m, err := trained.New(faulty{small(1)}, "vae", models.Data{Schema: s.Train.Schema()}, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := measured(t, subject(m, s), Options{Seed: 1, N: 100, Metrics: []string{"frechet_distance", "kl"}})
	if _, ok := r.Figure("kl"); !ok || len(r.Sections) != 2 {
		t.Errorf("kl is missing:\n%s", r)
	}
	if why, kind := r.Missing("frechet_distance"); kind != Failed || !strings.Contains(why, "lapack: bad stride") {
		t.Errorf("got %v, %q", kind, why)
	}
}

// A model that encodes and does not decode is measured in all that needs codes alone.
func TestAModelThatOnlyEncodes(t *testing.T) {
	s := digits(t)
	m, err := trained.New(encoderOnly{small(1)}, "coder", models.Data{Schema: s.Train.Schema()}, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := measured(t, subject(m, s), Options{Seed: 1, N: 100})
	if _, ok := r.Figure("probe_knn_codes_10"); !ok {
		t.Errorf("the probes are missing:\n%s", r)
	}
	for name, want := range map[string]string{
		"squared_error":    "A model of kind coder has no decoder: nothing is reconstructed.",
		"frechet_distance": "A model of kind coder has no decoder: it draws nothing.",
		"denoising_gain":   "A model of kind coder has no decoder.",
	} {
		if why, kind := r.Missing(name); kind != Lacking || !strings.Contains(why, want) {
			t.Errorf("%s: got %v, %q, want %q", name, kind, why, want)
		}
	}
}

// encoderOnly is a model with the encoder of another and nothing else.
type encoderOnly struct{ net variational.VAE }

func (e encoderOnly) Phases() []models.Phase                         { return e.net.Phases() }
func (e encoderOnly) Encode(g *nn.Graph, b models.Batch) models.Code { return e.net.Encode(g, b) }
