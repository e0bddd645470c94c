package nn_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/nn"
	"latentspace/nn/linalg"
	"latentspace/tensor"
)

// largest is the largest singular value of a matrix (n, out), the root of the largest eigenvalue
// of WᵀW.
func largest(t *testing.T, w []float32, out int) float64 {
	t.Helper()
	gram := make([]float64, out*out)
	for i := 0; i < len(w); i += out {
		for j := range out {
			for k := range out {
				gram[j*out+k] += float64(w[i+j]) * float64(w[i+k])
			}
		}
	}
	values, err := linalg.Eigenvalues(gram, out)
	if err != nil {
		t.Fatal(err)
	}
	return math.Sqrt(slices.Max(values))
}

// spectral is a graph of normalised weights, in a scope of that name, beside another parameter.
func spectral(o nn.Options, params *nn.Params, shape ...int) (g *nn.Graph, w, y, loss nn.Node) {
	g = nn.NewGraph(params, o)
	w = g.In("spectral").Param("weight", nn.Normal(1), shape...)
	y = nn.Spectral(g.In("spectral"), w)
	return g, w, y, y.Square().Sum().Mul(g.In("other").Param("scale", nn.Normal(1), 1).Reshape())
}

// iterated are parameters whose estimate of the largest singular value is that of many steps.
func iterated(t *testing.T, steps int, shape ...int) *nn.Params {
	t.Helper()
	params := nn.NewParams(1)
	g, _, _, loss := spectral(nn.Options{Training: true}, params, shape...)
	p, err := nn.CompileStep(g, loss, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range steps {
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		p.Commit()
	}
	return params
}

func TestSpectralMakesTheLargestSingularValueOne(t *testing.T) {
	for _, shape := range [][]int{{5, 3}, {3, 5}, {7, 1}, {1, 4}, {3, 3, 2, 4}} {
		params := iterated(t, 300, shape...)
		for _, training := range []bool{true, false} {
			g, _, y, _ := spectral(nn.Options{Training: training}, params, shape...)
			p, err := nn.Compile(g, y)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(y.Shape(), shape) {
				t.Errorf("%v: shape %v", shape, y.Shape())
			}
			out := shape[len(shape)-1]
			if got := largest(t, p.Output(y), out); math.Abs(got-1) > 1e-4 {
				t.Errorf("%v, training %v: the largest singular value is %v, want 1", shape, training, got)
			}
			// Divided by one number, the weights are those that they were.
			w := params.Get("spectral.weight").Data
			if sigma := largest(t, w, out); math.Abs(float64(w[0])/sigma-float64(p.Output(y)[0])) > 1e-4 {
				t.Errorf("%v: %v becomes %v, want it divided by %v", shape, w[0], p.Output(y)[0], sigma)
			}
		}
	}
}

// The estimate never exceeds the largest singular value: a power iteration comes to it from
// below.
func TestSpectralComesToTheSingularValueFromBelow(t *testing.T) {
	last := math.Inf(1)
	for _, steps := range []int{0, 1, 3, 10, 100} {
		params := iterated(t, steps, 6, 4)
		g, _, y, _ := spectral(nn.Options{}, params, 6, 4)
		p, err := nn.Compile(g, y)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		got := largest(t, p.Output(y), 4)
		if got < 1-1e-5 || got > last+1e-5 {
			t.Errorf("after %d steps the largest singular value is %v, want at least 1 and at most %v", steps, got, last)
		}
		last = got
	}
}

// The vector is state that training moves, and nothing else: neither evaluation nor a step that
// trains another scope, nor one in which the scope is frozen.
func TestSpectralMovesItsStateInTrainingAlone(t *testing.T) {
	for name, test := range map[string]struct {
		o      nn.Options
		scopes []string
		moves  bool
	}{
		"training":                     {nn.Options{Training: true}, nil, true},
		"training of its scope":        {nn.Options{Training: true}, []string{"spectral"}, true},
		"training of another scope":    {nn.Options{Training: true}, []string{"other"}, false},
		"evaluation":                   {nn.Options{}, nil, false},
		"training while it is frozen":  {nn.Options{Training: true, Frozen: []string{"spectral"}}, nil, false},
		"training beside what is such": {nn.Options{Training: true, Frozen: []string{"another"}}, nil, true},
	} {
		params := nn.NewParams(1)
		g, _, _, loss := spectral(test.o, params, 5, 3)
		p, err := nn.CompileStep(g, loss, test.scopes)
		if err != nil {
			t.Fatal(err)
		}
		before, w := params.Get("spectral.singular").Clone(), params.Get("spectral.weight").Clone()
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		p.Commit()
		after := params.Get("spectral.singular")
		if moved := !before.Equal(after); moved != test.moves {
			t.Errorf("%s: the vector moves: %v, want %v", name, moved, test.moves)
		}
		if !w.Equal(params.Get("spectral.weight")) {
			t.Errorf("%s: the weights move", name)
		}
		if length := math.Sqrt(linalg.Dot(doubles(after), doubles(after))); test.moves && math.Abs(length-1) > 1e-5 {
			t.Errorf("%s: the vector has the length %v, want 1", name, length)
		}
	}
	if names := iterated(t, 1, 5, 3).Trained(); !slices.Equal(names, []string{"other.scale", "spectral.weight"}) {
		t.Errorf("parameters %v, want the vector to be none", names)
	}
}

func doubles(x *tensor.Tensor) []float64 {
	y := make([]float64, x.Len())
	for i, v := range x.Data {
		y[i] = float64(v)
	}
	return y
}

// While u stays, σ = |W·u| and its gradient, v·uᵀ, needs no gradient of v: it agrees with central
// differences from the first step. In training it does so once u and v are those of σ, where
// their own derivatives count for nothing.
func TestSpectralGradients(t *testing.T) {
	for name, test := range map[string]struct {
		o     nn.Options
		steps int
	}{
		"evaluation":               {nn.Options{}, 0},
		"frozen":                   {nn.Options{Training: true, Frozen: []string{"spectral"}}, 2},
		"training after its steps": {nn.Options{Training: true}, 500},
	} {
		params := iterated(t, test.steps, 5, 3)
		g, w, y, _ := spectral(test.o, params, 5, 3)
		probe := make([]float32, 15)
		for i := range probe {
			probe[i] = float32(math.Sin(float64(3*i + 1)))
		}
		cost := y.Mul(g.Constant(probe, 5, 3)).Sum()
		grad := g.Grad(cost, w)[0]
		p, err := nn.Compile(g, cost, grad)
		if err != nil {
			t.Fatal(err)
		}
		run := func() float64 {
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
			return p.Scalar(cost)
		}
		run()
		got := slices.Clone(p.Output(grad))
		x := params.Get("spectral.weight").Data
		for i := range x {
			const h = 0.01
			at := func(step float64) float64 {
				old := x[i]
				x[i] = float32(float64(old) + step)
				defer func() { x[i] = old }()
				return run()
			}
			want := (8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h)
			if math.Abs(float64(got[i])-want) > 1e-3 {
				t.Errorf("%s: gradient by weight %d: got %v, want %v by central differences", name, i, got[i], want)
			}
		}
	}
}

func TestSpectralOfZerosAndOfVectors(t *testing.T) {
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{Training: true})
	y := nn.Spectral(g, g.Param("weight", nn.Zeros, 4, 3))
	p, err := nn.CompileStep(g, y.Square().Sum(), nil, y)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		p.Commit()
		for _, v := range slices.Concat(p.Output(y), p.Grads()[0].Value) {
			if v != 0 {
				t.Fatalf("weights and gradient of zeros: %v, %v, want zeros", p.Output(y), p.Grads()[0].Value)
			}
		}
	}
	g = nn.NewGraph(nn.NewParams(1), nn.Options{})
	nn.Spectral(g.In("layer"), g.In("layer").Param("bias", nn.Zeros, 3))
	if err := g.Err(); err == nil || !strings.HasSuffix(err.Error(), "layer: spectral norm: weights of shape [3], want (…, out)") {
		t.Errorf("got %v, want the shape", err)
	}
}
