package diffusion_test

import (
	"slices"
	"strings"
	"testing"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/diffusion"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
)

var small = networks.MLP{Hidden: []int{16}, Activation: "tanh", Norm: "none", Init: "glorot"}

func flowVAE() diffusion.FlowVAE {
	m := diffusion.DefaultFlowVAE
	m.Latent, m.Encoder, m.Likelihood, m.From = 2, small, likelihoods.Bernoulli{}, 1
	m.Beta = 0.1 // so that codes are two narrow clusters
	m.Flow = parts.Flow{Width: 32, Blocks: 1, Steps: 8}
	return m
}

// The codes of two pictures are two clusters, between which N(0, I) has codes whose pictures are
// neither. A flow draws both pictures, and few others.
func TestFlowVAELearnsTheDistributionOfCodes(t *testing.T) {
	m := flowVAE()
	x, _ := halves(64)
	l := newLearner(t, m, pictures, x, nil, 64)
	l.train(0, 400)
	still := l.decoded(pictures, nil, 200, 1)
	weights := slices.Clone(l.params.Get("autoencoder.encoder.out.weight").Data)
	before := near(still)
	l.train(1, 400)
	after := near(l.decoded(pictures, nil, 200, 1))
	if after[0]+after[1] < 180 || min(after[0], after[1]) < 60 || before[0]+before[1] >= after[0]+after[1] {
		t.Errorf("of 200 draws %v are of the left and the right half, and before the flow %v; want at least 180, no less than 60 of each, and more than before", after, before)
	}
	if !slices.Equal(weights, l.params.Get("autoencoder.encoder.out.weight").Data) {
		t.Error("the autoencoder learns while the flow does")
	}
}

// Up to the epoch at which the flow begins it is at rest: the prior is N(0, I).
func TestFlowVAEIsAVAEUntilItsFlowBegins(t *testing.T) {
	m := flowVAE()
	x, _ := halves(64)
	l := newLearner(t, m, pictures, x, nil, 64)
	l.train(0, 5)
	p, err := m.Prior(l.params)
	if err != nil {
		t.Fatal(err)
	}
	z, err := latent.Draws(p, 2000, 1)
	if err != nil {
		t.Fatal(err)
	}
	sum, squares := 0.0, 0.0
	for _, v := range z.Data {
		sum, squares = sum+float64(v), squares+float64(v)*float64(v)
	}
	if mean, square := sum/4000, squares/4000; mean < -0.064 || mean > 0.064 || square < 0.91 || square > 1.09 { // four standard errors
		t.Errorf("a mean of %v and a mean square of %v, want 0 and 1", mean, square)
	}
}

// One code alone has no deviation to be its unit.
func TestFlowsNeedTwoCodesForTheirUnits(t *testing.T) {
	for _, m := range []models.Model{diffusion.DefaultFlowVAE, diffusion.DefaultLatentDiffusion} {
		if least := models.Least(m); least != 2 {
			t.Errorf("%T: a batch of at least %d, want 2", m, least)
		}
	}
}

func TestFlowVAECheck(t *testing.T) {
	m := flowVAE()
	m.From, m.Flow.Steps, m.Beta = 0, 0, -1
	var got []string
	m.Check(func(key, format string, args ...any) { got = append(got, key) })
	m.Flow.Check(func(key, format string, args ...any) { got = append(got, "flow."+key) })
	if s := strings.Join(got, " "); s != "beta from flow.steps" {
		t.Errorf("reported %q, want beta, from and flow.steps", s)
	}
}
