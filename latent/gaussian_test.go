package latent

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// moments returns the mean and the covariance of n draws.
func moments(t *testing.T, g Gaussian, n int) (mean []float64, covariance []float64) {
	d := len(g.Mean)
	mean, covariance = make([]float64, d), make([]float64, d*d)
	for z := range slices.Chunk(draws(t, g, n, 7).Data, d) {
		for i := range z {
			mean[i] += float64(z[i]) / float64(n)
			for j := range z {
				covariance[i*d+j] += float64(z[i]) * float64(z[j]) / float64(n)
			}
		}
	}
	for i := range mean {
		for j := range mean {
			covariance[i*d+j] -= mean[i] * mean[j]
		}
	}
	return mean, covariance
}

// With 20,000 draws of variance σ² the mean is off by σ/141 and a variance by
// σ²/100, one standard error; the bounds are five of those at σ² = 4.
func TestDrawsHaveTheMomentsOfTheirGaussian(t *testing.T) {
	cases := []struct {
		name             string
		mean, covariance []float32
	}{
		{"the standard normal", []float32{0, 0}, nil},
		{"correlated values", []float32{1, -2, 0.5}, []float32{4, 1.2, 0, 1.2, 1, -0.3, 0, -0.3, 0.25}},
		// The second value is twice the first, so a determinant is zero.
		{"a singular covariance", []float32{0, 3}, []float32{1, 2, 2, 4}},
		{"an unused direction", []float32{0, 3}, []float32{1, 0, 0, 0}},
		{"a single point", []float32{5, 6}, []float32{0, 0, 0, 0}},
	}
	for _, c := range cases {
		g, want := Standard(len(c.mean)), []float32{1, 0, 0, 1}
		if c.covariance != nil {
			var err error
			if g, err = Fit(c.mean, c.covariance); err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			want = c.covariance
		}
		mean, covariance := moments(t, g, 20000)
		for i := range mean {
			if math.Abs(mean[i]-float64(c.mean[i])) > 5*2/141.0 {
				t.Errorf("%s: mean %v, want %v", c.name, mean, c.mean)
			}
		}
		for i := range covariance {
			if math.Abs(covariance[i]-float64(want[i])) > 5*4/100.0 {
				t.Errorf("%s: covariance %v, want %v", c.name, covariance, want)
			}
		}
	}
}

// L of [4 2; 2 5] is [2 0; 1 2]: 2·2, 1·2 and 1·1 + 2·2.
func TestFitInClosedForm(t *testing.T) {
	g, err := Fit([]float32{1, 2}, []float32{4, 2, 2, 5})
	if want := []float32{2, 0, 1, 2}; err != nil || !near(g.Chol, want, 1e-6) {
		t.Errorf("got %v, %v, want %v", g.Chol, err, want)
	}
}

func TestFitHasTheSameBitsForAnyGOMAXPROCS(t *testing.T) {
	const d = 300 // several blocks of gonum's factorisation
	covariance := make([]float32, d*d)
	for i := range d {
		for j := range d {
			covariance[i*d+j] = float32(math.Exp(-math.Abs(float64(i-j)) / 10))
		}
	}
	var want Gaussian
	for _, procs := range []int{1, 2, 7} {
		old := runtime.GOMAXPROCS(procs)
		got, err := Fit(make([]float32, d), covariance)
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		if want.Chol == nil {
			want = got
		} else if !slices.Equal(got.Chol, want.Chol) {
			t.Errorf("GOMAXPROCS %d gives other bits than 1", procs)
		}
	}
}

func TestFitErrors(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	cases := []struct {
		name             string
		mean, covariance []float32
		want             string
	}{
		{"no values", nil, nil, "mean of 0 values, want at least 1"},
		{"a matrix of another size", []float32{0, 0}, []float32{1, 0, 1}, "covariance of 3 values, want 2×2"},
		{"a mean that is not a number", []float32{0, nan}, []float32{1, 0, 0, 1}, "mean[1] is NaN"},
		{"an infinite covariance", []float32{0, 0}, []float32{1, inf, inf, 1}, "covariance[1][0] is +Inf"},
		{"a negative variance", []float32{0, 0}, []float32{1, 0, 0, -1}, "covariance[1][1] is -1, want"},
		{"two unlike triangles", []float32{0, 0}, []float32{1, 0.5, 0.2, 1}, "covariance[1][0] is 0.2 and [0][1] is 0.5, want a symmetric matrix"},
		{"a correlation of two", []float32{0, 0}, []float32{1, 2, 2, 1}, "covariance is indefinite beyond rounding"},
	}
	for _, c := range cases {
		_, err := Fit(c.mean, c.covariance)
		if err == nil || !strings.HasPrefix(err.Error(), "latent: fit: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// A diagonal factor gives the bits of the substitution that takes any factor.
func TestDiagonalFactorsAreScaledValueByValue(t *testing.T) {
	g := Gaussian{Mean: []float32{0.3, -1.7, 2}, Chol: []float32{0.7, 0, 0, 0, 1.9, 0, 0, 0, 0.03}}
	if !g.diagonal() {
		t.Fatal("a diagonal factor is not taken for one")
	}
	z := []float32{1.1, 0.123, 2.01}
	if got, want := g.scaledSquare(z), g.whiten(z, make([]float64, 3)); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	g.Chol[3] = 1e-30
	if g.diagonal() || Standard(3).diagonal() {
		t.Error("a factor that is not diagonal, or none, is taken for a diagonal one")
	}
}
