package families_test

import (
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/nn"
)

// vaegan is a small model, with a critic that gives a map of scores.
func vaegan(from float64) adversarial.VAEGAN {
	m := families.Models["vaegan"]().(adversarial.VAEGAN)
	m.Latent, m.Encoder, m.Critic, m.Likelihood, m.From = 2, nets["conv"], nets["conv"], likelihoods.Gaussian{Sigma: likelihoods.Optimal}, from
	return m
}

// The loss of the autoencoder at an epoch, over the parameters p.
func elboAt(t *testing.T, m adversarial.VAEGAN, p *nn.Params, epoch float32) (total, elbo float64) {
	t.Helper()
	g, loss, err := m.Phases()[0].Graph(p, nn.Options{Seed: 1}, models.Data{Schema: example.Pictures(8, 8, 1)}, 4)
	if err != nil {
		t.Fatal(err)
	}
	outputs := []nn.Node{loss.Total}
	for _, term := range loss.Terms {
		outputs = append(outputs, term.Value)
	}
	program, err := nn.Compile(g, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	copy(program.Input(models.InputName), pictures(4))
	program.Input(models.EpochName)[0] = epoch
	program.Draw(1)
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	return program.Scalar(loss.Total), program.Scalar(loss.Terms[2].Value)
}

// Up to the epoch of its beginning the critic has no part in the loss, and rests itself.
func TestVAEGANIsAVAEUntilItsCriticBegins(t *testing.T) {
	m, p := vaegan(3), nn.NewParams(1)
	if total, elbo := elboAt(t, m, p, 2.9); total != elbo {
		t.Errorf("in epoch 2.9 the loss is %v, want −ELBO, %v", total, elbo)
	}
	if total, elbo := elboAt(t, m, p, 3.1); !(math.Abs(total-elbo) > 1e-6) {
		t.Errorf("in epoch 3.1 the loss is %v, −ELBO, want the critic's term", total)
	}
	if critic := m.Phases()[1]; critic.Active(2.9) || !critic.Active(3.1) {
		t.Errorf("the critic trains in epochs 2.9 and 3.1: %v and %v, want false and true", critic.Active(2.9), critic.Active(3.1))
	}
}

// A critic of two halvings gives a map of 2×2 scores of pictures of 8×8.
func TestTheCriticOfAVAEGANScoresPatches(t *testing.T) {
	p := params(t, vaegan(0), models.Data{Schema: example.Pictures(8, 8, 1)}, 4)
	if w := p.Get("critic.out.weight"); w == nil || len(w.Shape) != 4 || w.Shape[3] != 1 {
		t.Errorf("weights of the scores %v, want those of a convolution to one channel", w)
	}
}

// The critic does not keep the reconstructions from the examples.
func TestVAEGANLearnsTwoPatterns(t *testing.T) {
	m := vaegan(0)
	tr := compile(t, m, pictures(16), example.Pictures(8, 8, 1), 16)
	for n := range 400 {
		tr.step(t, n, 400)
	}
	if got := tr.programs[0].Scalar(tr.terms[0][0].Value); !(got < -64*2) { // σ below 0.03: ½ ln 2πeσ² < −2
		t.Errorf("reconstruction %v nats, want each of 64 pixels known to 0.03", got)
	}
}

func TestVAEGANRefusesWords(t *testing.T) {
	m := vaegan(0)
	m.Encoder, m.Critic, m.Likelihood = networks.Default(), networks.Default(), likelihoods.Categorical{}
	d := models.Data{Schema: classes}
	_, _, err := m.Phases()[0].Graph(nn.NewParams(1), nn.Options{}, d, 2)
	if err == nil || !strings.HasSuffix(err.Error(), `critic: field "class" is category, want numbers`) {
		t.Errorf("got %v, want the field", err)
	}
}
