package evaluation

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/models"
	"latentspace/models/autoencoders"
	"latentspace/models/families"
	"latentspace/models/networks"
	"latentspace/trained"
)

// small autoencoder of pictures.
func smallAE() autoencoders.AE {
	return autoencoders.AE{Latent: 8, Encoder: networks.MLP{Hidden: []int{64}, Activation: "relu", Norm: "none", Init: "he"}, Loss: "squared_error"}
}

func TestOutcomes(t *testing.T) {
	s := digits(t)
	for name, c := range map[string]struct {
		net  models.Model
		kind string
		// change is what becomes of the weights of a model that was trained for some steps.
		steps  int
		change func(m *trained.Model)
		want   string // "" for a sound one
		says   string
	}{
		"a healthy VAE":         {small(1), "vae", 300, nil, "", ""},
		"a healthy autoencoder": {smallAE(), "ae", 300, nil, "", ""},
		"no training at all":    {smallAE(), "ae", 0, nil, "worse than the mean", "the mean of the training set in place of each has"},
		"an autoencoder that exploded": {smallAE(), "ae", 300, func(m *trained.Model) { multiply(m, "decoder", 1e6) },
			"diverged", "After training the squared error is"},
		"a VAE that exploded": {small(1), "vae", 300, func(m *trained.Model) { multiply(m, "encoder", 1e3) },
			"diverged", "After training −ELBO is"},
		"weights that are no numbers": {smallAE(), "ae", 300, func(m *trained.Model) { multiply(m, "decoder", math.NaN()) },
			"diverged", "the squared error is NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			m := learned(t, c.net, c.kind, s.Train, c.steps, 2e-3)
			if c.change != nil {
				c.change(m)
			}
			sub := subject(m, s)
			sub.Untrained = func() (*trained.Model, error) {
				return trained.New(c.net, c.kind, models.Data{Schema: s.Train.Schema()}, 1)
			}
			f, err := Outcome(context.Background(), sub, Options{Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			if f == nil {
				f = &Finding{}
			}
			if f.Name != c.want || !strings.Contains(f.Evidence, c.says) {
				t.Errorf("got %q, %q, want %q that says %q", f.Name, f.Evidence, c.want, c.says)
			}
		})
	}
}

// A text that begins with one token too many has nearly all tokens out of place, and what an
// untrained model writes says one word again and again: squared errors tell nothing of either.
func TestTextsAreJudgedByTheirBound(t *testing.T) {
	g := data.Sources["sentences"]().(data.Sentences)
	g.Train, g.Valid, g.Test = 100, 10, 20
	s := opened(t, g)
	for _, kind := range []string{"textvae", "textae", "vae"} {
		for name, c := range map[string]struct {
			change float64
			want   string
		}{
			"untrained": {1, ""},
			"exploded":  {1e4, "diverged"},
		} {
			if kind == "textae" {
				c.want = "" // it has no bound
			}
			m := learned(t, families.Models[kind](), kind, s.Train, 0, 1e-3)
			multiply(m, "decoder", c.change)
			sub := subject(m, s)
			sub.Untrained = func() (*trained.Model, error) {
				return trained.New(families.Models[kind](), kind, models.Data{Schema: s.Train.Schema()}, 1)
			}
			f, err := Outcome(t.Context(), sub, Options{Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			if f == nil {
				f = &Finding{}
			}
			if f.Name != c.want || c.want != "" && !strings.Contains(f.Evidence, "After training −ELBO is") {
				t.Errorf("%s, %s: got %q, %q, want %q", kind, name, f.Name, f.Evidence, c.want)
			}
		}
	}
}

// multiply multiplies the weights of a scope.
func multiply(m *trained.Model, scope string, by float64) {
	for name, w := range m.Weights() {
		if strings.HasPrefix(name, scope) {
			for i := range w.Data {
				w.Data[i] *= float32(by)
			}
		}
	}
}

// A model that was stopped early has not collapsed: with a word on its training the diagnosis
// tells the one from the other.
func TestUnderTrainingIsNoCollapse(t *testing.T) {
	s := digits(t)
	for name, c := range map[string]struct {
		net      models.Model
		kind     string
		steps    int
		training *Training
		want     string
		not      []string
	}{
		"a VAE after few steps":                 {small(1), "vae", 12, &Training{Steps: 12, Losses: []float64{540}}, "under-trained", []string{"collapsed posterior", "mode collapse", "worse than the mean"}},
		"a VAE whose loss falls":                {small(1), "vae", 12, &Training{Steps: 5000, Losses: []float64{540, 500}}, "under-trained", []string{"collapsed posterior", "mode collapse"}},
		"a GAN after few steps":                 {families.Models["gan"](), "gan", 0, &Training{}, "under-trained", []string{"mode collapse"}},
		"a GAN that was trained long":           {families.Models["gan"](), "gan", 0, &Training{Steps: 5000}, "mode collapse", []string{"under-trained"}},
		"a posterior that collapsed":            {small(50), "vae", 500, &Training{Steps: 5000, Losses: []float64{200, 199.9}}, "collapsed posterior", []string{"under-trained"}},
		"a posterior of which nothing is known": {small(50), "vae", 500, nil, "collapsed posterior", []string{"under-trained"}},
	} {
		t.Run(name, func(t *testing.T) {
			sub := subject(learned(t, c.net, c.kind, s.Train, c.steps, 2e-3), s)
			sub.Training = c.training
			sub.Untrained = func() (*trained.Model, error) {
				return trained.New(c.net, c.kind, models.Data{Schema: s.Train.Schema()}, 1)
			}
			o := Options{Seed: 1, N: 200, Metrics: []string{"kl", "active_units", "unused_codes", "class_entropy", "classifier_accuracy", "precision", "coverage"}}
			r := measured(t, sub, o)
			r.Diagnosis, r.Undiagnosed = diagnose(context.Background(), r, newMeasurement(sub, o))
			names := found(r)
			if !slices.Contains(names, c.want) || len(r.Undiagnosed) > 0 {
				t.Errorf("got %v, want %s\n%s", names, c.want, r)
			}
			for _, not := range c.not {
				if slices.Contains(names, not) {
					t.Errorf("got %v, which has %s\n%s", names, not, r)
				}
			}
		})
	}
}

// Codes that are the same for every example are found in a model of any kind, and a healthy
// model is not accused.
func TestDeadCodes(t *testing.T) {
	s := digits(t)
	for name, c := range map[string]struct {
		net    models.Model
		kind   string
		change func(m *trained.Model)
		says   string // "" for no finding
	}{
		"an autoencoder without any": {smallAE(), "ae", func(m *trained.Model) {}, ""},
		"an encoder that is dead":    {smallAE(), "ae", func(m *trained.Model) { multiply(m, "encoder.layer1.weight", 0) }, "The codes of 400 examples are all the same, to "},
		"a VAE's":                    {small(1), "vae", func(m *trained.Model) { multiply(m, "encoder.layer1.weight", 0) }, "are all the same"},
		"half of the units": {smallAE(), "ae", func(m *trained.Model) {
			w := m.Weights()["encoder.out.weight"]
			for i := range w.Data {
				if i%8 < 4 {
					w.Data[i] = 0
				}
			}
		}, "4 of 8 dimensions of the code are the same"},
	} {
		t.Run(name, func(t *testing.T) {
			m := learned(t, c.net, c.kind, s.Train, 100, 2e-3)
			c.change(m)
			sub := subject(m, s)
			o := Options{Seed: 1, N: 200, Metrics: []string{"active_units"}}
			d := &diagnosis{Report: measured(t, sub, o), m: newMeasurement(sub, o)}
			f, err := deadCodes(context.Background(), d)
			if err != nil {
				t.Fatal(err)
			}
			if (f != nil) != (c.says != "") || f != nil && !strings.Contains(f.Evidence, c.says) {
				t.Errorf("got %v, want evidence that says %q", f, c.says)
			}
		})
	}
}
