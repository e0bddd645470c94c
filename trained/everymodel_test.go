package trained

import (
	"errors"
	"maps"
	"math"
	"slices"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/tensor"
)

// Whatever model decodes numbers and draws codes can be inverted, and ends at least as near as the
// nearest of the draws that it begins with; and its decoder has a first layer.
func TestEveryModelThatDecodesInverts(t *testing.T) {
	about := example.Of(example.Class([]string{"a", "b", "c"}))
	inverts := 0
	for _, kind := range slices.Sorted(maps.Keys(families.Models)) {
		for of, d := range map[string]models.Data{
			"pictures": {Schema: example.Pictures(8, 8, 1), About: about, Examples: 16},
			"points":   {Schema: example.Points(2), About: about, Examples: 16},
		} {
			m, err := New(families.Models[kind](), kind, d, 1)
			if err != nil {
				continue // it is not for these, or wants more of them
			}
			inverting, err := m.Inverting(Inversion{Steps: 3, Restarts: 2, Rate: 0.05, Seed: 1})
			var lacks *Lack
			if !m.CanDecode() || !m.HasPrior() {
				if !errors.As(err, &lacks) {
					t.Errorf("%s of %s: got %v, want what it lacks", kind, of, err)
				}
				continue
			}
			if _, ok := m.Net.(models.Sequential); ok {
				continue
			}
			if err != nil {
				t.Errorf("%s of %s: %v", kind, of, err)
				continue
			}
			inverts++
			x := Examples{X: tensor.New(append([]int{2}, m.Shape...)...)}
			for i := range x.X.Data {
				x.X.Data[i] = float32(i*7%11) / 10
			}
			given := func(n int) *tensor.Tensor {
				if len(m.Conditional()) == 0 {
					return nil
				}
				return tensor.New(n, about.Width())
			}
			x.About = given(2)
			z, err := inverting.Encode(t.Context(), x)
			if err != nil {
				t.Errorf("%s of %s: %v", kind, of, err)
				continue
			}
			y, err := m.Decode(t.Context(), z, x.About)
			if err != nil {
				t.Fatal(err)
			}
			into := tensor.New(y.Shape...)
			if err := m.DecodeRows(t.Context(), rowsOf(into), rowsOf(z), x.About); err != nil || !into.Equal(y) {
				t.Errorf("other examples in rows of the caller's: %v", err)
			}
			draws, err := m.Decode(t.Context(), inverting.inversion.draws, given(candidates))
			if err != nil {
				t.Fatal(err)
			}
			size := tensor.Size(m.Shape)
			for i := range 2 {
				one, nearest := x.X.Data[i*size:(i+1)*size], math.Inf(1)
				for c := range candidates {
					nearest = min(nearest, squares(one, draws.Data[c*size:(c+1)*size]))
				}
				if got := squares(one, y.Data[i*size:(i+1)*size]); !(got <= nearest*(1+1e-5)) {
					t.Errorf("%s of %s: squared error %v, want at most the %v of the nearest draw", kind, of, got, nearest)
				}
			}
			if a, err := m.FirstLayer(t.Context(), z, x.About); err != nil || a.Shape[0] != 2 {
				t.Errorf("%s of %s: the first layer: %v", kind, of, err)
			}
		}
	}
	if inverts < 20 {
		t.Errorf("%d models invert, want at least 20", inverts)
	}
}

// rowsOf are the rows of a tensor, of the same memory.
func rowsOf(t *tensor.Tensor) [][]float32 {
	all := make([][]float32, t.Shape[0])
	for i := range all {
		all[i] = rows(t, i, i+1).Data
	}
	return all
}
