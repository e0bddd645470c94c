package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"latentspace/internal/panics"
)

// Covariances that are singular, as those of features of which samples use few are: of a
// random rank in both, with columns that are zero, duplicated or of very different scales.
// Between a distribution and itself the distance is zero, and it is the same both ways.
func TestFrechetOfDegenerateCovariances(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	failed := 0
	for i := range 400 {
		d := 2 + random.IntN(63)
		mx, sx := degenerate(random, d)
		my, sy := degenerate(random, d)
		err := panics.Caught(func() error {
			there, err := FrechetOf(mx, sx, my, sy)
			if err != nil {
				return err
			}
			back, err := FrechetOf(my, sy, mx, sx)
			if err != nil {
				return err
			}
			self, err := FrechetOf(mx, sx, mx, sx)
			if err != nil {
				return err
			}
			scale := 0.0
			for k := range d {
				scale += sx[k*d+k] + sy[k*d+k]
			}
			if math.IsNaN(there) || there < 0 || math.Abs(there-back) > 1e-6*(scale+there) || self > 1e-6*scale {
				t.Errorf("case %d of %d dimensions: %v, the other way %v, to itself %v", i, d, there, back, self)
			}
			return nil
		})
		if err != nil {
			failed++
			t.Logf("case %d of %d dimensions: %v", i, d, err)
		}
	}
	if failed > 0 {
		t.Errorf("%d of 400 cases failed", failed)
	}
}

// degenerate is a mean and a covariance of a random rank below d.
func degenerate(random *rand.Rand, d int) (mean, covariance []float64) {
	rank := random.IntN(d)
	factors := mat.NewDense(d, max(1, rank), nil)
	mean = make([]float64, d)
	tiny := random.IntN(4) == 0
	for k := range d {
		mean[k] = random.NormFloat64()
		scale := math.Pow(10, float64(random.IntN(6)-3))
		if tiny {
			scale = 1e-38 // the least that a feature may be in float32
		}
		for j := range rank {
			factors.Set(k, j, scale*random.NormFloat64())
		}
		if random.IntN(3) == 0 { // a feature that no example has
			for j := range rank {
				factors.Set(k, j, 0)
			}
		}
	}
	s := mat.NewSymDense(d, nil)
	s.SymOuterK(1, factors)
	for i := range d {
		for j := range d {
			covariance = append(covariance, s.At(i, j))
		}
	}
	return mean, covariance
}
