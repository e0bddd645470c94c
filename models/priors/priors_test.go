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

// fill gives the parameters of a prior values that are not the first ones.
func fill(p *nn.Params) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, name := range p.Trained() {
		for i := range p.Get(name).Data {
			p.Get(name).Data[i] = float32(random.NormFloat64())
		}
	}
}

// all are the priors that the tests look at.
var all = map[string]Prior{
	"normal": Normal{}, "a mixture of one": Mixture{Components: 1}, "a mixture of five": Mixture{Components: 5},
	"maf": MAF{Flows: 2, Hidden: []int{6}},
}

// densities returns ln p(z) of codes (n, d) in a graph, and the parameters.
func densities(t *testing.T, prior Prior, z []float32, d int) ([]float32, *nn.Params) {
	t.Helper()
	n := len(z) / d
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{})
	y := prior.LogDensity(g.In("prior"), g.Input("z", n, d))
	p, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	fill(params)
	copy(p.Input("z"), z)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return p.Output(y), params
}

func TestDensitiesIntegrateToOne(t *testing.T) {
	const from, to, n = -40.0, 40.0, 8001
	var z []float32
	for i := range n {
		z = append(z, float32(from+(to-from)*float64(i)/(n-1)))
	}
	for name, prior := range all {
		integral := 0.0
		logp, _ := densities(t, prior, z, 1)
		for _, v := range logp {
			integral += math.Exp(float64(v)) * (to - from) / (n - 1)
		}
		if math.Abs(integral-1) > 1e-4 {
			t.Errorf("%s: the density's integral is %v, want 1", name, integral)
		}
	}
}

// The distribution that codes are drawn from is the one that the loss has.
func TestTheDistributionHasTheDensityOfTheGraph(t *testing.T) {
	const n, d = 50, 3
	random := rand.New(rand.NewPCG(3, 4))
	z := make([]float32, n*d)
	for i := range z {
		z[i] = float32(2 * random.NormFloat64())
	}
	for name, prior := range all {
		got, params := densities(t, prior, z, d)
		drawn, err := prior.Distribution(params, "prior", d)
		if err != nil {
			t.Fatal(err)
		}
		if drawn.Dim() != d {
			t.Errorf("%s: codes of %d values, want %d", name, drawn.Dim(), d)
		}
		expected := make([]float64, n)
		if err := drawn.(latent.Density).LogDensity(&tensor.Tensor{Shape: []int{n, d}, Data: z}, expected); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			want := expected[i]
			if math.Abs(float64(got[i])-want) > 1e-4*(1+math.Abs(want)) {
				t.Errorf("%s: ln p of code %d is %v in the graph, and %v of the distribution", name, i, got[i], want)
			}
		}
	}
}

// KL of N(μ, σ²) from N(0, 1) in one dimension is ½ (μ² + σ² − ln σ² − 1), and that of the normal
// prior takes no draw.
func TestKLOfTheNormalPrior(t *testing.T) {
	mu, logvar := []float32{0, 1, -2}, []float32{0, 0.5, -3}
	got := kl(t, Normal{}, mu, logvar, []float32{9, 9, 9})
	for i := range mu {
		m, v := float64(mu[i]), float64(logvar[i])
		if want := (m*m + math.Exp(v) - v - 1) / 2; math.Abs(float64(got[i])-want) > 1e-5 {
			t.Errorf("μ %v, ln σ² %v: %v, want %v", m, v, got[i], want)
		}
	}
}

// Of a mixture the KL is estimated by the draw: ln q(z) − ln p(z). A mixture of one standard
// normal distribution has the normal prior's on average.
func TestKLOfAMixtureIsThatOfTheNormalPriorOnAverage(t *testing.T) {
	const n = 20_000
	random := rand.New(rand.NewPCG(5, 6))
	mu, logvar, z := make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range z {
		mu[i], logvar[i] = 0.7, -1
		z[i] = float32(0.7 + math.Exp(-0.5)*random.NormFloat64())
	}
	mean := 0.0
	for _, v := range kl(t, Mixture{Components: 1}, mu, logvar, z) {
		mean += float64(v) / n
	}
	// Five errors: the estimate's deviation is below 1.
	if want := (0.49 + math.Exp(-1)) / 2; math.Abs(mean-want) > 5/math.Sqrt(n) {
		t.Errorf("%v on average, want %v", mean, want)
	}
}

// kl is that of codes of one value, with parameters that are zero: a standard normal
// distribution, whatever the prior.
func kl(t *testing.T, prior Prior, mu, logvar, z []float32) []float32 {
	t.Helper()
	n := len(mu)
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{})
	y := prior.KL(g.In("prior"), g.Input("mu", n, 1), g.Input("logvar", n, 1), g.Input("z", n, 1))
	p, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range params.Trained() {
		clear(params.Get(name).Data)
	}
	for name, v := range map[string][]float32{"mu": mu, "logvar": logvar, "z": z} {
		copy(p.Input(name), v)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return p.Output(y)
}

func TestGradients(t *testing.T) {
	for name, prior := range all {
		t.Run(name, func(t *testing.T) {
			codes := []int{4, 3}
			nntest.Probe{Spread: 0.8}.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node { return prior.LogDensity(g, x[0]) }, codes)
			// The normal prior's takes no draw.
			kl := func(g *nn.Graph, x []nn.Node) nn.Node { return prior.KL(g, x[0], x[1], x[2%len(x)]) }
			if shapes := [][]int{codes, codes, codes}; prior == (Normal{}) {
				nntest.Probe{Spread: 0.8}.Check(t, kl, shapes[:2]...)
			} else {
				nntest.Probe{Spread: 0.8}.Check(t, kl, shapes...)
			}
		})
	}
}

// Draws have the shares and the means of the components.
func TestDrawsOfAMixtureComeFromItsComponents(t *testing.T) {
	m := Mixture{Components: 2}
	_, params := densities(t, m, []float32{0}, 1)
	copy(params.Get("prior.weight").Data, []float32{0, float32(math.Log(3))})
	copy(params.Get("prior.mean").Data, []float32{-10, 10})
	copy(params.Get("prior.logvar").Data, []float32{0, 0})
	prior, err := m.Distribution(params, "prior", 1)
	if err != nil {
		t.Fatal(err)
	}
	z, err := latent.Draws(prior, 4000, 1)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, v := range z.Data {
		if math.Abs(math.Abs(float64(v))-10) > 6 {
			t.Fatalf("a draw is %v, want one near −10 or 10", v)
		}
		if v > 0 {
			right++
		}
	}
	if share := float64(right) / 4000; math.Abs(share-0.75) > 0.035 {
		t.Errorf("a share of %v of the second component, want 0.75", share)
	}
}

func TestDefaultsAndErrors(t *testing.T) {
	report := func(p Prior) string {
		var all []string
		if c, ok := p.(interface {
			Check(func(key, format string, args ...any))
		}); ok {
			c.Check(func(key, format string, args ...any) { all = append(all, key+": "+fmt.Sprintf(format, args...)) })
		}
		return strings.Join(all, "\n")
	}
	for kind, f := range Priors {
		if got := report(f()); got != "" {
			t.Errorf("the defaults of %s: %s", kind, got)
		}
	}
	if got, want := report(Mixture{}), "components: 0, want it from 1 to 10000"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if Or(nil) != (Normal{}) || Or(Mixture{Components: 3}) != (Mixture{Components: 3}) {
		t.Error("no prior is not N(0, I), or one is not itself")
	}
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	Mixture{Components: 2}.LogDensity(g, g.Input("z", 2, 3, 4))
	if err := g.Err(); err == nil || !strings.HasSuffix(err.Error(), "mixture prior: codes of shape [2 3 4], want (batch, latent)") {
		t.Errorf("got %v, want the shape", err)
	}
}
