package trained

import (
	"context"
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/families"
	"latentspace/models/networks"
	"latentspace/tensor"
)

// linear is a GAN of points whose generator is W·z + b.
func linear(t *testing.T, w, b []float32) *Model {
	t.Helper()
	net := families.Models["gan"]().(adversarial.GAN)
	net.Latent, net.Generator, net.Discriminator = 2, networks.MLP{}, networks.MLP{}
	m := untrained(t, net, "gan")
	for name, v := range m.Weights() {
		switch {
		case !strings.HasPrefix(name, "generator."):
		case strings.HasSuffix(name, ".weight"):
			copy(v.Data, w)
		case strings.HasSuffix(name, ".bias"):
			copy(v.Data, b)
		}
	}
	return m
}

func inverted(t *testing.T, m *Model, o Inversion) *Model {
	t.Helper()
	inverting, err := m.Inverting(o)
	if err != nil {
		t.Fatal(err)
	}
	return inverting
}

// Of x = zW + b the code is (x − b)W⁻¹; with a penalty λ of ‖z‖² it is (x − b)Wᵀ(WWᵀ + λI)⁻¹.
func TestInversionOfALinearGenerator(t *testing.T) {
	m := linear(t, []float32{2, 0, 0, 0.5}, []float32{1, -1})
	x := Examples{X: &tensor.Tensor{Shape: []int{3, 2}, Data: []float32{3, -0.5, -1, -1.5, 1.5, -1}}}
	for penalty, want := range map[float64][]float64{0: {1, 1, -1, -1, 0.25, 0}, 0.25: {4 / 4.25, 0.5, -4 / 4.25, -0.5, 1 / 4.25, 0}} {
		o := DefaultInversion
		o.Penalty = penalty
		z, err := inverted(t, m, o).Encode(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range z.Data {
			if math.Abs(float64(v)-want[k]) > 0.01 {
				t.Errorf("with a penalty of %v: codes %v, want %v", penalty, z.Data, want)
				break
			}
		}
	}
}

// The code of an example is a function of the example and of the seed of the candidates, whatever the
// batch that it is in.
func TestAnInvertedCodeOwesNothingToOthers(t *testing.T) {
	net := families.Models["gan"]().(adversarial.GAN)
	net.Latent, net.Generator, net.Discriminator = 3, networks.MLP{Hidden: []int{16}, Activation: "tanh", Norm: "batch", Init: "he"}, networks.MLP{}
	m, ds := untrained(t, net, "gan"), points(t)
	x, err := m.Read(ds, 0, 70)
	if err != nil {
		t.Fatal(err)
	}
	o := Inversion{Steps: 20, Restarts: 3, Rate: 0.1}
	all, err := inverted(t, m, o).Encode(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	one := inverted(t, m, o)
	for range 2 { // the second time it is remembered
		z, err := one.Encode(t.Context(), x.Slice(67, 68))
		if err != nil || !z.Equal(rows(all, 67, 68)) {
			t.Errorf("alone: codes %v, %v, want %v", z, err, rows(all, 67, 68).Data)
		}
	}
	o.Seed = 7
	if z, err := inverted(t, m, o).Encode(t.Context(), x); err != nil || z.Equal(all) {
		t.Errorf("with other candidates the codes are the same, %v", err)
	}
}

// More steps and more starts never end further away, since those of fewer are among them; here the
// rate is constant but for the last steps, so that this is said of starts alone.
func TestMoreStartsComeNearer(t *testing.T) {
	net := families.Models["gan"]().(adversarial.GAN)
	net.Latent, net.Generator, net.Discriminator = 3, networks.MLP{Hidden: []int{16}, Activation: "tanh", Norm: "none", Init: "he"}, networks.MLP{}
	m, ds := untrained(t, net, "gan"), points(t)
	x, err := m.Read(ds, 0, 40)
	if err != nil {
		t.Fatal(err)
	}
	before := math.Inf(1)
	for _, starts := range []int{1, 3} {
		inverting := inverted(t, m, Inversion{Steps: 30, Restarts: starts, Rate: 0.1})
		y, err := inverting.Reconstruct(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		e := squares(x.X.Data, y.Data)
		if e > before {
			t.Errorf("%d starts: squared error %v, want at most the %v of fewer", starts, e, before)
		}
		before = e
	}
}

// A conditional model is inverted under what is known of the example: here the class is added to the
// point, and the code is what is left.
func TestInversionIsGivenConditions(t *testing.T) {
	net := families.Models["cgan"]().(adversarial.CGAN)
	net.Latent, net.Generator, net.Discriminator = 2, networks.MLP{}, networks.MLP{}
	about := example.Of(example.Field{Name: "class", Kind: example.Category, Words: []string{"a", "b"}})
	m, err := New(net, "cgan", models.Data{Schema: example.Points(2), About: about}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range m.Weights() {
		if strings.HasPrefix(name, "generator.") && v.Shape[0] == 4 {
			copy(v.Data, []float32{1, 0, 0, 1, 0, 0, 2, 3})
		}
	}
	x := Examples{X: &tensor.Tensor{Shape: []int{2, 2}, Data: []float32{2.5, 2, 2.5, 2}}, About: &tensor.Tensor{Shape: []int{2, 1}, Data: []float32{1, 0}}}
	z, err := inverted(t, m, Inversion{Steps: 300, Restarts: 2, Rate: 0.1}).Encode(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{0.5, -1, 2.5, 2} {
		if math.Abs(float64(z.Data[k])-want) > 0.01 {
			t.Fatalf("codes %v, want 0.5 −1 under b and 2.5 2 under a", z.Data)
		}
	}
}

// A model with an encoder begins at its code too, and so never ends further away.
func TestInversionBeginsAtTheEncodersCode(t *testing.T) {
	m, ds := smallVAE(t), points(t)
	x, err := m.Read(ds, 0, 30)
	if err != nil {
		t.Fatal(err)
	}
	inverting := inverted(t, m, Inversion{Steps: 1, Restarts: 1, Rate: 1e-9})
	z, err := inverting.Encode(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Encode(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	for k := range z.Data {
		if math.Abs(float64(z.Data[k]-want.Data[k])) > 1e-5 {
			t.Fatalf("codes %v, want those of the encoder, %v", z.Data[:6], want.Data[:6])
		}
	}
	if _, _, err := inverting.Posterior(t.Context(), x); err == nil || inverting.HasPosterior() {
		t.Error("inverted codes are points, and have a posterior")
	}
}

func TestInversionErrors(t *testing.T) {
	m := linear(t, []float32{1, 0, 0, 1}, []float32{0, 0})
	for want, o := range map[string]Inversion{
		"steps 0, want it from 1 to 100000": {Restarts: 1, Rate: 1},
		"restarts 257, want it from 1 to":   {Steps: 1, Restarts: 257, Rate: 1},
		"rate NaN, want it above 0":         {Steps: 1, Restarts: 1, Rate: math.NaN()},
		"penalty -1, want it at least 0":    {Steps: 1, Restarts: 1, Rate: 1, Penalty: -1},
	} {
		if _, err := m.Inverting(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	f := example.Field{Name: "text", Kind: example.Tokens, Shape: []int{7}, View: example.Text, Words: []string{"", "a", "b"}, Text: &example.Spelling{Unit: example.Char, Of: example.Lines}}
	text, err := New(families.Models["textvae"](), "textvae", models.Data{Schema: example.Of(f)}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := text.Inverting(DefaultInversion); err == nil || !strings.Contains(err.Error(), "makes words, through which there is no descent") {
		t.Errorf("of texts: got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := Examples{X: tensor.New(2, 2)}
	if _, err := inverted(t, m, DefaultInversion).Encode(ctx, x); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("a context that has ended: got %v", err)
	}
	x.X.Data[1] = float32(math.NaN())
	if _, err := inverted(t, m, DefaultInversion).Encode(t.Context(), x); err == nil || !strings.Contains(err.Error(), "no code of example 0 of 2 is decoded to numbers") {
		t.Errorf("of NaN: got %v", err)
	}
}
