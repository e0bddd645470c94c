package adversarial_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// linear is a network without a hidden layer: D(x) = w·x + b.
var linear = networks.MLP{Activation: "tanh", Norm: "none", Init: "glorot"}

func smallGAN() adversarial.GAN {
	m := adversarial.DefaultGAN
	m.Latent, m.Generator, m.Discriminator = 2, linear, linear
	return m
}

var plane = models.Data{Schema: example.Points(2), About: example.Of(example.Class([]string{"a", "b", "c"}))}

// lossOf computes a phase's loss of examples x, with its terms by name, over the parameters p.
func lossOf(t *testing.T, m models.Model, phase int, p *nn.Params, d models.Data, x []float32) map[string]float64 {
	t.Helper()
	n := len(x) / d.Schema.Width()
	g, loss, err := m.Phases()[phase].Graph(p, nn.Options{Seed: 1}, d, n)
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
	copy(program.Input(models.InputName), x)
	for i := range program.Input(models.AboutName) {
		program.Input(models.AboutName)[i] = float32(i % 3)
	}
	program.Draw(1)
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{"": program.Scalar(loss.Total)}
	for _, term := range loss.Terms {
		all[term.Name] = program.Scalar(term.Value)
	}
	return all
}

// fixed are parameters of a generator that always makes (0.5, −2), and of a discriminator that
// scores the sum of both numbers, divided by 2 where there are two examples in a pack: data (1, 2)
// with 3, samples with −1.5.
func fixed(t *testing.T, m adversarial.GAN) *nn.Params {
	t.Helper()
	p := nn.NewParams(1)
	for _, phase := range m.Phases() {
		if _, _, err := phase.Graph(p, nn.Options{}, plane, 4); err != nil {
			t.Fatal(err)
		}
	}
	clear(p.Get("generator.out.weight").Data)
	copy(p.Get("generator.out.bias").Data, []float32{0.5, -2})
	for i := range p.Get("discriminator.out.weight").Data {
		p.Get("discriminator.out.weight").Data[i] = 1 / float32(m.Pack)
	}
	return p
}

var ones = []float32{1, 2, 1, 2, 1, 2, 1, 2}

// By hand, for D(x) = 3 and D(G(z)) = −1.5, with ζ(a) = ln(1 + eᵃ).
func TestLossesOfAGAN(t *testing.T) {
	zeta := func(a float64) float64 { return math.Log1p(math.Exp(a)) }
	sigma := func(a float64) float64 { return 1 / (1 + math.Exp(-a)) }
	for loss, want := range map[string]struct {
		discriminator, generator float64
		terms                    map[string]float64
	}{
		"nonsaturating": {zeta(-3) + zeta(-1.5), zeta(1.5), map[string]float64{"real": sigma(3), "fake": sigma(-1.5)}},
		"hinge":         {0, 1.5, map[string]float64{"real": 3, "fake": -1.5}},
		"least_squares": {0.5*4 + 0.5*2.25, 0.5 * 6.25, map[string]float64{"real": 3, "fake": -1.5}},
		"wasserstein":   {-4.5, 1.5, map[string]float64{"distance": 4.5}},
		"relativistic":  {zeta(-4.5), zeta(4.5), map[string]float64{"distance": 4.5}},
	} {
		for _, pack := range []int{1, 2} {
			m := smallGAN()
			m.Loss, m.Pack = loss, pack
			p := fixed(t, m)
			got := lossOf(t, m, 0, p, plane, ones)
			want.terms[""], want.terms["accuracy_real"], want.terms["accuracy_fake"] = want.discriminator, 1, 1
			for name, v := range want.terms {
				if math.Abs(got[name]-v) > 1e-5 || len(got) != len(want.terms) {
					t.Errorf("%s, packs of %d: %q is %v of %v, want %v", loss, pack, name, got[name], got, v)
				}
			}
			if got := lossOf(t, m, 1, p, plane, ones)[""]; math.Abs(got-want.generator) > 1e-5 {
				t.Errorf("%s, packs of %d: the generator's loss is %v, want %v", loss, pack, got, want.generator)
			}
		}
	}
}

// Of four examples that score 3, 3, −1 and −2 half are told rightly, and by a generator whose
// samples score 1 none is. In the middle of 0.75 and 1, 0.875, nothing changes.
func TestAccuraciesOfADiscriminator(t *testing.T) {
	for loss, middle := range map[string]float32{"nonsaturating": 0, "least_squares": 0.5, "relativistic": -0.25} {
		m := smallGAN()
		m.Loss = loss
		p := fixed(t, m)
		copy(p.Get("generator.out.bias").Data, []float32{1, 0})
		copy(p.Get("discriminator.out.bias").Data, []float32{middle})
		got := lossOf(t, m, 0, p, plane, []float32{1, 2, 2, 1, -1, 0, -1, -1})
		if got["accuracy_real"] != 0.5 || got["accuracy_fake"] != 0 {
			t.Errorf("%s: accuracies %v and %v, want 0.5 and 0", loss, got["accuracy_real"], got["accuracy_fake"])
		}
	}
}

// The gradient of a linear discriminator is its weights (1, 1) everywhere, of length √2; that of a
// pack of two (½, ½, ½, ½), of length 1.
func TestPenaltiesOfALinearDiscriminator(t *testing.T) {
	for pack, length := range map[int]float64{1: math.Sqrt2, 2: 1} {
		m := smallGAN()
		m.Loss, m.Pack = "wasserstein", pack
		m.GradientPenalty, m.R1, m.R2 = 7, 3, 5
		got := lossOf(t, m, 0, fixed(t, m), plane, ones)
		square := length * length
		want := map[string]float64{"slope": length, "r1": square, "r2": square, "": -4.5 + 7*(length-1)*(length-1) + 1.5*square + 2.5*square}
		for name, v := range want {
			if math.Abs(got[name]-v) > 1e-5 {
				t.Errorf("packs of %d: %q is %v, want %v", pack, name, got[name], v)
			}
		}
	}
}

// The penalties hold second derivatives, here of a smooth discriminator, which training
// differentiates again.
func TestGradientsOfPenalisedLosses(t *testing.T) {
	smooth := networks.MLP{Hidden: []int{4}, Activation: "tanh", Norm: "none", Init: "glorot"}
	for _, loss := range []string{"nonsaturating", "least_squares", "wasserstein", "relativistic"} {
		t.Run(loss, func(t *testing.T) {
			m := smallGAN()
			m.Loss, m.Pack, m.Generator, m.Discriminator = loss, 2, smooth, smooth
			m.GradientPenalty, m.R1, m.R2 = 0.5, 0.3, 0.2
			nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
				return m.Phases()[0].Loss(g, models.NewBatch(g, plane, 4, x[0])).Total
			}, []int{4, 2})
		})
	}
}

// Examples of a pack are channels of one picture, so that the pixel of one is beside that of the
// next; those that no pack has room for are not seen.
func TestPacksOfPictures(t *testing.T) {
	m := smallGAN()
	m.Pack, m.Loss, m.Discriminator = 2, "wasserstein", networks.Networks["conv"]()
	d := models.Data{Schema: example.Pictures(8, 8, 3)}
	p := nn.NewParams(1)
	x := make([]float32, 5*192)
	for i := range x {
		x[i] = float32(i%7) / 7
	}
	before := lossOf(t, m, 0, p, d, x)
	if w := p.Get("discriminator.layer1.weight"); w == nil || w.Shape[2] != 6 {
		t.Errorf("weights of the first layer %v, want those of 6 channels", w)
	}
	x[4*192+100] = 9
	if after := lossOf(t, m, 0, p, d, x); after[""] != before[""] {
		t.Errorf("the loss goes from %v to %v with the example that is left over", before, after)
	}
	x[3*192+100] = 9
	if after := lossOf(t, m, 0, p, d, x); after[""] == before[""] {
		t.Error("the loss does not depend on the last example of a pack")
	}
}

// The features of x are x itself where it is above zero, and a fifth of it below: φ = (1, −0.4) of
// (1, −2). ψ = (1, 10) scores them with −3, and the classes add (1, 0)·φ, (0, 1)·φ and (2, 2)·φ: 1,
// −0.4 and 1.2. Four examples of the classes 0, 1, 2 and 0 have −3 + (1 − 0.4 + 1.2 + 1)/4 on average.
func TestAProjectionScoresConditions(t *testing.T) {
	m := smallGAN()
	m.Loss, m.Condition, m.Features = "hinge", []string{"class"}, 2
	p := nn.NewParams(1)
	if _, _, err := m.Phases()[0].Graph(p, nn.Options{}, plane, 4); err != nil {
		t.Fatal(err)
	}
	copy(p.Get("discriminator.out.weight").Data, []float32{1, 0, 0, 1})
	copy(p.Get("discriminator.psi.weight").Data, []float32{1, 10})
	copy(p.Get("discriminator.projection.weight").Data, []float32{1, 0, 0, 1, 2, 2})
	if got, want := lossOf(t, m, 0, p, plane, []float32{1, -2, 1, -2, 1, -2, 1, -2})["real"], -3+2.8/4; math.Abs(got-want) > 1e-5 {
		t.Errorf("mean score %v, want %v", got, want)
	}
}

func TestWhatAGANCannotBe(t *testing.T) {
	batch := networks.MLP{Hidden: []int{4}, Activation: "relu", Norm: "batch", Init: "glorot"}
	coupled := "batch couples the examples of a batch, and the loss is of each alone: want none, group, layer or spectral"
	for name, c := range map[string]struct {
		change    func(m *adversarial.GAN)
		key, want string
	}{
		"a penalty of slopes with batch norm": {func(m *adversarial.GAN) { m.GradientPenalty, m.Discriminator = 10, batch }, "discriminator.norm", coupled},
		"r1 with batch norm":                  {func(m *adversarial.GAN) { m.R1, m.Discriminator = 10, batch }, "discriminator.norm", coupled},
		"r2 with batch norm":                  {func(m *adversarial.GAN) { m.R2, m.Discriminator = 10, batch }, "discriminator.norm", coupled},
		"batch norm without a penalty":        {func(m *adversarial.GAN) { m.Discriminator = batch }, "", ""},
		"an unknown loss":                     {func(m *adversarial.GAN) { m.Loss = "hing" }, "loss", `"hing", want one of hinge`},
		"no pack":                             {func(m *adversarial.GAN) { m.Pack = 0 }, "pack", "0, want it from 1 to 1000"},
		"an augmentation that is not":         {func(m *adversarial.GAN) { m.Augment = []string{"color"} }, "augment", `"color", want one of colour`},
		"an augmentation twice":               {func(m *adversarial.GAN) { m.Augment = []string{"cutout", "cutout"} }, "augment", `"cutout" twice`},
		"a negative weight":                   {func(m *adversarial.GAN) { m.R1 = -1 }, "r1", "-1, want a weight of at least 0"},
		"a condition twice":                   {func(m *adversarial.GAN) { m.Condition = []string{"class", "class"} }, "condition", `"class" twice`},
	} {
		m := smallGAN()
		c.change(&m)
		var got []string
		m.Check(func(key, format string, args ...any) { got = append(got, key+": "+fmt.Sprintf(format, args...)) })
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, c.key+": "+c.want) }) {
			t.Errorf("%s: got %q, want %s: %s", name, got, c.key, c.want)
		}
	}
}

func TestABatchBelowAPack(t *testing.T) {
	m := smallGAN()
	m.Pack = 3
	if least := models.Least(m); least != 3 {
		t.Errorf("a batch has %d examples at least, want 3", least)
	}
	_, _, err := m.Phases()[0].Graph(nn.NewParams(1), nn.Options{}, plane, 2)
	if want := "pack: a batch of shape [2 2], want 3 examples at least"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
