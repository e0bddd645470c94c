package parts

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"latentspace/nn"
	"latentspace/nn/nntest"
)

// discrepancy is that of rows of dim values.
func discrepancy(t *testing.T, kernel string, z, w []float32, dim int) float64 {
	t.Helper()
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	y := MMD(g, kernel, g.Constant(z, len(z)/dim, dim), g.Constant(w, len(w)/dim, dim))
	p, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return p.Scalar(y)
}

// For N(δ, 1) and N(0, 1) the difference of a draw from each is N(δ, 2), and E[e^−r/2] of its square r
// is √⅓·e^(−δ²/6): the discrepancy is 2·√⅓·(1 − e^(−δ²/6)). The mean over 2,000 draws of each has a
// deviation of about 0.02.
func TestTheDiscrepancyOfTwoNormalDistributions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, shift := range []float64{0, 1, 3} {
		z, w := make([]float32, 2000), make([]float32, 2000)
		for i := range z {
			z[i], w[i] = float32(shift+random.NormFloat64()), float32(random.NormFloat64())
		}
		want := 2 * math.Sqrt(1.0/3) * (1 - math.Exp(-shift*shift/6))
		if got := discrepancy(t, "rbf", z, w, 1); math.Abs(got-want) > 0.06 {
			t.Errorf("shifted by %v: got %v, want %v", shift, got, want)
		}
	}
}

// Two draws each in two dimensions, (0, 0) and (2, 0), (0, 1) and (2, 1), with C = 4: the squared
// distances are 4 within a pair, and 1, 5, 5, 1 between them.
func TestMultiquadraticsOfTwoPairs(t *testing.T) {
	k := func(r float64) (sum float64) {
		for _, s := range []float64{0.1, 0.2, 0.5, 1, 2, 5, 10} {
			sum += s * 4 / (s*4 + r)
		}
		return sum
	}
	want := 2*k(4) - (k(1) + k(5)) // each pair has the mean k(4), and the four between them (k(1) + k(5))/2, twice
	if got := discrepancy(t, "imq", []float32{0, 0, 2, 0}, []float32{0, 1, 2, 1}, 2); math.Abs(got-want) > 1e-5 {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestGradientsOfTheDiscrepancy(t *testing.T) {
	for kernel := range Kernels {
		nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
			return MMD(g, kernel, x[0], g.Constant([]float32{0.3, 1, -0.7, 0.2, -2, 0.6, 0.5, -1}, 4, 2))
		}, []int{4, 2})
	}
}

func TestADiscrepancyNeedsTwoDraws(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	MMD(g, "imq", g.Input("z", 1, 2), g.Input("w", 1, 2))
	if err, want := g.Err(), "maximum mean discrepancy: codes of shape [1 2], want at least two (batch, latent)"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
