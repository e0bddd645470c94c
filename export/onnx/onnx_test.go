package onnx

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/tensor"
)

// A graph has inputs, outputs, scopes and names that a person knows.
func TestAGraphNamesWhatItHas(t *testing.T) {
	m := parsed(t, "{kind: glyphs}", "{kind: vae, latent: 6, encoder: {kind: mlp, hidden: [40]}}")
	files, err := Of(m, map[string]string{"experiment": "vae"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []File{
		{Name: "encoder.onnx", Inputs: []string{"x (batch, 1, 28, 28)"}, Outputs: []string{"mean (batch, 6)", "log_variance (batch, 6)"}},
		{Name: "decoder.onnx", Inputs: []string{"z (batch, 6)"}, Outputs: []string{"x (batch, 1, 28, 28)"}},
	} {
		f := files[i]
		if f.Name != want.Name || !slices.Equal(f.Inputs, want.Inputs) || !slices.Equal(f.Outputs, want.Outputs) {
			t.Errorf("got %s, %v to %v, want %s, %v to %v", f.Name, f.Inputs, f.Outputs, want.Name, want.Inputs, want.Outputs)
		}
		part := strings.TrimSuffix(f.Name, ".onnx")
		for _, text := range []string{"/" + part + "/layer1/Gemm", part + ".layer1.weight", "experiment", "likelihood", "0 to 1", "NCHW", "examples"} {
			if !bytes.Contains(f.Content, []byte(text)) {
				t.Errorf("%s does not have %q", f.Name, text)
			}
		}
	}
}

// Normalisation by the batch is one operation, and nothing is left of what it is made of.
func TestNormalisationByTheBatchIsOneOperation(t *testing.T) {
	files, err := Of(parsed(t, "{kind: glyphs}", "{kind: ae, latent: 6, encoder: {kind: conv, channels: [4, 8], norm: batch}}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"/encoder/layer2/norm/BatchNormalization": true, "/encoder/layer2/norm/Sqrt": false, "number_1e-05": false} {
		if got := bytes.Contains(files[0].Content, []byte(text)); got != want {
			t.Errorf("the encoder has %q: %v, want %v", text, got, want)
		}
	}
}

// Normalisation of each example is few operations, if it is that of a layer and nothing else reads a part
// of it. Others are composed.
func TestNormalisationOfEachExampleIsFewOperations(t *testing.T) {
	layer := func(l nn.Layer) func(g *nn.Graph, x nn.Node) nn.Node {
		return func(g *nn.Graph, x nn.Node) nn.Node { return l.Forward(g.In("norm"), x) }
	}
	for name, c := range map[string]struct {
		f     func(g *nn.Graph, x nn.Node) nn.Node
		shape []int
		want  string
	}{
		"groups": {layer(nn.GroupNorm{Groups: 2}), []int{0, 4, 4, 6}, "Transpose Reshape InstanceNormalization Reshape Mul Add"},
		"rows":   {layer(nn.LayerNorm{}), []int{0, 6}, "LayerNormalization"},
		"another epsilon": {layer(nn.LayerNorm{Epsilon: 1e-3}), []int{0, 6},
			"ReduceSum Mul Unsqueeze Add Mul ReduceSum Mul Add Sqrt Reciprocal Unsqueeze Mul Mul Add"},
		"a variance that is read": {func(g *nn.Graph, x nn.Node) nn.Node {
			scale, bias := g.Param("norm.scale", nn.Ones, 6), g.Param("norm.bias", nn.Zeros, 6)
			centred := x.AddCol(x.SumCols().Scale(-1. / 6))
			variance := centred.Square().SumCols().Scale(1. / 6)
			return centred.MulCol(variance.AddScalar(1e-5).Sqrt().Reciprocal()).MulRow(scale).AddRow(bias).AddCol(variance)
		}, []int{0, 6}, "ReduceSum Mul Unsqueeze Add Mul ReduceSum Mul Add Sqrt Reciprocal Unsqueeze Mul Mul Add Unsqueeze Add"},
	} {
		var all [2][]nn.Operation
		var params *nn.Params
		for i, batch := range []int{lesser, greater} {
			params = nn.NewParams(1)
			g := nn.NewGraph(params, nn.Options{Name: "trial"})
			var err error
			if all[i], err = nn.Operations(g, c.f(g, g.Input("0", withBatch(c.shape, batch)...))); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		weights := map[string]*tensor.Tensor{"norm.scale": params.Get("norm.scale"), "norm.bias": params.Get("norm.bias")}
		g, err := build("trial", weights, all[0], all[1], info{name: "0"}, inputsOf(all[0], ""), []string{"y"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got []string
		for _, n := range g.nodes {
			got = append(got, n.op)
		}
		if got := strings.Join(got, " "); !strings.HasPrefix(got, c.want+" ") {
			t.Errorf("%s: got %s, want %s and the output", name, got, c.want)
		}
	}
}

// What ONNX cannot compute is told by its name, its place, the part and the kind of model.
func TestWhatCannotBeExportedIsToldByItsName(t *testing.T) {
	for name, c := range map[string]struct {
		f    func(g *nn.Graph, x nn.Node) nn.Node
		want string
	}{
		"noise":       {func(g *nn.Graph, x nn.Node) nn.Node { return x.Add(g.In("part").Noise("ε", x.Shape()...)) }, `the operation "noise" in part: it draws random numbers, "part.ε"`},
		"nothing":     {func(_ *nn.Graph, x nn.Node) nn.Node { return x.MaxPool(2, 2) }, ""},
		"by training": {func(g *nn.Graph, x nn.Node) nn.Node { return x.Mul(g.Input(models.EpochName).Broadcast(x.Shape()...)) }, `it reads "epoch", which is known in training alone`},
		"of a batch":  {func(_ *nn.Graph, x nn.Node) nn.Node { return x.Scale(1 / float64(x.Shape()[0])) }, `the operation "scale" has another c for a batch of 11 than for one of 17`},
	} {
		t.Run(name, func(t *testing.T) {
			of := func(batch int) ([]nn.Operation, error) {
				g := nn.NewGraph(nn.NewParams(1), nn.Options{Name: "trial"})
				y := c.f(g, g.Input(models.InputName, batch, 4, 4, 1))
				return nn.Operations(g, y)
			}
			all, err := of(lesser)
			if err != nil {
				t.Fatal(err)
			}
			other, err := of(greater)
			if err != nil {
				t.Fatal(err)
			}
			_, err = build("trial", nil, all, other, info{name: "x"}, inputsOf(all, "x"), []string{"y"})
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
