package latent

import (
	"math"
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/tensor"
)

// scaling is the layer y = (3·z0, 2·z2, 0, z1) of three values.
var scaling = &tensor.Tensor{Shape: []int{3, 4}, Data: []float32{
	3, 0, 0, 0,
	0, 0, 0, 1,
	0, 2, 0, 0,
}}

// A·Aᵀ is diagonal with 9, 1 and 4, so that its eigenvectors are the axes in the order 0, 2, 1.
func TestSeFa(t *testing.T) {
	all, err := SeFa(scaling)
	if err != nil || len(all) != 3 {
		t.Fatalf("got %v, %v, want three directions", all, err)
	}
	for k, want := range []struct {
		axis  int
		share float64
	}{{0, 9.0 / 14}, {2, 4.0 / 14}, {1, 1.0 / 14}} {
		for j, v := range all[k].Step {
			if one := float64(btoi(j == want.axis)); math.Abs(float64(v)-one) > 1e-6 {
				t.Errorf("direction %d is %v, want axis %d", k, all[k].Step, want.axis)
				break
			}
		}
		if math.Abs(all[k].Share-want.share) > 1e-9 {
			t.Errorf("direction %d has the share %v, want %v", k, all[k].Share, want.share)
		}
	}
	if _, err := SeFa(tensor.New(2, 3)); err == nil || !strings.Contains(err.Error(), "codes change nothing") {
		t.Errorf("of zeros: got %v", err)
	}
	bad := tensor.New(2, 3)
	bad.Data[4] = float32(math.Inf(1))
	if _, err := SeFa(bad); err == nil || !strings.Contains(err.Error(), "has the value +Inf") {
		t.Errorf("of infinities: got %v", err)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Of a layer that is linear the components are those of SeFa, but for the noise of 20,000 codes, and a
// step is as long as a deviation of the codes. With the square root of the activations' sign kept,
// v·√|v|⁻¹, which bends but mixes nothing, they stay the axes.
func TestGANSpace(t *testing.T) {
	const n = 20_000
	z := tensor.New(n, 3)
	kernel.Normal(z.Data, kernel.Seed(1, "test.ganspace"))
	for name, bend := range map[string]func(v float64) float64{
		"linear": func(v float64) float64 { return v },
		"bent":   func(v float64) float64 { return math.Copysign(math.Sqrt(math.Abs(v)), v) },
	} {
		y := tensor.New(n, 2, 2)
		for i := range n {
			for j := range 4 {
				sum := 0.0
				for k := range 3 {
					sum += float64(float64(z.Data[3*i+k]) * float64(scaling.Data[4*k+j]))
				}
				y.Data[4*i+j] = float32(bend(sum))
			}
		}
		all, err := GANSpace(t.Context(), z, y, 3)
		if err != nil || len(all) != 3 {
			t.Fatalf("%s: got %v, %v, want three directions", name, all, err)
		}
		for k, axis := range []int{0, 2, 1} {
			for j, v := range all[k].Step {
				// The correlation of a normal v with its signed root is E|v|^1.5/√E|v| = .9629.
				one := float64(btoi(j == axis))
				if name == "bent" {
					one *= 0.963
				}
				if math.Abs(math.Abs(float64(v))-one) > 0.04 {
					t.Errorf("%s: direction %d is %v, want axis %d", name, k, all[k].Step, axis)
					break
				}
			}
		}
		if name == "linear" && math.Abs(all[0].Share-9.0/14) > 0.02 {
			t.Errorf("the first has the share %v, want 9/14", all[0].Share)
		}
	}
	if _, err := GANSpace(t.Context(), z, tensor.New(n, 2), 2); err == nil || !strings.Contains(err.Error(), "the same values for all of 20000 codes") {
		t.Errorf("of constants: got %v", err)
	}
}
