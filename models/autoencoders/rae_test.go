package autoencoders

import (
	"fmt"
	"math"
	"testing"

	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/nn"
)

var linear = networks.MLP{Activation: "relu", Norm: "none", Init: "glorot"}

// Of a linear decoder y = z·W + b the Jacobian is W, whatever the code. The estimate of its norm has
// the mean |W|², and a deviation of √2·|WWᵀ| for a draw, which is at most √2·|W|²: within four standard
// errors of 400 draws it is right.
func TestRAEGradientPenaltyIsTheNormOfTheJacobian(t *testing.T) {
	const draws, d, k = 400, 5, 3
	m := RAE{Latent: k, Encoder: linear, Loss: "squared_error", Regulariser: "gradient"}
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{Training: true, Seed: 1})
	z := g.Constant(make([]float32, draws*k), draws, k)
	y := linear.Map(g.In("decoder"), z, []int{d})
	r := regularisers[m.Regulariser](g, z, y)
	program, err := nn.Compile(g, r)
	if err != nil {
		t.Fatal(err)
	}
	program.Draw(1)
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for _, w := range p.Get("decoder.out.weight").Data {
		want += float64(w * w)
	}
	if got := program.Scalar(r); math.Abs(got-want) > 4*math.Sqrt2*want/math.Sqrt(draws) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The other regulariser is the sum of the squares of the decoder's parameters, and of no others.
func TestRAEWeightsOfTheDecoder(t *testing.T) {
	m := RAE{Latent: 2, Encoder: linear, Loss: "squared_error", Regulariser: "l2"}
	p := nn.NewParams(1)
	x := sums(4, 3)
	regulariser := func(g *nn.Graph, b models.Batch) nn.Node { return m.loss(g, b).Terms[2].Value }
	computed(t, p, x, 4, regulariser) // makes the parameters
	copy(p.Get("decoder.out.weight").Data, []float32{1, 2, 3, 0, 0, -1})
	copy(p.Get("decoder.out.bias").Data, []float32{0, 0, 2})
	if got := computed(t, p, x, 4, regulariser)[0]; got != 1+4+9+1+4 {
		t.Errorf("got %v, want 19", got)
	}
}

// A regularised decoder stretches its codes less: the codes spread, until their own norm stops them.
// Either way two numbers code the examples, which lie in a plane.
func TestRAELearnsAPlane(t *testing.T) {
	const n = 128
	for _, of := range []string{"l2", "gradient"} {
		x := make([]float32, 0, 6*n)
		for i := range n {
			a, b := math.Sin(float64(i)), math.Sin(float64(3*i+1))
			for k := range 6 {
				x = append(x, float32(a*math.Cos(float64(k))+b*math.Sin(float64(k))))
			}
		}
		slope := map[float64]float64{}
		for _, weight := range []float64{0, 0.01} {
			m := RAE{Latent: 2, Encoder: networks.MLP{Hidden: []int{16}, Activation: "tanh", Norm: "none", Init: "glorot"}, Loss: "squared_error", Shrink: 0.001, Regulariser: of, Weight: weight}
			tr := begin(t, m, x, n, 0.01)
			tr.steps(t, 300)
			if got := tr.term(t, "squared_error"); !(got < 0.3) { // of a variance of 3
				t.Errorf("%s, weight %v: squared error %v, want below 0.3", of, weight, got)
			}
			slope[weight] = tr.term(t, "regulariser")
		}
		if !(slope[0.01] < slope[0]) {
			t.Errorf("%s: the regulariser is %v with a weight and %v without", of, slope[0.01], slope[0])
		}
	}
}

func TestRAEGradientPenaltyRefusesBatchNorm(t *testing.T) {
	m := DefaultRAE
	m.Regulariser = "gradient"
	m.Encoder = networks.MLP{Hidden: []int{4}, Activation: "relu", Norm: "batch", Init: "glorot"}
	got := ""
	m.Check(func(key, format string, args ...any) { got += key + ": " + fmt.Sprintf(format, args...) })
	if want := "encoder.norm: batch couples the examples of a batch, and the loss is of each alone: want none, group, layer or spectral"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
