package nn_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"latentspace/nn"
	"latentspace/nn/nntest"
)

func TestTransformerGradients(t *testing.T) {
	for name, f := range map[string]func(g *nn.Graph, x nn.Node) nn.Node{
		"causal": func(g *nn.Graph, x nn.Node) nn.Node { return nn.Transformer{Heads: 2}.Forward(g, x, nn.Node{}, true) },
		"padding": func(g *nn.Graph, x nn.Node) nn.Node {
			return nn.Transformer{Heads: 1, Hidden: 5}.Forward(g, x, known(g, 4, 3), false)
		},
		"causal with padding, two blocks": func(g *nn.Graph, x nn.Node) nn.Node {
			l, k := nn.Transformer{Heads: 2, Hidden: 5}, known(g, 4, 3)
			return l.Forward(g.In("two"), l.Forward(g.In("one"), x, k, true), k, true)
		},
		"convolutions": func(g *nn.Graph, x nn.Node) nn.Node {
			y := nn.Conv1D{Out: 5, Kernel: 3}.Forward(g.In("one"), x).Tanh()
			return nn.Conv1D{Out: 2, Kernel: 2, Dilation: 3, Causal: true}.Forward(g.In("two"), y)
		},
	} {
		t.Run(name, func(t *testing.T) {
			nntest.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node { return f(g, x[0]) }, []int{4, 3, 4})
		})
	}
}

// outputOf computes y of x, of which the values are given.
func outputOf(t *testing.T, p *nn.Program, values map[string][]float32, y nn.Node) []float32 {
	t.Helper()
	for name, v := range values {
		copy(p.Input(name), v)
	}
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return slices.Clone(p.Output(y))
}

func normal(n int) []float32 {
	rng, x := rand.New(rand.NewPCG(1, 2)), make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

// Stepping with caches of keys and values gives what the whole sequence gives.
func TestTransformerSteps(t *testing.T) {
	const steps, batch, width = 9, 3, 12
	params := nn.NewParams(1)
	first, second := nn.Transformer{Heads: 3}, nn.Transformer{Heads: 2, Hidden: 7}

	g := nn.NewGraph(params, nn.Options{})
	whole := second.Forward(g.In("b"), first.Forward(g.In("a"), g.Input("x", steps, batch, width), nn.Node{}, true), nn.Node{}, true)
	p, err := nn.Compile(g, whole)
	if err != nil {
		t.Fatal(err)
	}
	x := normal(steps * batch * width)
	want := outputOf(t, p, map[string][]float32{"x": x}, whole)

	g = nn.NewGraph(params, nn.Options{})
	cache := func(name string) nn.Node { return g.Input(name, batch, steps, width) }
	position := g.Input("position")
	h, k1, v1 := first.Step(g.In("a"), g.Input("x", batch, width), cache("k1"), cache("v1"), position)
	y, k2, v2 := second.Step(g.In("b"), h, cache("k2"), cache("v2"), position)
	p, err = nn.Compile(g, y, k1, v1, k2, v2)
	if err != nil {
		t.Fatal(err)
	}
	caches := map[string]nn.Node{"k1": k1, "v1": v1, "k2": k2, "v2": v2}
	const row = batch * width
	for s := range steps {
		got := outputOf(t, p, map[string][]float32{"x": x[s*row : (s+1)*row], "position": {float32(s)}}, y)
		for i, w := range want[s*row : (s+1)*row] {
			if math.Abs(float64(got[i]-w)) > 1e-5 {
				t.Fatalf("step %d: got %v, want %v", s, got[i], w)
			}
		}
		for name, c := range caches {
			copy(p.Input(name), p.Output(c))
		}
	}
	for _, wrong := range []float32{-1, steps, 1.5, float32(math.NaN())} {
		p.Input("position")[0] = wrong
		if err := p.RunAll(); err == nil {
			t.Errorf("position %v: no error", wrong)
		}
	}
}

// No step of a causal layer depends on a later one, or on padding.
func TestCausalLayersLookBack(t *testing.T) {
	const steps, batch, width = 8, 2, 4
	for name, f := range map[string]func(g *nn.Graph, x nn.Node) nn.Node{
		"transformer": func(g *nn.Graph, x nn.Node) nn.Node { return nn.Transformer{Heads: 2}.Forward(g, x, nn.Node{}, true) },
		"convolution": func(g *nn.Graph, x nn.Node) nn.Node {
			return nn.Conv1D{Out: 4, Kernel: 3, Dilation: 2, Causal: true}.Forward(g, x)
		},
	} {
		g := nn.NewGraph(nn.NewParams(1), nn.Options{})
		y := f(g, g.Input("x", steps, batch, width))
		p, err := nn.Compile(g, y)
		if err != nil {
			t.Fatal(err)
		}
		x := normal(steps * batch * width)
		before := outputOf(t, p, map[string][]float32{"x": x}, y)
		for i := range x[5*batch*width:] {
			x[5*batch*width+i] += 3
		}
		after := outputOf(t, p, map[string][]float32{"x": x}, y)
		at := 5 * batch * width
		if !slices.Equal(before[:at], after[:at]) {
			t.Errorf("%s: steps before a change are others", name)
		}
		if slices.Equal(before[at:at+width], after[at:at+width]) {
			t.Errorf("%s: the step of the change is the same", name)
		}
	}
}

// A kernel of width 3 over one channel, by hand.
func TestConv1D(t *testing.T) {
	for _, c := range []struct {
		layer nn.Conv1D
		want  []float32
	}{
		{nn.Conv1D{Out: 1, Kernel: 3}, []float32{210, 321, 432, 43}},
		{nn.Conv1D{Out: 1, Kernel: 3, Causal: true}, []float32{100, 210, 321, 432}},
		{nn.Conv1D{Out: 1, Kernel: 2, Dilation: 2, Causal: true}, []float32{10, 20, 31, 42}},
	} {
		params := nn.NewParams(1)
		g := nn.NewGraph(params, nn.Options{})
		y := c.layer.Forward(g, g.Input("x", 4, 1, 1))
		p, err := nn.Compile(g, y)
		if err != nil {
			t.Fatal(err)
		}
		copy(params.Get("weight").Data, []float32{1, 10, 100})
		got := outputOf(t, p, map[string][]float32{"x": {1, 2, 3, 4}}, y)
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: got %v, want %v", c.layer, got, c.want)
		}
	}
}

func TestTransformerErrors(t *testing.T) {
	none := nn.Node{}
	for name, c := range map[string]struct {
		f    func(g *nn.Graph, x nn.Node) // (5, 2, 6)
		want string
	}{
		"a vector":      {func(g *nn.Graph, x nn.Node) { nn.Transformer{Heads: 1}.Forward(g, x.SumRows(), none, true) }, "nn: s: transformer: input shape [6], want (steps, batch, width)"},
		"a sequence":    {func(g *nn.Graph, x nn.Node) { nn.Transformer{Heads: 1}.Step(g, x, x, x, x) }, "nn: s: transformer: step of shape [5 2 6], want (batch, width)"},
		"odd parts":     {func(g *nn.Graph, x nn.Node) { nn.Transformer{Heads: 2}.Forward(g, x, none, true) }, "nn: s: attention: 2 heads of 3·width 18, want a number that divides the width into even parts"},
		"no heads":      {func(g *nn.Graph, x nn.Node) { nn.Transformer{}.Forward(g, x, none, true) }, "nn: s: attention: 0 heads of 3·width 18, want a number that divides the width into even parts"},
		"another mask":  {func(g *nn.Graph, x nn.Node) { nn.Transformer{Heads: 1}.Forward(g, x, x, true) }, "nn: s: attention: known of shape [5 2 6], want [5 2]"},
		"no kernel":     {func(g *nn.Graph, x nn.Node) { nn.Conv1D{Out: 1}.Forward(g, x) }, "nn: s: conv1d: input shape [5 2 6] to 1 with a kernel of 0 and a dilation of 0, want (steps, batch, in) to 1 at least with 1 and 0 at least"},
		"another cache": {func(g *nn.Graph, x nn.Node) { nn.Transformer{Heads: 1}.Step(g, x.Reshape(10, 6), x, x, x.Sum()) }, "nn: s: attention step: shapes [10 18], [5 2 6], [5 2 6] and [], want (batch, 3·width), twice (batch, steps, width) and ()"},
		"a second derivative": {func(g *nn.Graph, x nn.Node) {
			y := nn.Transformer{Heads: 1}.Forward(g, x, none, true)
			g.Grad(g.Grad(y.Sum(), x)[0].Square().Sum(), x)
		}, "nn: s.down: gradient of attention gradient: attention has no second derivative"},
		"a derivative of a step": {func(g *nn.Graph, x nn.Node) {
			x = x.Reshape(5, 12)
			cache := g.Constant(make([]float32, 5*3*12), 5, 3, 12)
			y, _, _ := nn.Transformer{Heads: 1}.Step(g, x, cache, cache, g.Scalar(0))
			g.Grad(y.Sum(), x)
		}, "nn: s.down: gradient of attention step: attention step has no derivative"},
	} {
		t.Run(name, func(t *testing.T) {
			g := nn.NewGraph(nn.NewParams(1), nn.Options{})
			c.f(g.In("s"), g.Input("x", 5, 2, 6))
			if err := g.Err(); err == nil || err.Error() != c.want {
				t.Errorf("got error %v, want %s", err, c.want)
			}
		})
	}
}

// transformerModel is a small model of sequences.
func transformerModel(g *nn.Graph) nn.Node {
	const steps, batch = 9, 12
	x := g.Param("words", nn.Normal(1), 11, 8).Gather(g.Input("x", steps, batch))
	x = nn.Conv1D{Out: 8, Kernel: 3}.Forward(g.In("conv"), x)
	return nn.Transformer{Heads: 2}.Forward(g, x, g.Input("known", steps, batch), true).Square().Mean()
}
