package metrics

import (
	"context"
	"errors"
	"math"
	"testing"

	"latentspace/tensor"
)

// Posteriors that are all N(m, s²) are the prior N(m, s²), and KL(N(m, s²) ‖ N(0, 1)) from the
// standard normal one.
func TestAggregateUnderAnotherPrior(t *testing.T) {
	const n, m, s = 4000, 2, 0.5
	mu, logvar := tensor.New(n, 1), tensor.New(n, 1)
	for i := range n {
		mu.Data[i], logvar.Data[i] = m, float32(2*math.Log(s))
	}
	normal := func(m, s float64) func(z *tensor.Tensor, dst []float64) error {
		return func(z *tensor.Tensor, dst []float64) error {
			for i, v := range z.Data {
				e := (float64(v) - m) / s
				dst[i] = -e*e/2 - math.Log(s) - math.Log(2*math.Pi)/2
			}
			return nil
		}
	}
	for name, c := range map[string]struct {
		prior func(z *tensor.Tensor, dst []float64) error
		want  float64
	}{
		"itself":                      {normal(m, s), 0},
		"the standard normal":         {normal(0, 1), (s*s+m*m-1)/2 - math.Log(s)},
		"the standard normal, as nil": {nil, (s*s+m*m-1)/2 - math.Log(s)},
	} {
		got, err := AggregateUnder(context.Background(), mu, logvar, noise(5, n, 1), c.prior)
		if err != nil {
			t.Fatal(err)
		}
		if e := got.MarginalKL; math.Abs(e.Value-c.want) > 3*e.Error+1e-6 {
			t.Errorf("%s: got %v, want %v", name, e, c.want)
		}
		if e := got.MutualInformation; math.Abs(e.Value) > 1e-9 {
			t.Errorf("%s: information %v, want none, as all posteriors are the same", name, e)
		}
	}
	broken := errors.New("no density")
	if _, err := AggregateUnder(context.Background(), mu, logvar, noise(5, n, 1), func(*tensor.Tensor, []float64) error { return broken }); err != broken {
		t.Errorf("got %v, want %v", err, broken)
	}
}
