package variational

import (
	"math"
	"testing"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// ofLogits is the posterior of n examples of codes with categories each.
func ofLogits(g *nn.Graph, r relaxation, logits nn.Node, n, codes, of int) categorical {
	return r.categories(models.NewBatch(g, models.Data{}, n, nn.Node{}), logits, codes, of)
}

// With probabilities ½, ¼ and ¼ of three categories the KL is ln 3 − 3/2·ln 2; with one that is
// certain ln 3. Each of 3,000 draws is a category, with its frequency, and the mean of ln q(y) − ln p(y)
// is the KL.
func TestCategoriesInClosedForm(t *testing.T) {
	const n = 3000
	var logits []float32
	for range n {
		logits = append(logits, float32(math.Ln2), 0, 0, 50, 0, 0)
	}
	kl := compute(t, func(g *nn.Graph) nn.Node {
		return ofLogits(g, defaultRelaxation, g.Constant(logits, n, 6), n, 2, 3).kl()
	})
	want := math.Log(3) - 1.5*math.Ln2
	if math.Abs(float64(kl[0])-want) > 1e-5 || math.Abs(float64(kl[1])-math.Log(3)) > 1e-5 {
		t.Errorf("KL %v, want %v and ln 3", kl[:2], want)
	}
	got := compute(t, func(g *nn.Graph) nn.Node {
		y, ratio := ofLogits(g, defaultRelaxation, g.Constant(logits, n, 6), n, 2, 3).exact(g)
		return nn.Concat(1, y, ratio.Reshape(n, 1))
	})
	var sum [7]float64
	for i := range n {
		for j := range sum {
			sum[j] += float64(got[7*i+j]) / n
		}
	}
	for j, share := range []float64{0.5, 0.25, 0.25, 1, 0, 0} {
		if math.Abs(sum[j]-share) > 0.04 {
			t.Errorf("category %d has the frequency %v, want %v", j, sum[j], share)
		}
	}
	if math.Abs(-sum[6]-want-math.Log(3)) > 0.05 {
		t.Errorf("mean of ln q(y) − ln p(y) is %v, want %v", -sum[6], want+math.Log(3))
	}
}

func TestTheTemperatureFallsAsAPower(t *testing.T) {
	r := relaxation{Start: 2, End: 0.5, Epochs: 10}
	got := compute(t, func(g *nn.Graph) nn.Node { return r.at(g.Constant([]float32{0, 5, 10, 20}, 4)) })
	for i, want := range []float64{2, 1, 0.5, 0.5} {
		if math.Abs(float64(got[i])-want) > 1e-5 {
			t.Errorf("temperatures %v, want 2, 1, 0.5 and 0.5", got)
		}
	}
	r.Epochs = 0
	if got := compute(t, func(g *nn.Graph) nn.Node { return r.at(g.Constant([]float32{0}, 1)) })[0]; got != 0.5 {
		t.Errorf("without epochs the temperature is %v, want the last, 0.5", got)
	}
}

// A relaxed draw has its own gradient, and one that goes straight through that of the relaxed one,
// though its value is a category.
func TestGradientsOfCategories(t *testing.T) {
	r := relaxation{Start: 0.7, End: 0.7, Epochs: 0}
	nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
		q := ofLogits(g, r, x[0], 3, 2, 4)
		return nn.Concat(1, q.draw(g), q.kl())
	}, []int{3, 8})

	logits := []float32{0.3, -1, 0.5, 0.2, 0.1, -0.4}
	gradient := func(through bool) (y, by []float32) {
		r.StraightThrough = through
		g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true, Seed: 1})
		x := g.Input("x", 2, 3)
		draw := ofLogits(g, r, x, 2, 1, 3).draw(g)
		cost := draw.Mul(g.Constant([]float32{1, 2, -1, 0.5, -2, 3}, 2, 3)).Sum()
		d := g.Grad(cost, x)[0]
		p, err := nn.Compile(g, draw, d)
		if err != nil {
			t.Fatal(err)
		}
		copy(p.Input("x"), logits)
		p.Draw(1)
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		return p.Output(draw), p.Output(d)
	}
	_, want := gradient(false)
	y, got := gradient(true)
	for i := range got {
		if math.Abs(float64(got[i]-want[i])) > 1e-6 {
			t.Errorf("the gradient is %v, want that of the relaxed draw, %v", got, want)
		}
		if v := math.Round(float64(y[i])); math.Abs(float64(y[i])-v) > 1e-6 {
			t.Errorf("a draw is %v, want categories", y)
		}
	}
}
