package latent

import (
	"context"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

// A fitted prior of a kind that can be kept is read again to the bit. The other kinds have no
// tensors.
func TestFittedPriorsAreReadFromTheirTensors(t *testing.T) {
	specs := []PriorSpec{{Kind: "gmm", Components: 3}, {Kind: "gmm", Components: 2, Diagonal: true}}
	for _, kind := range PriorKinds() {
		specs = append(specs, PriorSpec{Kind: kind})
	}
	for _, s := range specs {
		p, _, err := FitPrior(context.Background(), s, clusters(60), nil)
		if err != nil {
			t.Fatal(err)
		}
		kept, ok := p.(Kept)
		if (CheckKept(s.Kind) == nil) != ok {
			t.Errorf("%+v: tensors are %v, and CheckKept says %v", s, ok, CheckKept(s.Kind))
		}
		if !ok {
			continue
		}
		again, err := PriorFromTensors(s.Kind, kept.Tensors())
		if err != nil || !reflect.DeepEqual(again, p) {
			t.Errorf("%+v: got %v, %v, want %v", s, again, err, p)
		}
	}
}

// A Gaussian keeps a nil factor as nil, and a mixture writes it as the identity.
func TestPriorsByHandAreReadFromTheirTensors(t *testing.T) {
	hand := byHand()
	for name, kind := range map[string]string{"standard": "gaussian", "gaussian": "gaussian", "mixture": "gmm"} {
		p, err := PriorFromTensors(kind, hand[name].(Kept).Tensors())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, want := draws(t, p, 50, 1), draws(t, hand[name], 50, 1); !slices.Equal(got.Data, want.Data) {
			t.Errorf("%s: other draws once it was read", name)
		}
		z := normals("read", 20, 2)
		if got, want := logDensity(t, p.(Density), z), logDensity(t, hand[name].(Density), z); !slices.Equal(got, want) {
			t.Errorf("%s: other densities once it was read", name)
		}
	}
}

func TestPriorFromTensorsErrors(t *testing.T) {
	vector := func(v ...float32) *tensor.Tensor { return &tensor.Tensor{Shape: []int{len(v)}, Data: v} }
	gaussian := Gaussian{Mean: []float32{1, -2}, Chol: []float32{2, 0, 1, 0.5}}.Tensors()
	mixture := byHand()["mixture"].(Kept).Tensors()
	nan := float32(math.NaN())
	for _, c := range []struct {
		name   string
		kind   string
		from   map[string]*tensor.Tensor
		change string // the name of a tensor
		to     *tensor.Tensor
		want   string
	}{
		{"an unknown kind", "flow", nil, "", nil, `latent: prior "flow", want one of`},
		{"a kind that is its codes", "kde", nil, "", nil, "latent: prior kde cannot be kept, as it consists of all the codes that it is fitted to: want gaussian or gmm"},
		{"no mean", "gaussian", gaussian, "mean", nil, "latent: prior gaussian: no tensor mean, want a vector"},
		{"a mean of no values", "gaussian", gaussian, "mean", vector(), "tensor mean of shape [0], want a vector"},
		{"a mean that is no number", "gaussian", gaussian, "mean", vector(1, nan), "tensor mean, element 1: NaN, want a finite value"},
		{"a factor of another size", "gaussian", gaussian, "chol", tensor.New(3, 3), "tensor chol of shape [3 3], want [2 2]"},
		{"a factor with fewer values than its shape says", "gaussian", gaussian, "chol", &tensor.Tensor{Shape: []int{2, 2}}, "tensor chol of shape [2 2], want"},
		{"a factor above the diagonal", "gaussian", gaussian, "chol", codesOf(2, 1, 3, 0, 1), "tensor chol: element [0][1] is 3, want 0 above the diagonal"},
		{"a factor below zero", "gaussian", gaussian, "chol", codesOf(2, 1, 0, 0, -1), "tensor chol: element [1][1] is -1, want at least 0"},
		{"a tensor of another kind", "gaussian", mixture, "", nil, "latent: prior gaussian: unknown tensor weights, want only [mean chol]"},
		{"no weights", "gmm", gaussian, "", nil, "latent: prior gmm: no tensor weights, want a vector"},
		{"means of another number", "gmm", mixture, "mean", tensor.New(3, 2), "tensor mean of shape [3 2], want [2 any]"},
		{"factors of another size", "gmm", mixture, "chol", tensor.New(2, 3, 3), "tensor chol of shape [2 3 3], want [2 2 2]"},
		{"a weight below zero", "gmm", mixture, "weights", vector(1.5, -0.5), "tensor weights: element 1 is -0.5, want at least 0"},
		{"weights that are too few", "gmm", mixture, "weights", vector(0.5, 0.25), "tensor weights: the weights add up to 0.75, want 1"},
		{"a component above the diagonal", "gmm", mixture, "chol", &tensor.Tensor{Shape: []int{2, 2, 2}, Data: []float32{1, 0, 0, 1, 1, 1, 0, 1}}, "tensor chol, component 1: element [0][1] is 1"},
		{"another tensor", "gmm", mixture, "iterations", vector(1), "unknown tensor iterations, want only [weights mean chol]"},
	} {
		tensors := maps.Clone(c.from)
		switch {
		case c.to != nil:
			tensors[c.change] = c.to
		case c.change != "":
			delete(tensors, c.change)
		}
		if p, err := PriorFromTensors(c.kind, tensors); p != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, %v, want %s", c.name, p, err, c.want)
		}
	}
}
