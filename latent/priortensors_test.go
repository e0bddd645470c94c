package latent

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

type reader func(tensors map[string]*tensor.Tensor) (Kept, error)

// A Gaussian keeps a nil factor as nil, and a mixture writes it as the identity.
func TestPriorsByHandAreReadFromTheirTensors(t *testing.T) {
	hand := byHand()
	for name, read := range map[string]reader{"standard": ReadGaussian, "gaussian": ReadGaussian, "mixture": ReadMixture} {
		p, err := read(hand[name].(Kept).Tensors())
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
		read   reader
		from   map[string]*tensor.Tensor
		change string // the name of a tensor
		to     *tensor.Tensor
		want   string
	}{
		{"no mean", ReadGaussian, gaussian, "mean", nil, "no tensor mean, want a vector"},
		{"a mean of no values", ReadGaussian, gaussian, "mean", vector(), "tensor mean of shape [0], want a vector"},
		{"a mean that is no number", ReadGaussian, gaussian, "mean", vector(1, nan), "tensor mean, element 1: NaN, want a finite value"},
		{"a factor of another size", ReadGaussian, gaussian, "chol", tensor.New(3, 3), "tensor chol of shape [3 3], want [2 2]"},
		{"a factor with fewer values than its shape says", ReadGaussian, gaussian, "chol", &tensor.Tensor{Shape: []int{2, 2}}, "tensor chol of shape [2 2], want"},
		{"a factor above the diagonal", ReadGaussian, gaussian, "chol", codesOf(2, 1, 3, 0, 1), "tensor chol: element [0][1] is 3, want 0 above the diagonal"},
		{"a factor below zero", ReadGaussian, gaussian, "chol", codesOf(2, 1, 0, 0, -1), "tensor chol: element [1][1] is -1, want at least 0"},
		{"a tensor of another kind", ReadGaussian, mixture, "", nil, "unknown tensor weights, want only [mean chol]"},
		{"no weights", ReadMixture, gaussian, "", nil, "no tensor weights, want a vector"},
		{"means of another number", ReadMixture, mixture, "mean", tensor.New(3, 2), "tensor mean of shape [3 2], want [2 any]"},
		{"factors of another size", ReadMixture, mixture, "chol", tensor.New(2, 3, 3), "tensor chol of shape [2 3 3], want [2 2 2]"},
		{"a weight below zero", ReadMixture, mixture, "weights", vector(1.5, -0.5), "tensor weights: element 1 is -0.5, want at least 0"},
		{"weights that are too few", ReadMixture, mixture, "weights", vector(0.5, 0.25), "tensor weights: the weights add up to 0.75, want 1"},
		{"a component above the diagonal", ReadMixture, mixture, "chol", &tensor.Tensor{Shape: []int{2, 2, 2}, Data: []float32{1, 0, 0, 1, 1, 1, 0, 1}}, "tensor chol, component 1: element [0][1] is 1"},
		{"another tensor", ReadMixture, mixture, "iterations", vector(1), "unknown tensor iterations, want only [weights mean chol]"},
	} {
		tensors := maps.Clone(c.from)
		switch {
		case c.to != nil:
			tensors[c.change] = c.to
		case c.change != "":
			delete(tensors, c.change)
		}
		if p, err := c.read(tensors); p != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, %v, want %s", c.name, p, err, c.want)
		}
	}
}
