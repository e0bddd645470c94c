package latent

import (
	"math"
	"strings"
	"testing"

	"latentspace/tensor"
)

// Draws have length 1, mean 0 and the covariance I/3; in three dimensions a coordinate is uniform in
// (−1, 1), so that its fourth moment is 1/5. Of 3,000 draws each is known to 0.03.
func TestDrawsFromASphereAreEven(t *testing.T) {
	z, err := Draws(Sphere(3), 3000, 1)
	if err != nil {
		t.Fatal(err)
	}
	var mean, fourth float64
	var second [3][3]float64
	for i := range 3000 {
		v := row(z, i)
		if length := math.Hypot(math.Hypot(float64(v[0]), float64(v[1])), float64(v[2])); math.Abs(length-1) > 1e-6 {
			t.Fatalf("draw %d is %v long", i, length)
		}
		mean += float64(v[0]) / 3000
		fourth += math.Pow(float64(v[1]), 4) / 3000
		for a := range second {
			for b := range second {
				second[a][b] += float64(v[a]) * float64(v[b]) / 3000
			}
		}
	}
	if math.Abs(mean) > 0.04 || math.Abs(fourth-0.2) > 0.03 {
		t.Errorf("mean %v and fourth moment %v, want 0 and 0.2", mean, fourth)
	}
	for a := range second {
		for b := range second {
			want := 0.0
			if a == b {
				want = 1.0 / 3
			}
			if math.Abs(second[a][b]-want) > 0.03 {
				t.Errorf("second moments %v, want I/3", second)
			}
		}
	}
	if err := Sphere(3).Draw(1, 0, tensor.New(2, 4)); err == nil || !strings.HasPrefix(err.Error(), "latent: sphere: ") {
		t.Errorf("codes of four values: %v", err)
	}
}
