package latent

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

// draws returns the draws 0 … n−1 of a prior.
func draws(t testing.TB, p Prior, n int, seed uint64) *tensor.Tensor {
	t.Helper()
	z, err := Draws(p, n, seed)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// codesOf returns codes (n, d) of values.
func codesOf(d int, values ...float32) *tensor.Tensor {
	return &tensor.Tensor{Shape: []int{len(values) / d, d}, Data: values}
}

// byHand are distributions of two values with parameters that no fit has a part in.
func byHand() map[string]Prior {
	g := Gaussian{Mean: []float32{1, -2}, Chol: []float32{2, 0, 1, 0.5}}
	codes, logvar := codesOf(2, 0, 1, 2, 3, 4, 5), codesOf(2, 0, -1, 1, -2, 2, -3)
	return map[string]Prior{
		"standard":  Standard(2),
		"gaussian":  g,
		"mixture":   &Mixture{Weights: []float32{0.25, 0.75}, Components: []Gaussian{g, Standard(2)}},
		"kde":       &KDE{Codes: codes, Bandwidth: 0.5, Kernel: Gaussian{Mean: make([]float32, 2), Chol: g.Chol}},
		"aggregate": Aggregate{codes, logvar},
		"empirical": Empirical{codes},
	}
}

// The bits of a draw are part of what a seed means: a change of them is a change
// of every sample that anyone has kept. A run of this package printed them, when a call
// made one draw: those of seed 9 with the numbers 0, 1, 63, 64, 1000 and −7.
func TestDrawsKeepTheirBits(t *testing.T) {
	want := map[string][]float32{
		"standard":  {-0.62948877, 0.6442832, -0.8121714, 1.2671653, -1.0956775, 1.9303373, -0.2794221, 1.7361438, 0.23951776, -0.7961787, -0.69443154, 0.24638832},
		"gaussian":  {-0.25897756, -2.3073473, -0.6243428, -2.1785889, -1.191355, -2.130509, 0.4411558, -1.4113501, 1.4790355, -2.1585715, -0.38886306, -2.5712373},
		"mixture":   {0.022031799, -1.7191055, 2.1352537, -0.6076607, 0.05475005, -0.42365804, 1.1767613, -1.8456888, 0.04488616, 1.4735126, 0.4443549, 0.23685434},
		"kde":       {0.22848979, 0.44849533, -3.7945292, -0.6530442, 1.2878788, 4.1630692, 4.2656393, 4.3622627, 3.872138, 3.923028, 1.8303864, 3.074185},
		"aggregate": {2.5502653, 5.2450614, -1.5882952, 0.48472813, -1.182578, 2.3365176, 1.2710096, 4.8807216, -0.1321453, 1.7832924, 1.4347491, 4.7646585},
		"empirical": {2, 3, 4, 5, 0, 1, 4, 5, 2, 3, 4, 5},
	}
	for name, p := range byHand() {
		var got []float32
		for _, index := range []int{0, 1, 63, 64, 1000, -7} {
			z := tensor.New(1, 2)
			if err := p.Draw(9, index, z); err != nil {
				t.Fatal(err)
			}
			got = append(got, z.Data...)
		}
		if !slices.Equal(got, want[name]) {
			t.Errorf("%s: got %v, want %v", name, got, want[name])
		}
	}
}

// A batch has the bits of single draws, whatever its first number, its length and the number
// of processors.
func TestDrawsAreFunctionsOfSeedAndIndex(t *testing.T) {
	const n = 3*drawGrain + 5
	for name, p := range byHand() {
		singles := tensor.New(n, 2)
		for i := range n {
			if err := p.Draw(9, i, &tensor.Tensor{Shape: []int{1, 2}, Data: row(singles, i)}); err != nil {
				t.Fatal(err)
			}
		}
		for _, procs := range []int{1, 2, 5} {
			old := runtime.GOMAXPROCS(procs)
			for _, first := range []int{0, 1, 63, n} {
				z := tensor.New(n-first, 2)
				if err := p.Draw(9, first, z); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(z.Data, singles.Data[2*first:]) {
					t.Errorf("%s: a batch from draw %d on with %d processors differs from single draws", name, first, procs)
				}
			}
			runtime.GOMAXPROCS(old)
		}
		// Exchanged and negative keys are keys like any other. Empirical has three values.
		for _, other := range []struct {
			seed  uint64
			first int
		}{{8, 0}, {9, -n}, {0, 9}} {
			z := tensor.New(n, 2)
			if err := p.Draw(other.seed, other.first, z); err != nil || slices.Equal(z.Data, singles.Data) {
				t.Errorf("%s: seed %d from draw %d on is seed 9 from draw 0 on (%v)", name, other.seed, other.first, err)
			}
		}
	}
}

// A chunk has its random numbers and its scratch: some seven allocations, whatever its length.
func TestDrawsAllocateNothingEach(t *testing.T) {
	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	z := tensor.New(16*drawGrain, 2)
	for name, p := range byHand() {
		if got := testing.AllocsPerRun(1, func() { _ = p.Draw(1, 0, z) }); got > 16*10 {
			t.Errorf("%s: %v allocations for %d draws, want at most 10 for each of 16 chunks", name, got, z.Shape[0])
		}
	}
}

func TestDrawErrors(t *testing.T) {
	g := Gaussian{Mean: []float32{1, 2}}
	one := codesOf(2, 1, 2)
	for _, c := range []struct {
		name string
		p    Prior
		z    *tensor.Tensor
		want string
	}{
		{"codes of another length", g, tensor.New(4, 3), "latent: gaussian: draw: codes of shape [4 3] with 12 values, want (n, 2)"},
		{"codes that are no table", &Mixture{[]float32{1}, []Gaussian{g}}, tensor.New(2), "latent: mixture: draw: codes of shape [2] with 2 values, want (n, 2)"},
		{"fewer values than the shape says", Empirical{one}, &tensor.Tensor{Shape: []int{2, 2}, Data: make([]float32, 3)}, "latent: empirical: draw: codes of shape [2 2] with 3 values"},
		{"a Gaussian of no values", Gaussian{}, tensor.New(1, 0), "latent: gaussian: draw: a mean of 0 values"},
		{"a factor that does not fit the mean", Gaussian{Mean: g.Mean, Chol: make([]float32, 3)}, tensor.New(1, 2), "a mean of 2 values with a factor of 3"},
		{"a mixture of nothing", &Mixture{}, tensor.New(1, 0), "latent: mixture: draw: 0 weights of 0 components"},
		{"more weights than components", &Mixture{[]float32{0.5, 0.5}, []Gaussian{g}}, tensor.New(1, 2), "2 weights of 1 components"},
		{"components of two dimensions", &Mixture{[]float32{0.5, 0.5}, []Gaussian{g, Standard(3)}}, tensor.New(1, 2), "component 1 has 3 values, want 2 as the first"},
		{"a kernel of another dimension", &KDE{Codes: one, Kernel: Standard(3)}, tensor.New(1, 3), "latent: kde: draw: codes of shape [1 2] with 2 values, want at least 1 of 3 values"},
		{"a kernel without codes", &KDE{Kernel: Standard(3)}, tensor.New(1, 3), "latent: kde: draw: no codes"},
		{"log-variances of another number", Aggregate{one, tensor.New(2, 2)}, tensor.New(1, 2), "latent: aggregate: draw: 2 log-variances, want 1"},
		{"no means", Aggregate{}, tensor.New(1, 0), "latent: aggregate: draw: means: no codes"},
		{"a table of nothing", Empirical{tensor.New(0, 2)}, tensor.New(1, 2), "latent: empirical: draw: codes of shape [0 2] with 0 values, want at least 1 of 2 values"},
	} {
		if err := c.p.Draw(1, 0, c.z); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := Draws(g, -1, 1); err == nil || err.Error() != "latent: -1 draws, want at least 0" {
		t.Errorf("a number below zero: got %v", err)
	}
	if z, err := Draws(g, 0, 1); err != nil || z.Len() != 0 {
		t.Errorf("no draws: got %v, %v", z, err)
	}
}
