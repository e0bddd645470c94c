package evaluation

import (
	"context"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/variational"
)

// found are the names of a report's findings.
func found(r *Report) []string {
	names := []string{}
	for _, f := range r.Diagnosis {
		names = append(names, f.Name)
	}
	return names
}

func TestAHealthyModelHasNoFinding(t *testing.T) {
	s := digits(t)
	r := measured(t, subject(learned(t, small(1), "vae", s.Train, 800, 2e-3), s), Options{Seed: 1, N: 200})
	if names := found(r); len(names) > 0 {
		t.Errorf("got %v\n%s", names, r)
	}
	if !strings.Contains(r.String(), "nothing found") {
		t.Errorf("the text says nothing of a diagnosis:\n%s", r)
	}
}

// scaled is a data set whose values are multiplied.
type scaled struct {
	data.Dataset
	by float32
}

func (s scaled) Read(i int, dst []float32) error {
	err := s.Dataset.Read(i, dst)
	for k := range dst {
		dst[k] *= s.by
	}
	return err
}

func TestFindings(t *testing.T) {
	s := digits(t)
	bytes := &data.Splits{Train: scaled{s.Train, 255}, Test: scaled{s.Test, 255}, SHA256: "bytes"}
	gaussian := func(sigma likelihoods.Scale) variational.VAE {
		net := small(1)
		net.Likelihood = likelihoods.Gaussian{Sigma: sigma}
		return net
	}
	many := small(8)
	many.Latent = 16
	few := digits(t)
	few.Train = part64{few.Train}
	wide := small(1)
	wide.Encoder = networks.MLP{Hidden: []int{256}, Activation: "relu", Norm: "none", Init: "he"}
	for name, c := range map[string]struct {
		net    models.Model
		kind   string
		splits *data.Splits
		steps  int
		rate   float64
		want   string // the finding
		says   string // in its evidence or remedy
	}{
		"β 50":                       {small(50), "vae", s, 500, 2e-3, "collapsed posterior", "Lower model.beta, which is 50"},
		"a KL as of averaged pixels": {small(784), "vae", s, 200, 2e-3, "loss averaged over values", "Set model.beta to 1"},
		"a deviation of 28":          {gaussian(likelihoods.Fixed(28)), "vae", s, 300, 2e-3, "loss averaged over values", "model.likelihood.sigma"},
		"bytes for input":            {gaussian(likelihoods.Learned), "vae", bytes, 200, 1e-3, "unscaled input", "divide them by 255"},
		"β 8":                        {many, "vae", s, 1600, 2e-3, "over-regularised", "Lower model.beta"},
		"one example seen for ever":  {wide, "vae", few, 1500, 3e-3, "overfitting", "Stop earlier"},
		"nothing learned":            {families.Models["gan"](), "gan", s, 0, 1, "mode collapse", "variety"},
	} {
		sub := subject(learned(t, c.net, c.kind, c.splits.Train, c.steps, c.rate), c.splits)
		o := Options{Seed: 1, N: 200, Metrics: []string{"neg_elbo", "kl", "active_units", "unused_codes", "class_entropy", "classifier_accuracy", "precision", "coverage"}}
		r := measured(t, sub, o)
		var leftOut []string
		if r.Diagnosis, leftOut = diagnose(context.Background(), r, newMeasurement(sub, o)); len(leftOut) > 0 {
			t.Fatal(leftOut)
		}
		ok := false
		for _, f := range r.Diagnosis {
			ok = ok || f.Name == c.want && strings.Contains(f.Evidence+f.Remedy, c.says)
		}
		if !ok {
			t.Errorf("%s: got %v, want %q that says %q\n%s", name, found(r), c.want, c.says, r)
		}
	}
}

// part64 is the first 64 examples of a data set.
type part64 struct{ data.Dataset }

func (part64) Len() int { return 64 }
