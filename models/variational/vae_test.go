package variational

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/priors"
	"latentspace/models/rates"
	"latentspace/nn"
)

// tiny is a VAE of eight values.
func tiny() VAE {
	m := DefaultVAE
	m.Latent, m.Likelihood = 2, likelihoods.Gaussian{Sigma: likelihoods.Fixed(1)}
	m.Encoder = networks.MLP{Hidden: []int{6}, Activation: "tanh", Norm: "none", Init: "glorot"}
	return m
}

// losses computes the total and the terms of a model's loss at a time.
func losses(t *testing.T, m models.Model, epoch float32) map[string]float64 {
	t.Helper()
	g, loss, err := m.Phases()[0].Graph(nn.NewParams(1), nn.Options{Training: true, Seed: 1}, models.Data{Schema: example.Points(8)}, 5)
	if err != nil {
		t.Fatal(err)
	}
	outputs := []nn.Node{loss.Total}
	for _, term := range loss.Terms {
		outputs = append(outputs, term.Value)
	}
	p, err := nn.Compile(g, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := 0, p.Input(models.InputName); i < len(x); i++ {
		x[i] = float32(i*7%11)/5 - 1
	}
	for i := range p.Input(models.EpochName) {
		p.Input(models.EpochName)[i] = epoch
	}
	p.Draw(1)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{"loss": p.Scalar(loss.Total)}
	for _, term := range loss.Terms {
		all[term.Name] = p.Scalar(term.Value)
	}
	return all
}

// Every rate leaves the bound as it is, and weighs its KL in the loss.
func TestWhatTheKLOfAVAECosts(t *testing.T) {
	plain := losses(t, tiny(), 0)
	rec, kl := plain["reconstruction"], plain["kl"]
	for name, test := range map[string]struct {
		change func(r *rates.Rate)
		epoch  float32
		want   float64
	}{
		"the bound":               {func(*rates.Rate) {}, 0, rec + kl},
		"a weight":                {func(r *rates.Rate) { r.Beta = 4 }, 0, rec + 4*kl},
		"a weight that rises":     {func(r *rates.Rate) { r.Anneal, r.Epochs = "linear", 4 }, 1, rec + kl/4},
		"a weight in cycles":      {func(r *rates.Rate) { r.Anneal, r.Epochs, r.Cycles = "cyclical", 4, 2 }, 2.5, rec + kl/2},
		"a target":                {func(r *rates.Rate) { r.Target = 9 }, 0, rec + math.Abs(kl-9)},
		"a target that rises":     {func(r *rates.Rate) { r.Beta, r.Target, r.Reached = 10, 9, 3 }, 2, rec + 10*math.Abs(kl-6)},
		"free bits above the KLs": {func(r *rates.Rate) { r.FreeBits = 20 }, 0, rec + 40},
	} {
		m := tiny()
		test.change(&m.Rate)
		got := losses(t, m, test.epoch)
		if math.Abs(got["loss"]-test.want) > 1e-4*test.want {
			t.Errorf("%s: loss %v, want %v", name, got["loss"], test.want)
		}
		if got["neg_elbo"] != plain["neg_elbo"] {
			t.Errorf("%s: −ELBO %v, want %v as without", name, got["neg_elbo"], plain["neg_elbo"])
		}
		if want := map[bool]string{true: "loss", false: "neg_elbo"}[m.Rate.IsBeta()]; models.BestTerm(m) != want {
			t.Errorf("%s: the best is by %s, want %s", name, models.BestTerm(m), want)
		}
	}
}

// Free bits are of each dimension, and pseudo-inputs are encoded beside the batch.
func TestFreeBitsAndOtherPriorsExclude(t *testing.T) {
	m := tiny()
	m.Rate.FreeBits, m.CodePrior = 0.5, priors.Vamp{Components: 3, Speed: 1}
	m.Encoder = networks.MLP{Hidden: []int{6}, Activation: "tanh", Norm: "batch", Init: "glorot"}
	var got []string
	m.Check(func(key, format string, args ...any) { got = append(got, key+": "+fmt.Sprintf(format, args...)) })
	all := strings.Join(got, "\n")
	for _, want := range []string{"free_bits: 0.5, which each dimension of a code has", "want prior: normal", "encoder.norm: batch couples"} {
		if !strings.Contains(all, want) {
			t.Errorf("got %q, want %q", all, want)
		}
	}
	if len(got) != 2 {
		t.Errorf("got %d reports, want 2:\n%s", len(got), all)
	}
}

// The KL of a VAE with pseudo-inputs is ln q(z|x) − ln p(z) of the draw, and its prior has codes like
// those of the examples: trained on one example, both are one Gaussian, and the KL is zero.
func TestPseudoInputsOfOneExample(t *testing.T) {
	m := tiny()
	m.CodePrior = priors.Vamp{Components: 2, Speed: 1}
	params := nn.NewParams(1)
	g, _, err := m.Phases()[0].Graph(params, nn.Options{Training: true, Seed: 1}, models.Data{Schema: example.Pictures(2, 4, 1)}, 5)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, 8)
	for i := range x {
		x[i] = 0.2 + 0.1*float32(i%4)
		for k := range 2 {
			params.Get("prior.logits").Data[k*8+i] = float32(math.Log(float64(x[i]) / (1 - float64(x[i]))))
		}
	}
	q := models.Input(g, models.Data{Schema: example.Pictures(2, 4, 1)}, 5)
	kl := m.prior(q.X.Shape()[1:], true).KL(g.In("prior"), m.Encode(g, q).Mean, m.Encode(g, q).LogVar, m.Encode(g, q).Draw(g, "test"))
	p, err := nn.Compile(g, kl)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Input(models.InputName) {
		p.Input(models.InputName)[i] = x[i%8]
	}
	p.Draw(1)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, v := range p.Output(kl) {
		if math.Abs(float64(v)) > 1e-4 {
			t.Errorf("the KL of draw %d is %v, want 0", i, v)
		}
	}
}
