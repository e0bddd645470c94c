package adversarial_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// small are models with an encoder or a posterior, of smooth networks.
func small(r1 float64) map[string]models.Model {
	smooth := networks.MLP{Hidden: []int{3}, Activation: "tanh", Norm: "none", Init: "glorot"}
	info, bi, aae := adversarial.DefaultInfoGAN, adversarial.DefaultBiGAN, adversarial.DefaultAAE
	info.Latent, info.Categories, info.Continuous, info.Generator, info.Discriminator, info.Features, info.R1 = 1, []int{3, 2}, 1, smooth, smooth, 4, r1
	bi.Latent, bi.Encoder, bi.Generator, bi.Discriminator, bi.Features, bi.R1 = 2, smooth, smooth, smooth, 4, r1
	aae.Latent, aae.Encoder, aae.Discriminator, aae.Likelihood, aae.R1 = 2, smooth, smooth, likelihoods.Gaussian{Sigma: "1"}, r1
	return map[string]models.Model{"infogan": info, "bigan": bi, "aae": aae}
}

// What a discriminator reads through a stopped code has no gradient, by design: BiGAN's R1 is left
// out of its check.
func TestGradientsOfModelsWithTwoWays(t *testing.T) {
	for kind, m := range small(0.3) {
		for i, phase := range m.Phases() {
			if kind == "bigan" && i == 0 {
				continue
			}
			t.Run(kind+" "+phase.Name, func(t *testing.T) {
				nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
					return phase.Loss(g, models.NewBatch(g, plane, 4, x[0])).Total.Add(x[0].Sum()) // a generator reads no data
				}, []int{4, 2})
			})
		}
	}
}

// zeroed are the parameters of a model, all zero, so that every score and guess is 0.
func zeroed(t *testing.T, m models.Model) *nn.Params {
	t.Helper()
	p := nn.NewParams(1)
	for _, phase := range m.Phases() {
		if _, _, err := phase.Graph(p, nn.Options{}, plane, 4); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range p.Trained() {
		clear(p.Get(name).Data)
	}
	return p
}

// A discriminator that scores all with 0 loses ln 2 for data and for samples, and the other side ln 2
// for what it makes. A posterior that knows nothing costs the entropies ln 3 and ln 2 of the
// categories and half the square of a number, and its information is zero. A decoder of zeros costs
// ½x² + ½ ln 2π for each number.
func TestLossesOfModelsThatKnowNothing(t *testing.T) {
	half := 0.0
	for _, v := range ones {
		half += 0.5 * float64(v*v) / 4
	}
	for kind, want := range map[string][]float64{"infogan": {2 * math.Ln2, math.Ln2}, "bigan": {2 * math.Ln2, 2 * math.Ln2}, "aae": {half + math.Log(2*math.Pi), 2 * math.Ln2, math.Ln2}} {
		m := small(0)[kind]
		p := zeroed(t, m)
		for phase, loss := range want {
			got := lossOf(t, m, phase, p, plane, ones)
			if kind == "infogan" {
				loss += math.Log(6) + got["code_error"]/2
				if e := got["code_error"]; math.Abs(got["information"]) > 1e-6 || !(e > 0 && e < 1) {
					t.Errorf("%s, phase %d: information %v and error %v, want 0 and a square below 1", kind, phase, got["information"], e)
				}
			}
			if math.Abs(got[""]-loss) > 1e-5 {
				t.Errorf("%s, phase %d: loss %v, want %v", kind, phase, got[""], loss)
			}
			if a, ok := got["accuracy_real"]; ok && a != 0.5 {
				t.Errorf("%s: accuracy %v of scores that are all 0, want ½", kind, a)
			}
		}
	}
}

func TestWhatModelsWithTwoWaysCannotBe(t *testing.T) {
	batch := networks.MLP{Hidden: []int{4}, Activation: "relu", Norm: "batch", Init: "glorot"}
	info, bi, aae := adversarial.DefaultInfoGAN, adversarial.DefaultBiGAN, adversarial.DefaultAAE
	info.Discriminator, info.R1, info.Categories, info.Continuous = batch, 1, []int{1}, -1
	bi.Discriminator, bi.R1, bi.Features = batch, 1, 0
	aae.Discriminator, aae.R1, aae.Latent = batch, 1, 0
	none := adversarial.DefaultInfoGAN
	none.Categories, none.Continuous = nil, 0
	coupled := "discriminator.norm: batch couples the examples of a batch"
	for name, c := range map[string]struct {
		check func(report func(key, format string, args ...any))
		want  []string
	}{
		"infogan":            {info.Check, []string{coupled, "categories: element 0 is 1, want it from 2 to 1000", "continuous: -1, want it from 0 to 1000"}},
		"infogan of nothing": {none.Check, []string{"categories: empty, and continuous is 0: want some codes"}},
		"bigan":              {bi.Check, []string{coupled, "features: 0, want it from 1 to 65536"}},
		"aae":                {aae.Check, []string{coupled, "latent: 0, want the dimension"}},
	} {
		var got []string
		c.check(func(key, format string, args ...any) { got = append(got, key+": "+fmt.Sprintf(format, args...)) })
		for _, want := range c.want {
			if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
				t.Errorf("%s: got %q, want %s", name, got, want)
			}
		}
	}
}
