package latent

import (
	"context"
	"math"
	"strings"
	"testing"

	"latentspace/tensor"
)

// clusters are codes (n, 2) around (−3, 0) and (3, 1), one in three at the second,
// of deviation ½ and with a correlation there.
func clusters(n int) *tensor.Tensor {
	z := normals("clusters", n, 2)
	for i := range n {
		x, y := z.Data[2*i]/2, z.Data[2*i+1]/2
		if i%3 == 0 {
			z.Data[2*i], z.Data[2*i+1] = 3+x, 1+x*0.8+y*0.6
		} else {
			z.Data[2*i], z.Data[2*i+1] = -3+x, y
		}
	}
	return z
}

// fitted returns every fitted distribution of the codes.
func fitted(t *testing.T, z *tensor.Tensor) map[string]Prior {
	t.Helper()
	ctx := context.Background()
	g, err := FitGaussian(z)
	if err != nil {
		t.Fatal(err)
	}
	full, _, err := FitMixture(ctx, z, MixtureOptions{Components: 2, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	diagonal, _, err := FitMixture(ctx, z, MixtureOptions{Components: 2, Diagonal: true, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	k, err := FitKDE(z, Silverman(z.Shape[0], z.Shape[1]))
	if err != nil {
		t.Fatal(err)
	}
	logvar := tensor.New(z.Shape...)
	for i := range logvar.Data {
		logvar.Data[i] = -2 + float32(i%2)
	}
	a, err := NewAggregate(z, logvar)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Prior{"gaussian": g, "mixture": full, "diagonal mixture": diagonal, "kde": k, "aggregate": a, "empirical": Empirical{z}}
}

func TestMixtureFindsItsClusters(t *testing.T) {
	z := clusters(900)
	m, fit, err := FitMixture(context.Background(), z, MixtureOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Weights) != 2 {
		t.Fatalf("BIC chose %d components, want 2", len(m.Weights))
	}
	right := 0
	if m.Components[1].Mean[0] > 0 {
		right = 1
	}
	if w := float64(m.Weights[right]); math.Abs(w-1.0/3) > 1e-3 {
		t.Errorf("weight %v, want a third", w)
	}
	g := m.Components[right]
	if !near(g.Mean, []float32{3, 1}, 0.15) { // five standard errors of 0.5/√300
		t.Errorf("mean %v, want (3, 1)", g.Mean)
	}
	// The factor of the covariance ¼·[1 .8; .8 1] is ½·[1 0; .8 .6].
	if !near(g.Chol, []float32{0.5, 0, 0.4, 0.3}, 0.1) {
		t.Errorf("factor %v, want (0.5, 0, 0.4, 0.3)", g.Chol)
	}
	sum := 0.0
	for _, v := range logDensity(t, m, z) {
		sum += v / float64(z.Shape[0])
	}
	if math.Abs(sum-fit.LogLikelihood) > 1e-4 {
		t.Errorf("mean log-density %v, want the likelihood of the fit, %v", sum, fit.LogLikelihood)
	}
}

// With one component the mixture is the Gaussian, but for the floor of its variances.
func TestAMixtureOfOneIsTheGaussian(t *testing.T) {
	z := clusters(300)
	m, _, err := FitMixture(context.Background(), z, MixtureOptions{Components: 1})
	if err != nil {
		t.Fatal(err)
	}
	g, err := FitGaussian(z)
	if err != nil {
		t.Fatal(err)
	}
	if !near(m.Components[0].Mean, g.Mean, 1e-5) || !near(m.Components[0].Chol, g.Chol, 1e-3) {
		t.Errorf("got %v, want %v", m.Components[0], g)
	}
}

// Three distinct codes have a mixture of two, and none of four.
func TestTheSearchForComponentsEndsWithTheDistinctCodes(t *testing.T) {
	z := tensor.New(90, 1)
	for i := range z.Data {
		z.Data[i] = float32(i % 3 * (i % 3))
	}
	m, _, err := FitMixture(context.Background(), z, MixtureOptions{Seed: 1})
	if err != nil || len(m.Weights) > 2 {
		t.Errorf("got %v, %v, want a mixture of at most two", m, err)
	}
}

// Two codes far out are a component whose covariance, of rank 1, is so large beside the mean
// variance that rounding makes it indefinite. That is no end of the search.
func TestTheSearchForComponentsReportsWhatFails(t *testing.T) {
	const n, d = 20_000, 10
	z := normals("far out", n, d)
	for j := range d {
		z.Data[j], z.Data[d+j] = 2e4*z.Data[2*d+j], 3e4*z.Data[2*d+j]
	}
	m, _, err := FitMixture(context.Background(), z, MixtureOptions{Seed: 1})
	if err == nil || !strings.Contains(err.Error(), "component 1 of 2: its covariance is indefinite beyond rounding") {
		t.Errorf("got %v, %v, want the component that failed", m, err)
	}
}

func TestTheBandwidthByHand(t *testing.T) {
	// (4/(3·100))^(1/5)
	if got, want := Silverman(100, 1), 0.42168; math.Abs(got-want) > 1e-4 {
		t.Errorf("Silverman: got %v, want %v", got, want)
	}
}

func TestFittedPriorErrors(t *testing.T) {
	ctx := context.Background()
	nan := clusters(10)
	nan.Data[3] = float32(math.NaN())
	same := tensor.New(10, 2)
	cases := []struct {
		name string
		fit  func() error
		want string
	}{
		{"a Gaussian of a NaN", func() error { _, err := FitGaussian(nan); return err }, "latent: gaussian: code 1: value 1 is NaN"},
		{"a Gaussian of one code", func() error { _, err := FitGaussian(tensor.New(1, 2)); return err }, "1 codes, want at least 2"},
		{"a mixture of a NaN", func() error { _, _, err := FitMixture(ctx, nan, MixtureOptions{}); return err }, "latent: mixture: code 1"},
		{"components below zero", func() error { _, _, err := FitMixture(ctx, same, MixtureOptions{Components: -1}); return err }, "-1 components of 10 codes"},
		{"more components than codes", func() error { _, _, err := FitMixture(ctx, same, MixtureOptions{Components: 11}); return err }, "11 components of 10 codes"},
		{"codes without spread", func() error { _, _, err := FitMixture(ctx, same, MixtureOptions{}); return err }, "10 codes that are all the same"},
		{"more components than distinct codes", func() error {
			z := tensor.New(10, 2)
			z.Data[0] = 1
			_, _, err := FitMixture(ctx, z, MixtureOptions{Components: 3})
			return err
		}, "3 components of 2 distinct codes"},
		{"a bandwidth of nothing", func() error { _, err := FitKDE(clusters(10), 0); return err }, "latent: kde: bandwidth 0, want a finite one above 0"},
		{"log-variances of another shape", func() error { _, err := NewAggregate(same, tensor.New(9, 2)); return err }, "latent: aggregate: log-variances of shape [9 2], want [10 2]"},
		{"a log-variance that is no number", func() error { _, err := NewAggregate(same, nanAt(10, 2, 5)); return err }, "log-variance of code 2 is NaN"},
	}
	for _, c := range cases {
		if err := c.fit(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := FitMixture(cancelled, clusters(10), MixtureOptions{}); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("a context that has ended: got %v", err)
	}
}

func nanAt(n, d, i int) *tensor.Tensor {
	z := tensor.New(n, d)
	z.Data[i] = float32(math.NaN())
	return z
}
