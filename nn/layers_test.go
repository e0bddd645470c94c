package nn_test

import (
	"fmt"
	"math"
	"testing"

	"latentspace/nn"
	"latentspace/nn/nntest"
)

func TestLayerGradients(t *testing.T) {
	tests := []struct {
		name  string
		layer nn.Layer
		shape []int
	}{
		{"linear", nn.Linear{Out: 3}, []int{4, 2}},
		{"linear without a bias", nn.Linear{Out: 3, NoBias: true}, []int{4, 2}},
		{"conv", nn.Conv{Out: 2, Kernel: 3, Stride: 2, Pad: 1}, []int{2, 5, 4, 2}},
		{"transposed conv", nn.ConvTranspose{Out: 2, Kernel: 4, Stride: 2, Pad: 1}, []int{2, 3, 2, 2}},
		{"transposed conv to an odd size", nn.ConvTranspose{Out: 1, Kernel: 4, Stride: 2, Pad: 1, Height: 7, Width: 5}, []int{2, 3, 2, 2}},
		{"average pool", nn.AvgPool{Size: 2}, []int{2, 4, 4, 2}},
		{"max pool with overlap", nn.MaxPool{Size: 3, Stride: 1}, []int{1, 5, 4, 2}},
		{"upsample", nn.Upsample{Factor: 3}, []int{2, 2, 2, 2}},
		{"flatten", nn.Flatten{}, []int{2, 3, 2}},
		{"reshape", nn.Reshape{Shape: []int{2, 3}}, []int{4, 6}},
		{"dropout", nn.Dropout{Rate: 0.4}, []int{5, 6}},
		{"batch norm of vectors", nn.BatchNorm{}, []int{6, 3}},
		{"batch norm of pictures", nn.BatchNorm{}, []int{2, 3, 3, 2}},
		{"layer norm of vectors", nn.LayerNorm{}, []int{3, 6}},
		{"layer norm of pictures", nn.LayerNorm{}, []int{2, 3, 3, 2}},
		{"group norm of vectors", nn.GroupNorm{Groups: 2}, []int{3, 6}},
		{"group norm of pictures", nn.GroupNorm{Groups: 2}, []int{2, 3, 3, 4}},
	}
	for _, a := range nn.Activations() {
		tests = append(tests, struct {
			name  string
			layer nn.Layer
			shape []int
		}{a, nn.Activation(a), []int{3, 5}})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { nntest.CheckGradients(t, test.layer, test.shape...) })
	}
}

// What a critic under a gradient penalty is made of.
func TestSecondDerivativesOfLayers(t *testing.T) {
	tests := []struct {
		name  string
		layer nn.Layer
		shape []int
	}{
		{"linear", nn.Linear{Out: 3}, []int{4, 2}},
		{"conv", nn.Conv{Out: 2, Kernel: 3, Stride: 2, Pad: 1}, []int{2, 5, 4, 1}},
		{"transposed conv", nn.ConvTranspose{Out: 2, Kernel: 4, Stride: 2, Pad: 1}, []int{1, 3, 2, 2}},
		{"layer norm", nn.LayerNorm{}, []int{3, 6}},
		{"group norm", nn.GroupNorm{Groups: 2}, []int{2, 3, 2, 4}},
		{"batch norm", nn.BatchNorm{}, []int{6, 3}},
		{"gelu", nn.Activation("gelu"), []int{3, 5}},
		{"silu", nn.Activation("silu"), []int{3, 5}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			nntest.CheckSecond(t, func(g *nn.Graph, x []nn.Node) nn.Node { return test.layer.Forward(g, x[0]) }, test.shape)
		})
	}
}

func TestLayersRefuseShapesTheyCannotUse(t *testing.T) {
	tests := map[string]struct {
		layer nn.Layer
		shape []int
		want  string
	}{
		"linear on a picture":       {nn.Linear{Out: 2}, []int{2, 8, 8}, "nn: net.layer: linear: input shape [2 8 8], want (batch, in)"},
		"linear of no width":        {nn.Linear{}, []int{2, 8}, "nn: net.layer: net.layer.weight: shape [8 0], want dimensions of at least 1"},
		"conv on a vector":          {nn.Conv{Out: 2, Kernel: 3}, []int{2, 8}, "nn: net.layer: conv: input shape [2 8], want (batch, height, width, channels)"},
		"transposed on a vector":    {nn.ConvTranspose{Out: 2, Kernel: 3}, []int{2, 8}, "nn: net.layer: transposed conv: input shape [2 8], want (batch, height, width, channels)"},
		"transposed to a wrong one": {nn.ConvTranspose{Out: 2, Kernel: 4, Stride: 2, Pad: 1, Height: 9, Width: 9}, []int{1, 3, 3, 1}, "nn: net.layer: transposed conv: 3×3 pictures do not come from 9×9 ones by a 4×4 kernel, stride 2, pad 1"},
		"batch norm of a vector":    {nn.BatchNorm{}, []int{4}, "nn: net.layer: batch norm: input shape [4], want (batch, …, n)"},
		"batch norm of one row":     {nn.BatchNorm{}, []int{1, 4}, "nn: net.layer: batch norm: input shape [1 4], want two rows at least: of one, every feature is its own mean"},
		"layer norm of a vector":    {nn.LayerNorm{}, []int{4}, "nn: net.layer: layer norm: input shape [4], want (batch, …, n)"},
		"group norm of a vector":    {nn.GroupNorm{}, []int{4}, "nn: net.layer: group norm: input shape [4], want (batch, …, n)"},
		"groups that do not divide": {nn.GroupNorm{Groups: 3}, []int{2, 4}, "nn: net.layer: group norm: 3 groups of 4 channels, want a number that divides them"},
		"a dropout of everything":   {nn.Dropout{Rate: 1}, []int{4, 2}, "nn: net.layer: dropout: rate 1, want it in [0, 1)"},
		"an unknown activation":     {nn.Activation("rleu"), []int{4, 2}, `nn: net.layer: activation: "rleu", want one of elu, gelu, identity, leaky_relu, relu, sigmoid, silu, softplus, tanh`},
		"a pool that does not fit":  {nn.MaxPool{Size: 5}, []int{1, 4, 4, 1}, "nn: net.layer: max pool: 5×5 windows, stride 5, do not fit into 4×4 pictures"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true})
			x := g.Input("x", test.shape...)
			test.layer.Forward(g.In("net").In("layer"), x)
			if err := g.Err(); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// run evaluates a layer on x.
func run(t *testing.T, p *nn.Params, o nn.Options, l nn.Layer, x []float32, shape ...int) []float32 {
	t.Helper()
	g := nn.NewGraph(p, o)
	y := l.Forward(g, g.Input("x", shape...))
	program, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	copy(program.Input("x"), x)
	program.Draw(0)
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	return program.Output(y)
}

func TestDropoutKeepsTheMeanAndDoesNothingInEvaluation(t *testing.T) {
	x := make([]float32, 200*200)
	for i := range x {
		x[i] = 1
	}
	p := nn.NewParams(1)
	y := run(t, p, nn.Options{Training: true, Seed: 5}, nn.Dropout{Rate: 0.3}, x, 200, 200)
	mean, zeros := 0.0, 0
	for _, v := range y {
		mean += float64(v) / float64(len(y))
		if v == 0 {
			zeros++
		} else if math.Abs(float64(v)-1/0.7) > 1e-6 {
			t.Fatalf("a kept value is %v, want 1/0.7", v)
		}
	}
	// Four standard deviations of the mean of 40,000 values: 4·√(0.3/0.7/40000).
	if math.Abs(mean-1) > 0.0131 || math.Abs(float64(zeros)/40000-0.3) > 0.0092 {
		t.Errorf("mean %v and share of zeros %v, want 1 and 0.3", mean, float64(zeros)/40000)
	}
	for _, v := range run(t, p, nn.Options{}, nn.Dropout{Rate: 0.3}, x, 200, 200) {
		if v != 1 {
			t.Fatalf("in evaluation got %v, want 1", v)
		}
	}
}

// On a batch that stays the same, the running statistics converge to the batch's,
// and then evaluation computes what training does.
func TestBatchNormAgreesInTrainingAndEvaluation(t *testing.T) {
	p := nn.NewParams(1)
	x := []float32{1, 20, 3, -4, 5, 6, 7, 8, 2, 0, 1, 2}
	g := nn.NewGraph(p, nn.Options{Training: true})
	y := nn.BatchNorm{}.Forward(g.In("bn"), g.Input("x", 6, 2))
	program, err := nn.CompileStep(g, y.Square().Sum(), []string{"bn"}, y)
	if err != nil {
		t.Fatal(err)
	}
	copy(program.Input("x"), x)
	for range 200 { // 0.9^200 is 7e-10
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		program.Commit()
	}
	eval := run(t, p, nn.Options{}, scoped{"bn", nn.BatchNorm{}}, x, 6, 2)
	for i, v := range program.Output(y) {
		if math.Abs(float64(v-eval[i])) > 1e-5 {
			t.Errorf("element %d: training %v, evaluation %v", i, v, eval[i])
		}
	}
	// Of column 0, by hand: mean 19/6, variance (1+9+25+49+4+1)/6 − (19/6)².
	if got, want := p.Get("bn.running_mean").Data[0], 19.0/6; math.Abs(float64(got)-want) > 1e-5 {
		t.Errorf("running mean %v, want %v", got, want)
	}
	if got, want := p.Get("bn.running_var").Data[0], 89.0/6-19.0*19/36; math.Abs(float64(got)-want) > 1e-4 {
		t.Errorf("running variance %v, want %v", got, want)
	}
}

type scoped struct {
	scope string
	nn.Layer
}

func (s scoped) Forward(g *nn.Graph, x nn.Node) nn.Node { return s.Layer.Forward(g.In(s.scope), x) }

// A layer that is applied twice in a graph sees both batches: r ← 0.9 r + 0.1 μ
// twice, here with means 1 and 3 from 0: 0.9·0.1 + 0.3 = 0.39.
func TestBatchNormAppliedTwiceUpdatesItsStateInOrder(t *testing.T) {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{Training: true})
	a, b := g.Input("a", 2, 1), g.Input("b", 2, 1)
	bn := g.In("bn")
	sum := nn.BatchNorm{}.Forward(bn, a).Add(nn.BatchNorm{}.Forward(bn, b)).Square().Sum()
	program, err := nn.CompileStep(g, sum, nil)
	if err != nil {
		t.Fatal(err)
	}
	copy(program.Input("a"), []float32{0, 2})
	copy(program.Input("b"), []float32{1, 5})
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	if got := p.Get("bn.running_mean").Data[0]; got != 0 {
		t.Errorf("running mean before the commit: %v, want 0", got)
	}
	program.Commit()
	if got := p.Get("bn.running_mean").Data[0]; math.Abs(float64(got)-0.39) > 1e-6 {
		t.Errorf("running mean: %v, want 0.39", got)
	}
}

func TestLayerNormHasZeroMeanAndUnitVariance(t *testing.T) {
	y := run(t, nn.NewParams(1), nn.Options{}, nn.LayerNorm{}, []float32{1, 2, 3, 4, -5, 0, 5, 100}, 2, 4)
	for row := range 2 {
		mean, variance := 0.0, 0.0
		for _, v := range y[4*row : 4*row+4] {
			mean += float64(v) / 4
			variance += float64(v) * float64(v) / 4
		}
		if math.Abs(mean) > 1e-6 || math.Abs(variance-1) > 1e-4 {
			t.Errorf("row %d: mean %v and variance %v, want 0 and 1", row, mean, variance)
		}
	}
}

// The convolution of a picture that is zero but for one pixel is the kernel,
// turned by 180°; that of the transposed convolution is the kernel itself.
func TestConvOfAPointIsTheKernel(t *testing.T) {
	p := nn.NewParams(3)
	y := run(t, p, nn.Options{}, nn.Conv{Out: 1, Kernel: 3, Pad: 1}, []float32{0, 0, 0, 0, 1, 0, 0, 0, 0}, 1, 3, 3, 1)
	w := p.Get("weight").Data
	for i := range w {
		if y[i] != w[8-i] {
			t.Errorf("conv: y[%d] = %v, want w[%d] = %v", i, y[i], 8-i, w[8-i])
		}
	}
	p = nn.NewParams(3)
	y = run(t, p, nn.Options{}, nn.ConvTranspose{Out: 1, Kernel: 3}, []float32{1}, 1, 1, 1, 1)
	if fmt.Sprint(y) != fmt.Sprint(p.Get("weight").Data) {
		t.Errorf("transposed conv: got %v, want the kernel %v", y, p.Get("weight").Data)
	}
}

func ExampleLinear() {
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{})
	y := nn.Linear{Out: 3}.Forward(g.In("hidden"), g.Input("x", 2, 5)).Tanh()
	fmt.Println(y.Shape(), params.Trained("hidden"), params.Count())
	// Output: [2 3] [hidden.bias hidden.weight] 18
}

// With one group it is the layer normalisation; with as many as channels each is normalised alone:
// pixels (1, 3) and (5, 5) of the two channels of an example have deviations 1 and 0.
func TestGroupNormByItsGroups(t *testing.T) {
	values := []float32{1, 5, 3, 5, 2, -1, 0, 7}
	apply := func(l nn.Layer) []float32 {
		g := nn.NewGraph(nn.NewParams(1), nn.Options{})
		y := l.Forward(g, g.Constant(values, 2, 2, 2))
		p, err := nn.Compile(g, y)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		return p.Output(y)
	}
	for name, test := range map[string]struct{ got, want []float32 }{
		"one group":             {apply(nn.GroupNorm{Groups: 1}), apply(nn.LayerNorm{})},
		"a group of 4 at least": {apply(nn.GroupNorm{}), apply(nn.LayerNorm{})},
		"two groups":            {apply(nn.GroupNorm{Groups: 2}), []float32{-1, 0, 1, 0, 1, -1, -1, 1}},
	} {
		for i := range test.want {
			if math.Abs(float64(test.got[i]-test.want[i])) > 1e-4 {
				t.Errorf("%s: got %v, want %v", name, test.got, test.want)
				break
			}
		}
	}
}
