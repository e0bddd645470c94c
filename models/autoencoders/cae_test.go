package autoencoders

import (
	"math"
	"math/rand/v2"
	"testing"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// The contraction is the sum of the squares of all derivatives of the code by the example, which the
// graph takes one by one.
func TestContractionIsTheNormOfTheJacobian(t *testing.T) {
	const n, d, k = 3, 4, 5
	for activation := range slopes {
		m := CAE{Latent: k, Activation: activation, Loss: "squared_error", Weight: 1}
		x := sums(n, d)
		p := nn.NewParams(1)
		got := computed(t, p, x, n, func(g *nn.Graph, b models.Batch) nn.Node { return m.loss(g, b).Terms[1].Value })
		want := computed(t, p, x, n, func(g *nn.Graph, b models.Batch) nn.Node {
			h := m.Encode(g, b).Mean
			total := g.Scalar(0).Reshape()
			for j := range k {
				total = total.Add(g.Grad(h.Slice(1, j, j+1).Sum(), b.X)[0].Square().SumCols().Mean())
			}
			return total
		})
		if math.Abs(float64(got[0]/want[0])-1) > 1e-5 {
			t.Errorf("%s: got %v, want %v", activation, got[0], want[0])
		}
	}
}

func TestCAEGradients(t *testing.T) {
	nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
		h := x[0].MatMul(x[1]).Sigmoid()
		return slopes["sigmoid"](h).Square().MulRow(x[1].Square().SumRows()).SumCols()
	}, []int{2, 3}, []int{3, 2})
}

// Examples lie on a line in the plane, with a little of the direction across it. With contraction a
// step across moves the code by less than a third of what a step along does; without it the layer has
// no reason to prefer one, and moves by more than half.
func TestCAEContractsAcrossTheData(t *testing.T) {
	const n, step = 128, 0.01
	rng := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, 2*n)
	for i := range n {
		along, across := 2*rng.Float64()-1, 0.1*rng.NormFloat64()
		x[2*i], x[2*i+1] = float32(0.6*along-0.8*across), float32(0.8*along+0.6*across)
	}
	for weight, want := range map[float64][2]float64{0: {0.5, 2}, 0.05: {0, 1. / 3}} {
		m := CAE{Latent: 8, Activation: "tanh", Loss: "squared_error", Weight: weight}
		tr := begin(t, m, x, n, 0.01)
		tr.steps(t, 400)
		if got := tr.term(t, "squared_error"); !(got < 0.1) { // along has a variance of 1/3
			t.Errorf("weight %v: squared error %v, want below 0.1", weight, got)
		}
		at := computed(t, tr.params, []float32{0, 0, 0.6 * step, 0.8 * step, -0.8 * step, 0.6 * step}, 3, func(g *nn.Graph, b models.Batch) nn.Node { return m.Encode(g, b).Mean })
		moved := func(i int) (length float64) {
			for j := range m.Latent {
				e := float64(at[i*m.Latent+j] - at[j])
				length += float64(e * e)
			}
			return math.Sqrt(length)
		}
		if ratio := moved(2) / moved(1); ratio < want[0] || ratio > want[1] {
			t.Errorf("weight %v: a step across moves the code by %v of what one along does, want it in %v", weight, ratio, want)
		}
	}
}
