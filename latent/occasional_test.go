package latent

import (
	"math"
	"testing"
)

// Of n draws the share that is not zero differs from the rate by √(r(1 − r)/n), and the mean of the
// others, whose deviation is the mean itself, by that over √(r·n): four times that is the bound.
func TestOccasionalDrawsHaveTheirRateAndMean(t *testing.T) {
	const n = 20_000
	o, err := NewOccasional([]float32{0, 0.1, 0.5, 1}, []float32{3, 2, 1, 4})
	if err != nil {
		t.Fatal(err)
	}
	z, err := Draws(o, n, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, rate := range o.Rate {
		count, sum := 0.0, 0.0
		for k := range n {
			if v := float64(z.Data[k*4+i]); v != 0 {
				count, sum = count+1, sum+v
			}
		}
		r := float64(rate)
		if off := math.Abs(count/n - r); off > 4*math.Sqrt(r*(1-r)/n) {
			t.Errorf("value %d is not zero in a share %v, want %v", i, count/n, r)
		}
		if want := float64(o.Mean[i]); r > 0 && math.Abs(sum/count-want) > 4*want/math.Sqrt(r*n) {
			t.Errorf("value %d has the mean %v, want %v", i, sum/count, want)
		}
	}
}

func TestWhatIsNoOccasionalDistribution(t *testing.T) {
	for name, c := range map[string]struct {
		rate, mean []float32
		want       string
	}{
		"no values":           {nil, nil, "latent: occasional: 0 rates and 0 means, want as many, at least 1"},
		"a mean too few":      {[]float32{0, 1}, []float32{1}, "latent: occasional: 2 rates and 1 means, want as many, at least 1"},
		"a rate above one":    {[]float32{0, 1.5}, []float32{1, 1}, "latent: occasional: rate 1 is 1.5, want it in [0, 1]"},
		"a mean that is NaN":  {[]float32{0.5}, []float32{float32(math.NaN())}, "latent: occasional: mean 0 is NaN, want a finite number of at least 0"},
		"a mean that is less": {[]float32{0.5}, []float32{-1}, "latent: occasional: mean 0 is -1, want a finite number of at least 0"},
	} {
		if _, err := NewOccasional(c.rate, c.mean); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}
