package metrics

import (
	"context"
	"math"
	"testing"

	"latentspace/kernel"
	"latentspace/tensor"
)

func noise(seed uint64, shape ...int) *tensor.Tensor {
	x := tensor.New(shape...)
	kernel.Normal(x.Data, kernel.Seed(seed, "test"))
	return x
}

func TestPosteriorsThatAreThePriorTellNothing(t *testing.T) {
	zero := tensor.New(200, 3)
	got, err := Aggregate(context.Background(), zero, zero, noise(1, 200, 3))
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string]Estimate{"I": got.MutualInformation, "KL": got.MarginalKL} {
		if math.Abs(e.Value) > 1e-12 || e.Error > 1e-12 {
			t.Errorf("%s: got %v, want 0", name, e)
		}
	}
}

// Posteriors that do not touch tell of every example which it is: I = ln n.
func TestPosteriorsApartTellTheExample(t *testing.T) {
	const n = 50
	mu, logvar := tensor.New(n, 1), tensor.New(n, 1)
	for i := range n {
		mu.Data[i], logvar.Data[i] = 100*float32(i), 0
	}
	got, err := Aggregate(context.Background(), mu, logvar, noise(1, n, 1))
	if err != nil {
		t.Fatal(err)
	}
	if e := got.MutualInformation; math.Abs(e.Value-math.Log(n)) > 1e-9 {
		t.Errorf("I: got %v, want ln %d", e, n)
	}
}

// μ ~ N(0, 1 − s) and variances s make q(z) the standard normal distribution: all of the
// KL is information, ½ ln 1/s per dimension.
func TestAnAggregateLikeThePriorHasOnlyInformation(t *testing.T) {
	const n, s = 3000, 0.3
	mu, logvar := noise(1, n, 1), tensor.New(n, 1)
	kl := 0.0
	for i := range n {
		mu.Data[i] *= float32(math.Sqrt(1 - s))
		logvar.Data[i] = float32(math.Log(s))
		kl += GaussianKL(mu.Data[i:i+1], logvar.Data[i:i+1]) / n
	}
	got, err := Aggregate(context.Background(), mu, logvar, noise(2, n, 1))
	if err != nil {
		t.Fatal(err)
	}
	if e, want := got.MutualInformation, math.Log(1/s)/2; math.Abs(e.Value-want) > 3*e.Error {
		t.Errorf("I: got %v, want %v", e, want)
	}
	if e := got.MarginalKL; math.Abs(e.Value) > 0.02 {
		t.Errorf("marginal KL: got %v, want 0", e)
	}
	sum := got.MutualInformation.Value + got.MarginalKL.Value
	if bound := 3 * (got.MutualInformation.Error + got.MarginalKL.Error); math.Abs(sum-kl) > bound {
		t.Errorf("the parts add up to %v, want the KL %v", sum, kl)
	}
}

func TestAggregateStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Aggregate(ctx, noise(1, 100, 2), noise(2, 100, 2), noise(3, 100, 2)); err != context.Canceled {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestGaussianKL(t *testing.T) {
	for name, c := range map[string]struct {
		mu, logvar []float32
		want       float64
	}{
		"the prior itself": {[]float32{0, 0}, []float32{0, 0}, 0},
		"a mean of 2":      {[]float32{2}, []float32{0}, 2},
		"a variance of e":  {[]float32{0}, []float32{1}, (math.E - 2) / 2},
		"both, and summed": {[]float32{1, 2}, []float32{1, 0}, (1+math.E-2)/2 + 2},
	} {
		if got := GaussianKL(c.mu, c.logvar); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// One dimension has means ±1 and little noise, the other means 0 and the prior's.
func TestDimensions(t *testing.T) {
	const n = 1000
	mu, logvar := tensor.New(n, 2), tensor.New(n, 2)
	for i := range n {
		mu.Data[2*i], logvar.Data[2*i] = float32(1-2*(i%2)), float32(math.Log(0.1))
	}
	got := Dimensions(mu, logvar)
	if d := got[0]; math.Abs(d.Variance.Value-1) > 1e-9 || d.Variance.Error > 1e-6 || math.Abs(d.Noise-0.1) > 1e-6 || math.Abs(d.Mean) > 1e-9 {
		t.Errorf("used: got %+v, want variance 1, exactly, noise 0.1 and mean 0", d)
	}
	if want := (1 + 0.1 - math.Log(0.1) - 1) / 2; math.Abs(got[0].KL.Value-want) > 1e-6 {
		t.Errorf("used: KL %v, want %v", got[0].KL, want)
	}
	if d := got[1]; d.KL.Value != 0 || d.Variance.Value != 0 || math.Abs(d.Noise-1) > 1e-9 {
		t.Errorf("unused: got %+v, want no KL, no variance and noise 1", d)
	}
}

func TestCountAbove(t *testing.T) {
	all := []Estimate{{1, 0}, {0.02, 0}, {0, 0}, {0.01, 0.005}}
	// The last is at the bound: above it with probability ½.
	if got := CountAbove(all, 0.01); got.Value != 2 || math.Abs(got.Error-0.5) > 1e-12 {
		t.Errorf("got %v, want 2 ± 0.5", got)
	}
}

// The variance of a normal sample has the error σ²·√(2/n).
func TestTheErrorOfAVariance(t *testing.T) {
	const n = 20000
	x := make([]float64, n)
	for i, v := range noise(3, n).Data {
		x[i] = float64(v)
	}
	if got, want := variance(x), math.Sqrt(2.0/n); math.Abs(got.Error/want-1) > 0.05 || math.Abs(got.Value-1) > 4*want {
		t.Errorf("got %v, want 1 ± %v", got, want)
	}
}
