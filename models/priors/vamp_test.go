package priors

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"latentspace/latent"
	"latentspace/nn"
	"latentspace/nn/nntest"
	"latentspace/tensor"
)

// affine is an encoder in the scope "encoder", with a layer each for μ and ln σ².
func affine(latent int) Encoder {
	return func(g *nn.Graph, x nn.Node) (mean, logvar nn.Node) {
		in := g.In("encoder")
		x = nn.Flatten{}.Forward(in, x)
		return nn.Linear{Out: latent}.Forward(in.In("mean"), x), nn.Linear{Out: latent}.Forward(in.In("logvar"), x)
	}
}

// pseudoDensities returns ln p(z) of codes z (n, d) under a prior of three pseudo-inputs, and the
// parameters.
func pseudoDensities(t *testing.T, bounded bool, shape []int, z []float32, d int) ([]float32, *nn.Params) {
	t.Helper()
	return densities(t, Vamp{Components: 3, Speed: 4}.With(affine(d), shape, bounded), z, d)
}

// ln p(z) is that of the mixture of the encoder's Gaussians, computed here in float64, and so is the
// density of the distribution that codes are drawn from.
func TestAVampPriorIsTheMixtureOfItsPosteriors(t *testing.T) {
	const n, d = 20, 2
	random := rand.New(rand.NewPCG(3, 4))
	z := make([]float32, n*d)
	for i := range z {
		z[i] = float32(2 * random.NormFloat64())
	}
	for _, bounded := range []bool{true, false} {
		got, params := pseudoDensities(t, bounded, []int{2, 2, 1}, z, d)
		name := "prior.pseudo"
		if bounded {
			name = "prior.logits"
		}
		pseudo := params.Get(name)
		if pseudo == nil || len(pseudo.Data) != 3*4 {
			t.Fatalf("%s is %v, want three examples of four values", name, pseudo)
		}
		layer := func(kind string, u []float64, j int) float64 {
			sum := float64(params.Get("encoder." + kind + ".bias").Data[j])
			for i, v := range u {
				sum += v * float64(params.Get("encoder." + kind + ".weight").Data[i*d+j])
			}
			return sum
		}
		drawn, err := Vamp{Components: 3, Speed: 4}.With(affine(d), nil, !bounded).Distribution(params, "prior", d)
		if err != nil {
			t.Fatal(err)
		}
		density := make([]float64, n)
		if err := drawn.(latent.Density).LogDensity(&tensor.Tensor{Shape: []int{n, d}, Data: z}, density); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			p := 0.0
			for k := range 3 {
				u := make([]float64, 4)
				for j := range u {
					u[j] = 4 * float64(pseudo.Data[k*4+j])
					if bounded {
						u[j] = 1 / (1 + math.Exp(-u[j]))
					}
				}
				logq := 0.0
				for j := range d {
					v := layer("logvar", u, j)
					e := float64(z[i*d+j]) - layer("mean", u, j)
					logq -= (e*e/math.Exp(v) + v + math.Log(2*math.Pi)) / 2
				}
				p += math.Exp(logq) / 3
			}
			if want := math.Log(p); math.Abs(float64(got[i])-want) > 1e-4*(1+math.Abs(want)) || math.Abs(density[i]-want) > 1e-4*(1+math.Abs(want)) {
				t.Errorf("bounded %v: ln p of code %d is %v in the graph and %v of the distribution, want %v", bounded, i, got[i], density[i], want)
			}
		}
	}
}

// Gradients go through the codes, through the pseudo-inputs and through the encoder that makes codes of
// them.
func TestGradientsOfAVampPrior(t *testing.T) {
	codes := []int{4, 3}
	prior := Vamp{Components: 2, Speed: 1}.With(affine(3), []int{5}, true)
	nntest.Probe{Spread: 0.8}.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node { return prior.KL(g.In("prior"), x[0], x[1], x[2]) }, codes, codes, codes)
	reached := nn.NewParams(1)
	g := nn.NewGraph(reached, nn.Options{})
	loss := prior.LogDensity(g.In("prior"), g.Input("z", 4, 3)).Mean()
	p, err := nn.CompileStep(g, loss, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Input("z") {
		p.Input("z")[i] = float32(i%5) - 2
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	for _, grad := range p.Grads() {
		sum := 0.0
		for _, v := range grad.Value {
			sum += math.Abs(float64(v))
		}
		if sum == 0 {
			t.Errorf("the gradient of %s is zero", grad.Name)
		}
	}
	if len(p.Grads()) != 5 {
		t.Errorf("%d parameters have gradients, want the logits and two layers of two", len(p.Grads()))
	}
}

func TestAVampPriorNeedsAnEncoder(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	z := g.Input("z", 2, 3)
	Vamp{Components: 2}.KL(g, z, z, z)
	if err := g.Err(); err == nil || !strings.Contains(err.Error(), "want prior: mixture") {
		t.Errorf("got %v, want what else to use", err)
	}
	if _, err := (Vamp{Components: 2}).Distribution(nil, "prior", 3); err == nil || !strings.Contains(err.Error(), "encoder") {
		t.Errorf("got %v, want what it lacks", err)
	}
	g = nn.NewGraph(nn.NewParams(1), nn.Options{})
	Vamp{Components: 2, Speed: 1}.With(affine(3), []int{5}, true).LogDensity(g, g.Input("z", 2, 3, 4))
	if err := g.Err(); err == nil || !strings.HasSuffix(err.Error(), "vamp prior: codes of shape [2 3 4], want (batch, latent)") {
		t.Errorf("got %v, want the shape", err)
	}
}

// Pseudo-inputs begin alike whatever their speed is, and limits are reported.
func TestSpeedsOfPseudoInputs(t *testing.T) {
	first := func(speed float64) []float32 {
		g := nn.NewGraph(nn.NewParams(1), nn.Options{})
		var seen nn.Node
		Vamp{Components: 2, Speed: speed}.With(func(g *nn.Graph, x nn.Node) (mean, logvar nn.Node) {
			seen = x
			return affine(3)(g, x)
		}, []int{5}, true).LogDensity(g.In("prior"), g.Input("z", 4, 3))
		p, err := nn.Compile(g, seen)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		return p.Output(seen)
	}
	slow, fast := first(1), first(50)
	for i := range slow {
		if math.Abs(float64(slow[i]-fast[i])) > 1e-6 {
			t.Errorf("value %d begins as %v with the speed 1 and as %v with 50", i, slow[i], fast[i])
		}
	}
	var got []string
	Vamp{Speed: math.NaN()}.Check(func(key, format string, args ...any) { got = append(got, fmt.Sprintf(key+": "+format, args...)) })
	if want := "components: 0, want it from 1 to 10000 speed: NaN, want it from 0.001 to 1000"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
