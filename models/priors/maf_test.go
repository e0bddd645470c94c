package priors

import (
	"math"
	"strings"
	"testing"

	"latentspace/latent"
	"latentspace/nn"
	"latentspace/tensor"
)

// The maps make of draws what they are made of, draws from N(0, I), whose moments 6,000 of them have to
// 0.06. With weights that are far from the first the draws themselves are nothing like it.
func TestDrawsOfAMAFAreUndoneByItsMaps(t *testing.T) {
	const n, d = 6000, 3
	m := MAF{Flows: 2, Hidden: []int{8}}
	_, params := densities(t, m, make([]float32, d), d)
	for _, name := range params.Trained() {
		for i := range params.Get(name).Data {
			params.Get(name).Data[i] *= 0.8
		}
	}
	prior, err := m.Distribution(params, "prior", d)
	if err != nil {
		t.Fatal(err)
	}
	z, err := latent.Draws(prior, n, 1)
	if err != nil {
		t.Fatal(err)
	}
	g := nn.NewGraph(params, nn.Options{})
	u, _ := m.undone(g.In("prior"), g.Input("z", n, d))
	p, err := nn.Compile(g, u)
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Input("z"), z.Data)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	if off := offNormal(p.Output(u), d); off > 0.07 {
		t.Errorf("what draws are made of is off N(0, I) by %v in its moments", off)
	}
	if off := offNormal(z.Data, d); off < 0.3 {
		t.Errorf("the draws themselves are off N(0, I) by %v only", off)
	}
	few, err := latent.Draws(prior, 70, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range few.Data {
		if v != z.Data[i] {
			t.Fatalf("value %d of 70 draws is %v, and %v of more", i, v, z.Data[i])
		}
	}
}

// offNormal is how far the mean and the second moments of rows are from 0 and I.
func offNormal(z []float32, d int) (most float64) {
	n := len(z) / d
	for a := range d {
		mean := 0.0
		for i := range n {
			mean += float64(z[i*d+a]) / float64(n)
		}
		most = max(most, math.Abs(mean))
		for b := range d {
			second := 0.0
			if a == b {
				second = -1
			}
			for i := range n {
				second += float64(z[i*d+a]) * float64(z[i*d+b]) / float64(n)
			}
			most = max(most, math.Abs(second))
		}
	}
	return most
}

func TestErrorsOfAMAF(t *testing.T) {
	m := MAF{Flows: 1, Hidden: []int{4}}
	_, params := densities(t, m, make([]float32, 2), 2)
	prior, err := m.Distribution(params, "prior", 2)
	if err != nil {
		t.Fatal(err)
	}
	density := prior.(latent.Density)
	inf := float32(math.Inf(1))
	for want, z := range map[string]*tensor.Tensor{
		"density of codes of shape [1 3], want (1, 2)":    tensor.New(1, 3),
		"value 1 of code 0 is +Inf, want a finite number": {Shape: []int{1, 2}, Data: []float32{0, inf}},
	} {
		if err := density.LogDensity(z, make([]float64, 1)); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	m.LogDensity(g, g.Input("z", 2, 3, 4))
	if err := g.Err(); err == nil || !strings.HasSuffix(err.Error(), "maf prior: codes of shape [2 3 4], want (batch, latent)") {
		t.Errorf("got %v, want the shape", err)
	}
}
