package likelihoods

import (
	"math"
	"slices"
	"testing"

	"latentspace/example"
	"latentspace/nn"
)

// field is a field of values of a kind; words are its number of them.
func field(kind example.Kind, words int, shape ...int) example.Field {
	f := example.Field{Name: "f", Kind: kind, Shape: shape}
	for i := range words {
		f.Words = append(f.Words, string(rune('a'+i)))
	}
	return f
}

// given are values of parameters and of state by name, in place of the first ones.
type given map[string][]float32

// nll returns −ln p(x|y) of rows x, each with the same y.
func nll(t *testing.T, l Likelihood, f example.Field, y []float32, x [][]float32, training bool, of given) []float64 {
	t.Helper()
	n := len(x)
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{Training: training})
	out := l.NLL(g, g.Input("y", append([]int{n}, l.Params(f)...)...), g.Input("x", append([]int{n}, f.Shape...)...), f)
	p, err := nn.Compile(g, out)
	if err != nil {
		t.Fatal(err)
	}
	of.set(t, params)
	copy(p.Input("y"), slices.Repeat(y, n))
	copy(p.Input("x"), slices.Concat(x...))
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(out.Shape(), []int{n}) {
		t.Fatalf("−ln p of shape %v, want (%d)", out.Shape(), n)
	}
	all := make([]float64, n)
	for i, v := range p.Output(out) {
		all[i] = float64(v)
	}
	return all
}

func (of given) set(t *testing.T, params *nn.Params) {
	t.Helper()
	for name, v := range of {
		if params.Get(name) == nil {
			t.Fatalf("no parameter %s", name)
		}
		copy(params.Get(name).Data, v)
	}
}

// drawn returns n draws of a field and its mean, for one y.
func drawn(t *testing.T, l Likelihood, f example.Field, y []float32, n int, of given) (draws [][]float32, mean []float32) {
	t.Helper()
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{Seed: 1})
	in := g.Input("y", append([]int{n}, l.Params(f)...)...)
	draw, m := l.Draw(g, in, f), l.Mean(g, in, f)
	p, err := nn.Compile(g, draw, m)
	if err != nil {
		t.Fatal(err)
	}
	of.set(t, params)
	copy(p.Input("y"), slices.Repeat(y, n))
	var first []float32
	for step := range 2 {
		p.Draw(uint64(step))
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		if step == 1 && slices.Equal(first, p.Output(draw)) {
			t.Error("two draws of noise give the same values")
		}
		first = slices.Clone(p.Output(draw))
	}
	if want := append([]int{n}, f.Shape...); !slices.Equal(draw.Shape(), want) || !slices.Equal(m.Shape(), want) {
		t.Fatalf("draws of shape %v and means of %v, want %v", draw.Shape(), m.Shape(), want)
	}
	size := f.Size()
	lo, hi := l.Support(f)
	for i := range n {
		row := first[i*size : (i+1)*size]
		for _, v := range row {
			if math.IsNaN(float64(v)) || float64(v) < lo || float64(v) > hi {
				t.Fatalf("a draw is %v, outside of the support [%v, %v]", v, lo, hi)
			}
		}
		draws = append(draws, row)
	}
	return draws, p.Output(m)[:size]
}

// combinations are all rows of size indices below words.
func combinations(words, size int) [][]float32 {
	rows := [][]float32{nil}
	for range size {
		var longer [][]float32
		for _, row := range rows {
			for k := range words {
				longer = append(longer, append(slices.Clone(row), float32(k)))
			}
		}
		rows = longer
	}
	return rows
}

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
