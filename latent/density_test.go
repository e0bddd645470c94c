package latent

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

// logDensity returns the log-densities of codes.
func logDensity(t *testing.T, d Density, z *tensor.Tensor) []float64 {
	t.Helper()
	dst := make([]float64, z.Shape[0])
	if err := d.LogDensity(z, dst); err != nil {
		t.Fatal(err)
	}
	return dst
}

// normalDensity is N(x; mean, deviation²).
func normalDensity(x, mean, deviation float64) float64 {
	u := (x - mean) / deviation
	return math.Exp(-u*u/2) / deviation / math.Sqrt(2*math.Pi)
}

// The distributions by hand have values z₀ and z₁ with z₁ | z₀ normal: L = [2 0; 1 ½] gives z₀
// the deviation 2, and z₁ the mean −2 + (z₀ − 1)/2 and the deviation ½.
func TestLogDensitiesInClosedForm(t *testing.T) {
	correlated := func(x, y, mx, my float64) float64 {
		return normalDensity(x, mx, 2) * normalDensity(y, my+(x-mx)/2, 0.5)
	}
	standard := func(x, y float64) float64 { return normalDensity(x, 0, 1) * normalDensity(y, 0, 1) }
	want := map[string]func(x, y float64) float64{
		"standard": standard,
		"gaussian": func(x, y float64) float64 { return correlated(x, y, 1, -2) },
		"mixture":  func(x, y float64) float64 { return 0.25*correlated(x, y, 1, -2) + 0.75*standard(x, y) },
		"kde": func(x, y float64) float64 {
			return (correlated(x, y, 0, 1) + correlated(x, y, 2, 3) + correlated(x, y, 4, 5)) / 3
		},
		"aggregate": func(x, y float64) float64 {
			return (normalDensity(x, 0, 1)*normalDensity(y, 1, math.Exp(-0.5)) +
				normalDensity(x, 2, math.Exp(0.5))*normalDensity(y, 3, math.Exp(-1)) +
				normalDensity(x, 4, math.E)*normalDensity(y, 5, math.Exp(-1.5))) / 3
		},
	}
	z := codesOf(2, 0, 0, 1, -2, 1.5, 3, -2, -4, 4, 5)
	for name, p := range byHand() {
		d, ok := p.(Density)
		if !ok {
			if name != "empirical" {
				t.Errorf("%s has no density", name)
			}
			continue
		}
		for i, got := range logDensity(t, d, z) {
			at := row(z, i)
			if want := math.Log(want[name](float64(at[0]), float64(at[1]))); !(math.Abs(got-want) < 1e-12*max(1, math.Abs(want))) {
				t.Errorf("%s at %v: got %v, want %v", name, at, got, want)
			}
		}
	}
}

// Over one dimension Simpson's rule of 4,000 steps is exact to 10⁻⁹ for deviations above 0.3.
func TestDensitiesOfOneDimensionIntegrateToOne(t *testing.T) {
	codes := codesOf(1, -4, 0.5, 3)
	wide := Gaussian{Mean: []float32{0}, Chol: []float32{0.7}}
	const step, count = 0.01, 8001
	z := tensor.New(count, 1)
	for i := range z.Data {
		z.Data[i] = float32(float64(i-count/2) * step)
	}
	for name, d := range map[string]Density{
		"standard":  Standard(1),
		"gaussian":  Gaussian{Mean: []float32{2}, Chol: []float32{1.5}},
		"mixture":   &Mixture{[]float32{0.25, 0.75}, []Gaussian{wide, Standard(1)}},
		"kde":       &KDE{Codes: codes, Bandwidth: 1, Kernel: wide},
		"aggregate": Aggregate{codes, codesOf(1, -2, 0, 2)},
	} {
		sum := 0.0
		for i, v := range logDensity(t, d, z) {
			weight := 2.0
			if i%2 == 1 {
				weight = 4
			}
			if i == 0 || i == count-1 {
				weight = 1
			}
			sum += weight * math.Exp(v) * step / 3
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("%s: the density adds up to %v, want 1", name, sum)
		}
	}
}

func TestLogDensitiesHaveTheSameBitsInAnyBatch(t *testing.T) {
	z := normals("any batch", 3*densityGrain+1, 2)
	for name, p := range byHand() {
		d, ok := p.(Density)
		if !ok {
			continue
		}
		singles := make([]float64, z.Shape[0])
		for i := range singles {
			singles[i] = logDensity(t, d, codesOf(2, row(z, i)...))[0]
		}
		for _, procs := range []int{1, 2, 5} {
			old := runtime.GOMAXPROCS(procs)
			if got := logDensity(t, d, z); !slices.Equal(got, singles) {
				t.Errorf("%s: %d processors give other bits than single codes", name, procs)
			}
			runtime.GOMAXPROCS(old)
		}
	}
}

func TestLogDensityErrors(t *testing.T) {
	point := Gaussian{Mean: []float32{0, 0}, Chol: []float32{1, 0, 1, 0}}
	codes := codesOf(2, 0, 1)
	for _, c := range []struct {
		name string
		d    Density
		z    *tensor.Tensor
		dst  int
		want string
	}{
		{"codes of another length", Standard(2), tensor.New(4, 3), 4, "latent: gaussian: log-density: codes of shape [4 3] with 12 values, want (n, 2)"},
		{"room for fewer", Standard(2), tensor.New(4, 2), 3, "room for 3 densities, want 4"},
		{"a code that is no number", Standard(2), nanAt(4, 2, 5), 4, "code 2: value 1 is NaN"},
		{"a singular Gaussian", point, tensor.New(1, 2), 1, "latent: gaussian: log-density: the covariance is singular, with no density: element [1][1] of its factor is 0"},
		{"a singular component", &Mixture{[]float32{0.5, 0.5}, []Gaussian{Standard(2), point}}, tensor.New(1, 2), 1, "latent: mixture: log-density: component 1: the covariance is singular"},
		{"a singular kernel", &KDE{Codes: codes, Bandwidth: 1, Kernel: point}, tensor.New(1, 2), 1, "latent: kde: log-density: the covariance is singular"},
		{"a posterior that is a point", Aggregate{codes, codesOf(2, 0, -1000)}, tensor.New(1, 2), 1, "latent: aggregate: log-density: value 1 of posterior 0 has the log-variance -1000"},
		{"a mixture of nothing", &Mixture{}, tensor.New(1, 0), 1, "latent: mixture: log-density: codes of shape [1 0]"},
		{"no means", Aggregate{}, tensor.New(1, 0), 1, "latent: aggregate: log-density: means: no codes"},
	} {
		if err := c.d.LogDensity(c.z, make([]float64, c.dst)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// The density adds up to 1 over a grid, and its mean and variance are those of the draws.
func TestDensitiesIntegrateToOneAndFitTheirDraws(t *testing.T) {
	const step, reach = 0.1, 14.0
	for name, p := range fitted(t, clusters(60)) {
		d, ok := p.(Density)
		if !ok {
			if name != "empirical" {
				t.Errorf("%s has no density", name)
			}
			continue
		}
		var total, mean, square float64
		grid := tensor.New(0, 2)
		for x := -reach; x < reach; x += step {
			for y := -reach; y < reach; y += step {
				grid.Data = append(grid.Data, float32(x), float32(y))
			}
		}
		grid.Shape[0] = len(grid.Data) / 2
		for i, v := range logDensity(t, d, grid) {
			p, x := math.Exp(v)*step*step, float64(grid.Data[2*i])
			total += p
			mean += p * x
			square += p * x * x
		}
		if math.Abs(total-1) > 1e-3 {
			t.Errorf("%s: the density adds up to %v, want 1", name, total)
		}
		const n = 4000
		var drawn, drawnSquare float64
		for z := range slices.Chunk(draws(t, p, n, 3).Data, 2) {
			drawn += float64(z[0]) / n
			drawnSquare += float64(z[0]) * float64(z[0]) / n
		}
		// The deviation is about 3: five standard errors of the mean, and of the variance.
		if math.Abs(drawn-mean) > 5*3.2/math.Sqrt(n) {
			t.Errorf("%s: the mean of the draws is %v, of the density %v", name, drawn, mean)
		}
		if got, want := drawnSquare-drawn*drawn, square-mean*mean; math.Abs(got-want) > 5*want*math.Sqrt2/math.Sqrt(n) {
			t.Errorf("%s: the variance of the draws is %v, of the density %v", name, got, want)
		}
	}
}
