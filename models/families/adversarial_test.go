package families_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/nn"
)

// hidden is a small network for toy problems.
var hidden = networks.MLP{Hidden: []int{16}, Activation: "leaky_relu", Norm: "none", Init: "glorot"}

// decoded are the examples that a trained model makes of codes.
func decoded(t *testing.T, tr *training, m models.Decoder, d models.Data, codes []float32, n int) []float32 {
	t.Helper()
	g := nn.NewGraph(tr.params, nn.Options{})
	x := m.Decode(g, g.Input("z", n, len(codes)/n), models.NewBatch(g, d, n, nn.Node{})).Mean()
	p, err := nn.Compile(g, x)
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Input("z"), codes)
	for i := range p.Input(models.AboutName) {
		p.Input(models.AboutName)[i] = float32(i % 3)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return slices.Clone(p.Output(x))
}

// encoded are the codes that a trained model gives examples.
func encoded(t *testing.T, tr *training, m models.Encoder, d models.Data, x []float32) []float32 {
	t.Helper()
	g := nn.NewGraph(tr.params, nn.Options{})
	z := m.Encode(g, models.Input(g, d, len(x)/d.Schema.Width())).Mean
	p, err := nn.Compile(g, z)
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Input(models.InputName), x)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return slices.Clone(p.Output(z))
}

// normalRows are draws of N(0, I) in two dimensions.
func normalRows(t *testing.T, n int, seed uint64) []float32 {
	t.Helper()
	z, err := latent.Draws(latent.Standard(2), n, seed)
	if err != nil {
		t.Fatal(err)
	}
	return z.Data
}

// momentsOf are the mean and the deviation of numbers.
func momentsOf(x []float32) (mean, deviation float64) {
	for _, v := range x {
		mean += float64(v) / float64(len(x))
	}
	for _, v := range x {
		deviation += (float64(v) - mean) * (float64(v) - mean) / float64(len(x))
	}
	return mean, math.Sqrt(deviation)
}

// Three classes with means of their own: samples of a class are around its mean.
func TestAConditionalGANTellsClassesApart(t *testing.T) {
	d := models.Data{Schema: example.Points(2), About: classes}
	m := adversarial.DefaultGAN
	m.Latent, m.Generator, m.Discriminator, m.Features = 2, hidden, hidden, 16
	m.Loss, m.R1, m.R2, m.Condition = "relativistic", 0.1, 0.1, []string{"class"}
	tr := compileTold(t, m, d, 96)
	noise := normalRows(t, 96, 1)
	centre := func(class int) [2]float32 { return [2]float32{float32(class) - 1, 1 - float32(class%2)} }
	for _, p := range tr.programs {
		for i, x := 0, p.Input(models.InputName); i < len(x); i++ {
			x[i] = centre(i / 2 % 3)[i%2] + 0.1*noise[i]
		}
		for i, about := 0, p.Input(models.AboutName); i < len(about); i++ {
			about[i] = float32(i % 3)
		}
	}
	for n := range 400 {
		tr.step(t, n, 400)
	}
	y := decoded(t, tr, m, d, normalRows(t, 96, 2), 96)
	for class := range 3 {
		for axis := range 2 {
			var of []float32
			for i := class; i < 96; i += 3 {
				of = append(of, y[2*i+axis])
			}
			if mean, _ := momentsOf(of); math.Abs(mean-float64(centre(class)[axis])) > 0.35 {
				t.Errorf("class %d, axis %d: mean %v, want %v", class, axis, mean, centre(class)[axis])
			}
		}
	}
}

// One of two patterns is one bit, ln 2 nats, which a category of two values can tell. Where it tells
// nearly all of it, each value has a pattern.
func TestInfoGANNamesTwoPatterns(t *testing.T) {
	d := models.Data{Schema: example.Pictures(8, 8, 1)}
	m := adversarial.DefaultInfoGAN
	m.Latent, m.Categories, m.Continuous, m.Generator, m.Discriminator, m.Features, m.R1 = 1, []int{2}, 0, hidden, hidden, 16, 1
	tr := compile(t, m, pictures(16), d.Schema, 16)
	for n := range 400 {
		tr.step(t, n, 400)
	}
	if got := tr.programs[1].Scalar(tr.terms[1][0].Value); !(got > 0.8*math.Ln2 && got <= math.Ln2) {
		t.Errorf("information %v nats, want nearly all of ln 2", got)
	}
	y := decoded(t, tr, m, d, []float32{0.5, 1, 0, 0.5, 0, 1}, 2)
	apart := 0.0
	for i := range 64 {
		apart += math.Abs(float64(y[i]-y[64+i])) / 64
	}
	if apart < 0.8 { // 1 for the patterns, which have no pixel in common
		t.Errorf("the pictures of both values are %v apart, want nearly 1", apart)
	}
}

// The codes of the prior are z, a one for each category and numbers in (−1, 1), alike in a loss.
func TestCodesOfAnInfoGAN(t *testing.T) {
	m := adversarial.DefaultInfoGAN
	m.Latent, m.Categories, m.Continuous = 3, []int{4, 2}, 2
	prior, err := m.Prior(nn.NewParams(1))
	if err != nil {
		t.Fatal(err)
	}
	const n = 4000
	z, err := latent.Draws(prior, n, 1)
	if err != nil {
		t.Fatal(err)
	}
	if prior.Dim() != 11 {
		t.Fatalf("%d values, want 3 + 4 + 2 + 2", prior.Dim())
	}
	for axis := range 11 {
		var column []float32
		for i := range n {
			column = append(column, z.Data[i*11+axis])
		}
		mean, deviation := momentsOf(column)
		want := [2]float64{0, 1}
		switch {
		case axis >= 9:
			want = [2]float64{0, 1 / math.Sqrt(3)}
		case axis >= 7:
			want = [2]float64{0.5, 0.5}
		case axis >= 3:
			want = [2]float64{0.25, math.Sqrt(0.25 * 0.75)}
		}
		if e := 5 * want[1] / math.Sqrt(n); math.Abs(mean-want[0]) > e || math.Abs(deviation-want[1]) > e {
			t.Errorf("value %d has mean %v and deviation %v, want %v", axis, mean, deviation, want)
		}
	}
	for i := range n {
		row := z.Data[i*11 : (i+1)*11]
		if row[3]+row[4]+row[5]+row[6] != 1 || row[7]+row[8] != 1 || slices.Max(row[3:7]) != 1 || slices.Max(row[7:9]) != 1 || slices.Max(row[9:]) >= 1 || slices.Min(row[9:]) <= -1 {
			t.Fatalf("codes %v, want one of each category and numbers in (−1, 1)", row)
		}
	}
}

// Points of N(2, ½²) along each axis: the codes get the moments of N(0, I), which an encoder alone
// would have no reason to give them, and the decoder makes the points of them.
func TestAAECodesArePriorDraws(t *testing.T) {
	d := models.Data{Schema: example.Points(2)}
	m := families.Models["aae"]().(adversarial.AAE)
	m.Latent, m.Encoder, m.Decoder, m.Discriminator, m.R1, m.Likelihood = 2, hidden, hidden, hidden, 3, likelihoods.Gaussian{Sigma: "1"}
	x := normalRows(t, 128, 1)
	for i, v := range x {
		x[i] = 2 + 0.5*v
	}
	tr := compile(t, m, x, d.Schema, 128)
	for n := range 2000 {
		tr.step(t, n, 2000)
	}
	z := encoded(t, tr, m, d, x)
	if mean, deviation := momentsOf(z); math.Abs(mean) > 0.2 || deviation < 0.8 || deviation > 1.2 {
		t.Errorf("codes have mean %v and deviation %v, want those of N(0, I)", mean, deviation)
	}
	if _, off := momentsOf(differences(decoded(t, tr, m, d, z, 128), x)); off > 0.1 {
		t.Errorf("reconstructions are %v off, want a fifth of the data's deviation at most", off)
	}
}

// Nothing asks a BiGAN for likeness but the discriminator of pairs. The code of each of two patterns
// decodes to it; pixels are 1 apart from those of the other pattern.
func TestBiGANInvertsItsGenerator(t *testing.T) {
	d := models.Data{Schema: example.Pictures(8, 8, 1)}
	m := adversarial.DefaultBiGAN
	m.Latent, m.Encoder, m.Generator, m.Discriminator, m.Features, m.R1 = 1, hidden, hidden, hidden, 16, 3
	x := pictures(16)
	tr := compile(t, m, x, d.Schema, 16)
	for n := range 1000 {
		tr.step(t, n, 1000)
	}
	y := decoded(t, tr, m, d, encoded(t, tr, m, d, x), 16)
	for i := range y {
		if apart := math.Abs(float64(y[i] - x[i])); apart > 0.1 {
			t.Fatalf("pixel %d of picture %d is %v, want %v", i%64, i/64, y[i], x[i])
		}
	}
}

// A phase of several scopes trains them all, and nothing else.
func TestPhasesOfSeveralScopes(t *testing.T) {
	d := models.Data{Schema: example.Points(2)}
	for _, c := range []struct {
		kind, phase string
		want        []string
	}{
		{"infogan", "discriminator", []string{"discriminator", "posterior"}}, {"infogan", "generator", []string{"generator"}},
		{"bigan", "discriminator", []string{"discriminator"}}, {"bigan", "generator", []string{"encoder", "generator"}},
		{"aae", "reconstruction", []string{"autoencoder.decoder", "autoencoder.encoder"}}, {"aae", "encoder", []string{"autoencoder.encoder"}},
	} {
		m := families.Models[c.kind]()
		tr := compile(t, m, make([]float32, 16), d.Schema, 8)
		for i, p := range m.Phases() {
			if p.Name != c.phase {
				continue
			}
			var got []string
			for _, grad := range tr.programs[i].Grads() {
				at := strings.Index(grad.Name, ".")
				if strings.HasPrefix(grad.Name, "autoencoder.") {
					at = len("autoencoder.") + strings.Index(grad.Name[len("autoencoder."):], ".")
				}
				got = append(got, grad.Name[:at])
			}
			slices.Sort(got)
			if got = slices.Compact(got); !slices.Equal(got, c.want) {
				t.Errorf("phase %s of %s trains %v, want %v", c.phase, c.kind, got, c.want)
			}
		}
	}
}

func differences(x, y []float32) []float32 {
	d := make([]float32, len(x))
	for i := range x {
		d[i] = x[i] - y[i]
	}
	return d
}
