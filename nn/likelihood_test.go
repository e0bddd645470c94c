package nn_test

import (
	"math"
	"testing"

	"latentspace/nn"
	"latentspace/nn/nntest"
)

var losses = []struct {
	name string
	f    func(x []nn.Node) nn.Node
	n    int // inputs of shape (3, 4)
}{
	{"bernoulli", func(x []nn.Node) nn.Node { return nn.BernoulliNLL(x[0], x[1]) }, 2},
	{"gaussian", func(x []nn.Node) nn.Node { return nn.GaussianNLL(x[0], x[1], x[2]) }, 3},
	{"gaussian of fixed sigma", func(x []nn.Node) nn.Node { return nn.FixedGaussianNLL(x[0], x[1], 0.7) }, 2},
	{"categorical", func(x []nn.Node) nn.Node { return nn.CategoricalNLL(x[0], x[1].Softmax()) }, 2},
	{"squared error", func(x []nn.Node) nn.Node { return nn.SquaredError(x[0], x[1]) }, 2},
	{"gaussian kl", func(x []nn.Node) nn.Node { return nn.GaussianKL(x[0], x[1]) }, 2},
	{"reparameterisation", func(x []nn.Node) nn.Node { return nn.Reparameterise(x[0], x[1], x[2]) }, 3},
}

func TestLossGradients(t *testing.T) {
	for _, l := range losses {
		t.Run(l.name, func(t *testing.T) {
			var shapes [][]int
			for range l.n {
				shapes = append(shapes, []int{3, 4})
			}
			f := func(_ *nn.Graph, x []nn.Node) nn.Node { return l.f(x) }
			nntest.Check(t, f, shapes...)
			nntest.CheckSecond(t, f, shapes...)
		})
	}
}

// lossAt evaluates a loss and its gradients where every input is one value.
func lossAt(t *testing.T, f func(x []nn.Node) nn.Node, values ...float32) (float64, []float64) {
	t.Helper()
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	var x []nn.Node
	for i := range values {
		x = append(x, g.Input(string(rune('a'+i)), 1, 2))
	}
	total := f(x).Sum()
	grads := g.Grad(total, x...)
	p, err := nn.Compile(g, append([]nn.Node{total}, grads...)...)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range values {
		in := p.Input(string(rune('a' + i)))
		in[0], in[1] = v, v
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	var d []float64
	for _, g := range grads {
		d = append(d, float64(p.Output(g)[0]))
	}
	return p.Scalar(total), d
}

// Two features each, so that a loss is twice that of one.
func TestLossesAtClosedForms(t *testing.T) {
	half := 0.5 * math.Log(2*math.Pi)
	tests := []struct {
		name   string
		f      func(x []nn.Node) nn.Node
		at     []float32
		want   float64
		wantD0 float64 // by the first input
	}{
		{"bernoulli: a fair coin costs ln 2 each", losses[0].f, []float32{0, 1}, 2 * math.Ln2, -0.5},
		{"bernoulli: sure and right", losses[0].f, []float32{200, 1}, 0, 0},
		{"bernoulli: sure and wrong", losses[0].f, []float32{200, 0}, 400, 1},
		{"bernoulli: sure of zero and wrong", losses[0].f, []float32{-200, 1}, 400, -1},
		{"bernoulli: a grey pixel", losses[0].f, []float32{0, 0.25}, 2 * math.Ln2, 0.25},
		{"gaussian: at the mean, of unit variance", losses[1].f, []float32{1, 0, 1}, 2 * half, 0},
		{"gaussian: one deviation away", losses[1].f, []float32{0, 0, 1}, 2 * (0.5 + half), -1},
		{"gaussian: a variance of e²⁰⁰", losses[1].f, []float32{0, 200, 1}, 2 * (100 + half), 0},
		{"gaussian: a mean of 200", losses[1].f, []float32{200, 0, 0}, 2 * (20000 + half), 200},
		{"fixed gaussian: one deviation of 0.7 away", losses[2].f, []float32{0, 0.7}, 2 * (0.5 + math.Log(0.7) + half), -0.7 / 0.49},
		{"kl of the prior with itself", losses[5].f, []float32{0, 0}, 0, 0},
		{"kl of a shifted unit Gaussian: half the shift squared", losses[5].f, []float32{3, 0}, 9, 3},
		{"kl of variance e⁻²⁰⁰: 99.5 nats each", losses[5].f, []float32{0, -200}, 2 * 99.5, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, d := lossAt(t, test.f, test.at...)
			if math.Abs(got-test.want) > 1e-6*max(1, test.want) {
				t.Errorf("loss %.9g, want %.9g", got, test.want)
			}
			if math.Abs(d[0]-test.wantD0) > 1e-6*max(1, math.Abs(test.wantD0)) {
				t.Errorf("gradient %.9g, want %.9g", d[0], test.wantD0)
			}
		})
	}
}

func TestCategoricalAtClosedForms(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	l, c := g.Input("l", 4, 3), g.Input("c", 4, 3)
	loss := nn.CategoricalNLL(l, c)
	p, err := nn.Compile(g, loss)
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Input("l"), []float32{0, 0, 0, 200, 0, -200, 200, 0, -200, -200, -200, -200})
	copy(p.Input("c"), []float32{1, 0, 0, 1, 0, 0, 0, 0, 1, 0.5, 0.5, 0})
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{math.Log(3), 0, 400, math.Log(3)} {
		if got := float64(p.Output(loss)[i]); math.Abs(got-want) > 2e-5 {
			t.Errorf("row %d: got %v, want %v", i, got, want)
		}
	}
}

// No logit, mean or log-variance in ±200 makes a loss or a gradient infinite.
func TestLossesAreFiniteAtExtremes(t *testing.T) {
	extremes := []float32{-200, -100, 0, 100, 200}
	for _, l := range losses {
		t.Run(l.name, func(t *testing.T) {
			for _, a := range extremes {
				for _, b := range extremes {
					for _, c := range extremes {
						got, d := lossAt(t, l.f, []float32{a, b, c}[:l.n]...)
						for _, v := range append(d, got) {
							if math.IsNaN(v) || math.IsInf(v, 0) {
								t.Fatalf("at %v, %v, %v: loss %v, gradients %v", a, b, c, got, d)
							}
						}
					}
				}
			}
		})
	}
}
