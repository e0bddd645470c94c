package latent

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

// Of 20,000 draws with a deviation of 1/e and one of e the mean is off by at most 5/141 of it, and
// the variance by 5/100 of its square.
func TestDrawsOfPosteriorsHaveTheirMoments(t *testing.T) {
	const n = 20_000
	mean, logvar := tensor.New(n, 2), tensor.New(n, 2)
	for i := range n {
		mean.Data[2*i], mean.Data[2*i+1] = float32(i), -1
		logvar.Data[2*i], logvar.Data[2*i+1] = -2, 2
	}
	z, err := DrawPosteriors(mean, logvar, 1)
	if err != nil {
		t.Fatal(err)
	}
	for j, deviation := range []float64{math.Exp(-1), math.E} {
		var first, second float64
		for i := range n {
			e := float64(z.Data[2*i+j]) - float64(mean.Data[2*i+j])
			first += e / n
			second += e * e / n
		}
		if math.Abs(first) > 5*deviation/141 || math.Abs(second/deviation/deviation-1) > 5.0/100 {
			t.Errorf("value %d: mean %v and variance %v, want 0 and %v", j, first, second, deviation*deviation)
		}
	}
}

func TestDrawsOfPosteriorsAreFunctionsOfSeedAndIndex(t *testing.T) {
	mean, logvar := normals("mean", 200, 3), normals("logvar", 200, 3)
	var want []float32
	for _, procs := range []int{1, 2, 5} {
		old := runtime.GOMAXPROCS(procs)
		z, err := DrawPosteriors(mean, logvar, 7)
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = z.Data
		} else if !slices.Equal(z.Data, want) {
			t.Errorf("GOMAXPROCS %d gives other bits than 1", procs)
		}
	}
	few := func(z *tensor.Tensor) *tensor.Tensor { return codesOf(3, z.Data[:15]...) }
	z, err := DrawPosteriors(few(mean), few(logvar), 7)
	if err != nil || !slices.Equal(z.Data, want[:15]) {
		t.Errorf("the first five draws are %v among 200 and %v, %v alone", want[:15], z, err)
	}
	if z, err = DrawPosteriors(few(mean), few(logvar), 8); err != nil || slices.Equal(z.Data, want[:15]) {
		t.Errorf("another seed draws %v too, %v", z, err)
	}
	if _, err := DrawPosteriors(mean, few(logvar), 7); err == nil || !strings.Contains(err.Error(), "latent: posteriors: ") || !strings.Contains(err.Error(), "shape [5 3], want [200 3]") {
		t.Errorf("log-variances of other examples: got %v", err)
	}
}
