package models

import (
	"math"
	"slices"
	"testing"

	"latentspace/example"
	"latentspace/models/likelihoods"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// A field with gaps counts where it is known, and being known has a probability of its own:
// −ln p = −ln p(known) − known·ln p(values).
func TestMissingFieldsHaveALikelihood(t *testing.T) {
	d := Data{Schema: example.Schema{Fields: []example.Field{
		{Name: "city", Kind: example.Category, Words: []string{"a", "b"}, View: example.Cell, Gaps: true},
		{Name: "age", Kind: example.Real, View: example.Cell, Gaps: true},
	}}}
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	// logits of a and b, of city known, the mean of age, the logit of age known
	y := g.Constant([]float32{0, 1.0986123, 0, 2, 1.0986123}, 1, 5).Repeat(3)
	x := g.Constant([]float32{1, 1, 3, 1, 0, 0, 3, 1, 0, 0, 0, 0}, 3, 4)
	o := Output{Likelihood: likelihoods.Auto{}, Params: y, g: g, schema: d.Schema}
	nll, fields := o.NLL(x), o.FieldNLLs(x)
	p, err := nn.Compile(g, nll, fields)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	half, quarter, word := math.Log(2), math.Log(4), math.Log(4.0/3)
	sigma := math.Log(1 + 1e-6) // the width starts at 1, and has 10⁻⁶ more
	age := 0.5*(3-2)*(3-2)*math.Exp(-sigma) + 0.5*sigma + 0.5*math.Log(2*math.Pi)
	known := math.Log(4.0 / 3)
	want := [][2]float64{{half + word, known + age}, {half, known + age}, {half, quarter}}
	for i, w := range want {
		for k, v := range w {
			if got := float64(p.Output(fields)[2*i+k]); math.Abs(got-v) > 1e-5 {
				t.Errorf("example %d, field %d: got %v nats, want %v", i, k, got, v)
			}
		}
		if got := float64(p.Output(nll)[i]); math.Abs(got-w[0]-w[1]) > 1e-5 {
			t.Errorf("example %d: got %v nats, want %v", i, got, w[0]+w[1])
		}
	}
}

// Gradients go through known values and through whether they are known.
func TestGradientsOfFieldsWithGaps(t *testing.T) {
	schema := example.Of(example.Field{Name: "age", Kind: example.Real, View: example.Cell, Gaps: true})
	nntest.Probe{Spread: 0.8}.Check(t, func(g *nn.Graph, y []nn.Node) nn.Node {
		o := Output{Likelihood: likelihoods.Auto{}, Params: y[0], g: g, schema: schema}
		return o.NLL(g.Constant([]float32{0.9, 1, 0, 0, -0.4, 1, 0, 0}, 4, 2))
	}, []int{4, 2})
}

func TestNetworksSeeIndicesAsVectors(t *testing.T) {
	d := Data{Schema: example.Schema{Fields: []example.Field{
		{Name: "a", Kind: example.Real, View: example.Cell},
		{Name: "b", Kind: example.Category, Words: []string{"x", "y", "z"}, View: example.Cell, Gaps: true},
		{Name: "c", Kind: example.Real, View: example.Cell, Gaps: true},
		{Name: "d", Kind: example.Ordinal, Words: []string{"low", "high"}, View: example.Cell},
	}}}
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	b := NewBatch(g, d, 2, g.Constant([]float32{
		0.5, 2, 1, 7, 1, 1,
		0.25, 0, 0, 0, 0, 0}, 2, 6))
	seen := b.Seen()
	p, err := nn.Compile(g, seen)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	want := []float32{
		0.5, 0, 0, 1, 1, 7, 1, 0, 1,
		0.25, 0, 0, 0, 0, 0, 0, 1, 0}
	if got := p.Output(seen); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	numbers := NewBatch(g, Data{Schema: example.Points(2)}, 2, g.Constant([]float32{1, 2, 3, 4}, 2, 2))
	if numbers.Seen() != numbers.X {
		t.Error("examples of numbers alone are not what a network reads")
	}
}
