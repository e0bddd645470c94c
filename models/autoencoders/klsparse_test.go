package autoencoders

import (
	"math"
	"testing"

	"latentspace/nn"
	"latentspace/nn/nntest"
)

// KL(r ‖ ρ) by its formula, zero where they are the same, and finite where a unit is never or always
// on.
func TestBernoulliKL(t *testing.T) {
	const r = 0.1
	rho := []float32{0.1, 0.5, 0.01, 0, 1}
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	y := bernoulliKL(r, g.Constant(rho, len(rho)))
	p, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, v := range p.Output(y) {
		q := min(max(float64(rho[i]), 1e-7), 1-1e-7)
		want := r*math.Log(r/q) + (1-r)*math.Log((1-r)/(1-q))
		if math.Abs(float64(v)-want) > 0.02*want+1e-6 {
			t.Errorf("KL(%v ‖ %v) is %v, want %v", r, rho[i], v, want)
		}
	}
}

func TestKLSparseGradients(t *testing.T) {
	nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node { return bernoulliKL(0.1, x[0].Sigmoid().MeanAxis(0)) }, []int{3, 4})
}

// With the weight of the KL the units are on for a tenth of the examples, as they are asked to be; without
// it for about a half, where the sigmoid begins. Either way the examples are reproduced, of whose
// variance a mean leaves all.
func TestKLSparseUnitsAreRarelyOn(t *testing.T) {
	const n, d = 128, 8
	for weight, want := range map[float64][2]float64{0: {0.25, 0.75}, 1: {0.07, 0.16}} {
		m := KLSparse{Latent: 16, Encoder: linear, Loss: "squared_error", Rate: 0.1, Weight: weight}
		tr := begin(t, m, sums(n, d), n, 0.02)
		tr.steps(t, 500)
		if got := tr.term(t, "activity"); got < want[0] || got > want[1] {
			t.Errorf("with the weight %v the units are on for a share of %v, want it in %v", weight, got, want)
		}
		if got := tr.term(t, "squared_error"); !(got < 0.5) { // the variance of an example is 3.5
			t.Errorf("with the weight %v the squared error is %v, want it below 0.5", weight, got)
		}
	}
}
