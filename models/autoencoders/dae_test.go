package autoencoders

import (
	"math"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/nn"
)

// noisy is what a DAE is given of n rows of d values v.
func noisy(t *testing.T, m DAE, v float32, n, d int) []float32 {
	t.Helper()
	g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true, Seed: 1})
	b := models.Input(g, models.Data{Schema: example.Pictures(d, 1, 1)}, n)
	y := noises[m.Noise](m, g, b)
	p, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Input(models.InputName) {
		p.Input(models.InputName)[i] = v
	}
	p.Draw(1)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return p.Output(y)
}

// Of n values of a half, k are destroyed with a deviation of √(n·share·(1 − share)); four of them are
// the bound. Gaussian noise has the mean zero and the deviation Sigma, within four standard errors.
func TestNoisesOfTheDAE(t *testing.T) {
	const n, share, sigma = 10_000, 0.3, 0.2
	m := DAE{Share: share, Sigma: sigma}
	off := 4 * math.Sqrt(share*(1-share)/n)
	count := func(noise string) map[float32]float64 {
		m.Noise = noise
		shares := map[float32]float64{}
		for _, v := range noisy(t, m, 0.5, 100, n/100) {
			shares[v] += 1. / n
		}
		return shares
	}
	if s := count("masking"); len(s) != 2 || math.Abs(s[0]-share) > off {
		t.Errorf("masking: shares of values %v, want %v of 0 and the rest of 0.5", s, share)
	}
	if s := count("salt_and_pepper"); len(s) != 3 || math.Abs(s[0]-share/2) > off || math.Abs(s[1]-share/2) > off {
		t.Errorf("salt and pepper: shares of values %v, want %v of 0 and of 1, and the rest of 0.5", s, share/2)
	}
	m.Noise = "gaussian"
	mean, square := 0.0, 0.0
	for _, v := range noisy(t, m, 0.5, 100, n/100) {
		e := float64(v) - 0.5
		mean, square = mean+e/n, square+float64(e*e)/n
	}
	if math.Abs(mean) > 4*sigma/math.Sqrt(n) || math.Abs(math.Sqrt(square)/sigma-1) > 4/math.Sqrt(2*n) {
		t.Errorf("gaussian: mean %v and deviation %v, want 0 and %v", mean, math.Sqrt(square), sigma)
	}
}

func TestSaltAndPepperNeedsARange(t *testing.T) {
	m := DefaultDAE
	m.Noise = "salt_and_pepper"
	_, _, err := m.Phases()[0].Graph(nn.NewParams(1), nn.Options{Training: true}, models.Data{Schema: example.Points(2)}, 4)
	if want := `salt_and_pepper: field "point" has values of kind real, want values in [0, 1]`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Every value of an example is the same, 0 or 1, so that half of them masked tell all: a mean of what
// is left that is above zero is a 1. Without a code of the others a value costs a quarter.
func TestDAEFillsWhatIsMasked(t *testing.T) {
	const n, d = 64, 16
	m := DAE{Latent: 2, Encoder: networks.MLP{Hidden: []int{16}, Activation: "tanh", Norm: "none", Init: "glorot"}, Noise: "masking", Share: 0.5}
	x := make([]float32, n*d)
	for i := range x {
		x[i] = float32(i / d % 2)
	}
	tr := begin(t, m, x, n, 0.01)
	tr.steps(t, 300)
	if got := tr.term(t, "squared_error"); !(got < 0.1*d/4) {
		t.Errorf("squared error %v, want below a tenth of %v", got, d/4.)
	}
}
