package ops_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"latentspace/nn"
)

// TestOperationsSayAllThatAGraphComputes rebuilds each operation, its gradient and its
// second gradient from their descriptions, and wants the same bits.
func TestOperationsSayAllThatAGraphComputes(t *testing.T) {
	used := map[string]bool{}
	for i, e := range slices.Concat(every, once) {
		t.Run(e.name, func(t *testing.T) {
			params := nn.NewParams(1)
			g := nn.NewGraph(params, nn.Options{})
			var x []nn.Node
			for i, s := range e.shapes {
				x = append(x, g.Input(fmt.Sprint("x", i), s...))
			}
			y := e.f(g, x)
			outputs := []nn.Node{y}
			first := g.Grad(y.Square().Sum(), x...)
			outputs = append(outputs, first...)
			if i < len(every) {
				sum := first[0].Square().Sum()
				for _, d := range first[1:] {
					sum = sum.Add(d.Square().Sum())
				}
				outputs = append(outputs, g.Grad(sum, x...)...)
			}
			all, err := nn.Operations(g, outputs...)
			if err != nil {
				t.Fatal(err)
			}
			p, err := nn.Compile(g, outputs...)
			if err != nil {
				t.Fatal(err)
			}
			rng, inputs := rand.New(rand.NewPCG(1, 2)), map[string][]float32{}
			for i := range x {
				name := fmt.Sprint("x", i)
				for j := range p.Input(name) {
					p.Input(name)[j] = float32(rng.NormFloat64())
				}
				inputs[name] = p.Input(name)
			}
			for _, name := range params.Trained() {
				inputs[name] = params.Get(name).Data
			}
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
			got, err := interpret(all, inputs)
			if err != nil {
				t.Fatal(err)
			}
			for i, o := range outputs {
				for j, want := range p.Output(o) {
					if math.Float32bits(got[i][j]) != math.Float32bits(want) {
						t.Fatalf("output %d[%d]: got %v, want %v", i, j, got[i][j], want)
					}
				}
			}
			for _, o := range all {
				used[o.Name] = true
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(interpreter)) {
		if !used[name] {
			t.Errorf("no graph has an operation %q", name)
		}
	}
}

// TestOperationsOfOtherAttributesDifferInTheirDescription has pairs that compute something
// else on the same shapes.
func TestOperationsOfOtherAttributesDifferInTheirDescription(t *testing.T) {
	square, picture := []int{4, 4}, []int{1, 6, 6, 1}
	pairs := map[string]struct {
		shape []int
		a, b  func(g *nn.Graph, x nn.Node) nn.Node
	}{
		"scale":                  {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Scale(2) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Scale(3) }},
		"add scalar":             {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.AddScalar(2) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.AddScalar(3) }},
		"constant":               {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Like(2) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Like(3) }},
		"values":                 {square, func(g *nn.Graph, _ nn.Node) nn.Node { return g.Scalar(2) }, func(g *nn.Graph, _ nn.Node) nn.Node { return g.Scalar(3) }},
		"noise":                  {square, func(g *nn.Graph, _ nn.Node) nn.Node { return g.Noise("z", 2) }, func(g *nn.Graph, _ nn.Node) nn.Node { return g.Uniform("z", 2) }},
		"bernoulli":              {square, func(g *nn.Graph, _ nn.Node) nn.Node { return g.Bernoulli("z", 0.2, 2) }, func(g *nn.Graph, _ nn.Node) nn.Node { return g.Bernoulli("z", 0.3, 2) }},
		"bounded exp":            {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.ExpBounded(2) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.ExpBounded(3) }},
		"leaky relu":             {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.LeakyReLU(0.2) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.LeakyReLU(0.3) }},
		"elu":                    {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.ELU(2) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.ELU(3) }},
		"the bottom of a clamp":  {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Clamp(0, 3) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Clamp(1, 3) }},
		"the top of a clamp":     {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Clamp(0, 3) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Clamp(0, 4) }},
		"a slice":                {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Slice(1, 0, 2) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Slice(1, 1, 3) }},
		"the axis of a slice":    {[]int{1, 1}, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Slice(0, 0, 1) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Slice(1, 0, 1) }},
		"a pad":                  {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Pad(1, 0, 6) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.Pad(1, 1, 6) }},
		"a concat":               {[]int{1, 2}, func(_ *nn.Graph, x nn.Node) nn.Node { return nn.Concat(0, x, x) }, func(_ *nn.Graph, x nn.Node) nn.Node { return nn.Concat(1, x, x) }},
		"a sum":                  {[]int{4, 3, 3, 4}, func(_ *nn.Graph, x nn.Node) nn.Node { return x.SumAxis(1) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.SumAxis(2) }},
		"a repetition":           {[]int{3, 3, 3}, func(_ *nn.Graph, x nn.Node) nn.Node { return x.RepeatAxis(1, 3) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.RepeatAxis(2, 3) }},
		"the right of a product": {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.MatMul(x) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.MatMulT(x) }},
		"the left of a product":  {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.MatMul(x) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.TMatMul(x) }},
		"the largest":            {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.ArgMax() }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.ArgMin() }},
		"the largest of a row":   {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.TopK(1) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.TopK(2) }},
		"classes":                {square, func(_ *nn.Graph, x nn.Node) nn.Node { return x.OneHot(2) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.OneHot(3) }},
		"a law on spheres":       {[]int{4}, func(_ *nn.Graph, x nn.Node) nn.Node { return x.VonMises(x, 3) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.VonMises(x, 4) }},
		"a slope on spheres":     {[]int{4}, func(g *nn.Graph, x nn.Node) nn.Node { return g.Grad(x.VonMises(x.Like(0.5), 3).Sum(), x)[0] }, func(g *nn.Graph, x nn.Node) nn.Node { return g.Grad(x.VonMises(x.Like(0.5), 4).Sum(), x)[0] }},
		"a cumulant":             {[]int{4}, func(_ *nn.Graph, x nn.Node) nn.Node { return x.VonMisesCumulant(3, 0) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.VonMisesCumulant(3, 1) }},
		"the stride of a pool":   {picture, func(_ *nn.Graph, x nn.Node) nn.Node { return x.MaxPool(5, 2) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.MaxPool(5, 3) }},
		"the size of a pool":     {picture, func(_ *nn.Graph, x nn.Node) nn.Node { return x.AvgPool(2, 2) }, func(_ *nn.Graph, x nn.Node) nn.Node { return x.AvgPool(3, 2).Pad(1, 0, 3).Pad(2, 0, 3) }},
		"the pad of a convolution": {picture, func(g *nn.Graph, x nn.Node) nn.Node { return x.Conv(g.Constant(make([]float32, 9), 3, 3, 1, 1), 3, 0) },
			func(g *nn.Graph, x nn.Node) nn.Node { return x.Conv(g.Constant(make([]float32, 9), 3, 3, 1, 1), 3, 1) }},
		"the gradient of max": {square, func(g *nn.Graph, x nn.Node) nn.Node { return g.Grad(x.Max(x.Like(2)).Sum(), x)[0] }, func(g *nn.Graph, x nn.Node) nn.Node { return g.Grad(x.Like(2).Max(x).Sum(), x)[0] }},
	}
	for name, pair := range pairs {
		t.Run(name, func(t *testing.T) {
			var said [2]string
			for i, f := range []func(g *nn.Graph, x nn.Node) nn.Node{pair.a, pair.b} {
				g := nn.NewGraph(nn.NewParams(1), nn.Options{})
				y := f(g, g.Input("x", pair.shape...))
				all, err := nn.Operations(g, y)
				if err != nil {
					t.Fatal(err)
				}
				for _, o := range all {
					said[i] += o.String() + "\n"
				}
			}
			if said[0] == said[1] {
				t.Errorf("both are\n%s", said[0])
			}
		})
	}
}
