package trained

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/adversarial"
	"latentspace/models/families"
	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/tensor"
)

// weightOf is the parameter of a model by its name.
func weightOf(t *testing.T, m *Model, name string) *tensor.Tensor {
	t.Helper()
	w := m.Weights()[name]
	if w == nil {
		t.Fatalf("no parameter %s among %v", name, m.Weights())
	}
	return w
}

// The matrix is the weights of the first layer, also where it is normalised by the batch or takes a
// class besides, and in a network of one layer it is all there is; the values behind it are
// tanh(z·A + b).
func TestFirstLayer(t *testing.T) {
	net := families.Models["gan"]().(adversarial.GAN)
	net.Latent, net.Generator = 3, networks.MLP{Hidden: []int{5, 7}, Activation: "tanh", Norm: "none", Init: "he"}
	m := untrained(t, net, "gan")
	w := weightOf(t, m, "generator.layer1.weight")
	a, err := m.FirstMatrix(t.Context(), nil)
	if err != nil || !slices.Equal(a.Shape, w.Shape) {
		t.Fatalf("got %v, %v, want the shape %v", a, err, w.Shape)
	}
	for i, v := range a.Data {
		if math.Abs(float64(v-w.Data[i])) > 1e-5 {
			t.Fatalf("matrix %v, want %v", a.Data, w.Data)
		}
	}
	z, err := m.Draw(70, 1)
	if err != nil {
		t.Fatal(err)
	}
	y, err := m.FirstLayer(t.Context(), z, nil)
	if err != nil || !slices.Equal(y.Shape, []int{70, 5}) {
		t.Fatalf("got %v, %v, want 70 rows of 5 values", y, err)
	}
	for i, v := range y.Data {
		sum := 0.0
		for k := range 3 {
			sum += float64(float64(z.Data[i/5*3+k]) * float64(w.Data[k*5+i%5]))
		}
		if math.Abs(float64(v)-math.Tanh(sum)) > 1e-5 {
			t.Fatalf("value %d is %v, want %v", i, v, math.Tanh(sum))
		}
	}

	net.Generator = networks.MLP{Hidden: []int{5}, Activation: "relu", Norm: "batch", Init: "he"}
	told := families.Models["cgan"]().(adversarial.CGAN)
	told.Latent, told.Generator = 3, net.Generator
	d := models.Data{Schema: example.Points(2), About: example.Of(example.Field{Name: "class", Kind: example.Category, Words: []string{"a", "b"}})}
	c, err := New(told, "cgan", d, 1)
	if err != nil {
		t.Fatal(err)
	}
	a, err = c.FirstMatrix(t.Context(), &tensor.Tensor{Shape: []int{1, 1}, Data: []float32{1}})
	if err != nil || !slices.Equal(a.Shape, []int{3, 5}) {
		t.Fatalf("told a class: got %v, %v, want a matrix (3, 5)", a, err)
	}
	for i, v := range a.Data {
		if w := weightOf(t, c, "generator.layer1.weight").Data[i]; math.Abs(float64(v-w)) > 1e-5 {
			t.Fatalf("told a class: matrix %v", a.Data)
		}
	}

	net.Generator = networks.MLP{}
	flat := untrained(t, net, "gan")
	if y, err = flat.FirstLayer(t.Context(), z, nil); err != nil {
		t.Fatal(err)
	}
	if x, err := flat.Decode(t.Context(), z, nil); err != nil || !slices.Equal(x.Data, y.Data) {
		t.Errorf("of one layer: got %v, %v, want the examples", y.Data, err)
	}
}

// bent is a model whose decoder bends codes before its first layer.
type bent struct{ adversarial.GAN }

func (b bent) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return b.GAN.Decode(g, z.Tanh(), given)
}

func TestFirstLayerErrors(t *testing.T) {
	net := families.Models["gan"]().(adversarial.GAN)
	net.Latent = 3
	if _, err := untrained(t, bent{net}, "bent").FirstMatrix(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "kind bent is not linear in the code") {
		t.Errorf("got %v", err)
	}
	f := example.Field{Name: "text", Kind: example.Tokens, Shape: []int{7}, View: example.Text, Words: []string{"", "a", "b"}, Text: &example.Spelling{Unit: example.Char, Of: example.Lines}}
	text, err := New(families.Models["textvae"](), "textvae", models.Data{Schema: example.Of(f)}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := text.FirstMatrix(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "a model of kind textvae has no decoder that makes an example at once") {
		t.Errorf("got %v", err)
	}
}
