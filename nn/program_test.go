package nn_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/nn"
	"latentspace/tensor"
)

// network is a small model with noise, state and dropout.
func network(g *nn.Graph) (total nn.Node) {
	x := g.Input("x", 64, 12, 12, 1)
	h := nn.Conv{Out: 8, Kernel: 4, Stride: 2, Pad: 1}.Forward(g.In("conv"), x)
	h = nn.BatchNorm{}.Forward(g.In("norm"), h).ReLU()
	h = nn.Linear{Out: 64}.Forward(g.In("code"), nn.Flatten{}.Forward(g, h))
	h = nn.Dropout{Rate: 0.2}.Forward(g.In("code"), h.Add(g.Noise("eps", 64, 64)))
	y := nn.Linear{Out: 144}.Forward(g.In("out"), h)
	return nn.BernoulliNLL(y.Reshape(64, 12, 12, 1), x).Mean()
}

// codebook is a small model whose codes are the nearest words, with noise of other laws.
func codebook(g *nn.Graph) nn.Node {
	x, book := g.Input("x", 64, 12), g.Param("book", nn.Normal(1), 16, 8)
	z := nn.Linear{Out: 8}.Forward(g.In("code"), x)
	index := z.MatMulT(book).Add(g.Gumbel("u", 64, 16)).ArgMax()
	nearest := book.Gather(index).Gather(g.Permutation("order", 64))
	both := nn.Concat(1, z.Add(nearest.Sub(z).Stop()), nearest, index.OneHot(16))
	y := both.Repeat(3).Reshape(64, 3, 32).SumAxis(1).T().Max(g.Beta("b", 2, 3, 32, 64))
	return y.Abs().Clamp(0, 3).LogSoftmax().Mean()
}

func TestAStepAllocatesNothing(t *testing.T) {
	for name, model := range map[string]func(g *nn.Graph) nn.Node{"a network": network, "a codebook": codebook, "sequences": recurrentModel, "attention": transformerModel} {
		t.Run(name, func(t *testing.T) { checkAllocations(t, model) })
	}
}

func checkAllocations(t *testing.T, model func(g *nn.Graph) nn.Node) {
	t.Helper()
	checkAllocationsOf(t, model, nn.Options{Training: true})
}

func checkAllocationsOf(t *testing.T, model func(g *nn.Graph) nn.Node, o nn.Options) {
	t.Helper()
	g := nn.NewGraph(nn.NewParams(1), o)
	p, err := nn.CompileStep(g, model(g), nil)
	if err != nil {
		t.Fatal(err)
	}
	step := func(n int) {
		p.Draw(uint64(n))
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		p.Commit()
	}
	for n := range 20 { // every worker has its memory after a few
		step(n)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const steps = 50
	for n := range steps {
		step(n)
	}
	runtime.ReadMemStats(&after)
	// What the runtime allocates for itself is far less than once a step.
	if n := after.Mallocs - before.Mallocs; n >= steps {
		t.Errorf("%d allocations in %d steps, want none", n, steps)
	}
}

func TestGradientsOfAScopeOnly(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true})
	p, err := nn.CompileStep(g, network(g), []string{"out"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range p.Grads() {
		names = append(names, d.Name)
	}
	if want := []string{"out.bias", "out.weight"}; !slices.Equal(names, want) {
		t.Errorf("gradients of %v, want %v", names, want)
	}
}

func TestNoiseIsAFunctionOfSeedGraphAndDraw(t *testing.T) {
	draw := func(seed uint64, name string, n uint64) []float32 {
		g := nn.NewGraph(nn.NewParams(9), nn.Options{Seed: seed, Name: name})
		z := g.Noise("z", 8)
		again := g.Noise("z", 8)
		p, err := nn.Compile(g, z.AddScalar(0), again.AddScalar(0))
		if err != nil {
			t.Fatal(err)
		}
		p.Draw(n)
		return append(slices.Clone(p.Output(z)), p.Output(again)...)
	}
	base := draw(1, "a", 5)
	if !slices.Equal(base, draw(1, "a", 5)) {
		t.Error("the same draw twice differs")
	}
	if slices.Equal(base[:8], base[8:]) {
		t.Error("two uses of one name draw the same")
	}
	for what, other := range map[string][]float32{
		"seed": draw(2, "a", 5), "name of the graph": draw(1, "b", 5), "number of the draw": draw(1, "a", 6),
	} {
		if slices.Equal(base, other) {
			t.Errorf("another %s draws the same", what)
		}
	}
}

func TestNonFiniteNamesTheFirstPlace(t *testing.T) {
	tests := map[string]struct {
		spoil func(p *nn.Program, params *nn.Params)
		want  string
	}{
		"all is finite":  {func(*nn.Program, *nn.Params) {}, ""},
		"in the input":   {func(p *nn.Program, _ *nn.Params) { p.Input("x")[7] = float32(math.NaN()) }, "input x, element 7: NaN"},
		"in a parameter": {func(_ *nn.Program, ps *nn.Params) { ps.Get("b.weight").Data[1] = float32(math.Inf(1)) }, "parameter b.weight, element 1: +Inf"},
		"in a product":   {func(_ *nn.Program, ps *nn.Params) { ps.Get("a.weight").Data[0] = 3e38 }, "a: matmul, element 0: +Inf"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			params := nn.NewParams(1)
			g := nn.NewGraph(params, nn.Options{})
			y := nn.Linear{Out: 2}.Forward(g.In("a"), g.Input("x", 3, 4))
			y = nn.Linear{Out: 2}.Forward(g.In("b"), y.Tanh())
			p, err := nn.CompileStep(g, y.Square().Sum(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := range p.Input("x") {
				p.Input("x")[i] = 2
			}
			test.spoil(p, params)
			if got := p.NonFinite(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCompileRefuses(t *testing.T) {
	build := func() (*nn.Graph, nn.Node) {
		g := nn.NewGraph(nn.NewParams(1), nn.Options{})
		return g, nn.Linear{Out: 2}.Forward(g.In("a"), g.Input("x", 3, 4)).Sum()
	}
	other, _ := build()
	tests := map[string]struct {
		compile func() error
		want    string
	}{
		"a scope without parameters": {func() error {
			g, y := build()
			_, err := nn.CompileStep(g, y, []string{"b"})
			return err
		}, `nn: scope "b" has no parameters to train`},
		"a parameter that the loss does not depend on": {func() error {
			g, _ := build()
			_, err := nn.CompileStep(g, g.Input("x", 3, 4).Sum(), nil)
			return err
		}, "the cost does not depend on a.bias"},
		"a cost that is no scalar": {func() error {
			g, _ := build()
			_, err := nn.CompileStep(g, g.Input("x", 3, 4), nil)
			return err
		}, "cost of shape [3 4], want a scalar"},
		"no outputs": {func() error {
			g, _ := build()
			_, err := nn.Compile(g)
			return err
		}, "nn: a program without outputs"},
		"an output of another graph": {func() error {
			_, y := build()
			_, err := nn.Compile(other, y)
			return err
		}, "nn: output 0 is not of this graph"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if err := test.compile(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestParamsLoadChangesNothingOnAnError(t *testing.T) {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{})
	nn.Linear{Out: 2}.Forward(g.In("a"), g.Input("x", 3, 4))
	before := p.Get("a.weight").Clone()
	tests := map[string]struct {
		values map[string]*tensor.Tensor
		want   string
	}{
		"one is missing":          {map[string]*tensor.Tensor{"a.bias": tensor.New(2)}, "nn: parameter a.weight: missing"},
		"one has another shape":   {map[string]*tensor.Tensor{"a.bias": tensor.New(2), "a.weight": tensor.New(2, 4)}, "nn: parameter a.weight: shape [2 4], want [4 2]"},
		"one has no place":        {map[string]*tensor.Tensor{"a.bias": tensor.New(2), "a.weight": tensor.New(4, 2), "b": tensor.New(1)}, "nn: parameter b: the model has none of that name"},
		"nothing is wrong at all": {map[string]*tensor.Tensor{"a.bias": tensor.New(2), "a.weight": before}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := p.Load(test.values)
			if got := errorText(err); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if !p.Get("a.weight").Equal(before) {
				t.Error("the weights changed")
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// The only part of a draw is the draw; of several, each has its own noise.
func TestEveryPartOfADrawIsAnother(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	z := g.Noise("z", 3, 5)
	p, err := nn.Compile(g, z.Scale(1))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	drawn := func(draw func()) string {
		draw()
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(p.Output(z))
	}
	for n := range uint64(3) {
		whole := drawn(func() { p.Draw(n) })
		if one := drawn(func() { p.DrawPart(n, 0, 1) }); one != whole {
			t.Errorf("the only part of draw %d is %s, want %s", n, one, whole)
		}
		seen[whole] = fmt.Sprint("draw ", n)
		for i := range 4 {
			name, part := fmt.Sprintf("part %d of draw %d", i, n), drawn(func() { p.DrawPart(n, i, 4) })
			if other, ok := seen[part]; ok {
				t.Errorf("%s has the noise of %s", name, other)
			}
			seen[part] = name
		}
	}
}
