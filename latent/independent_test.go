package latent

import (
	"slices"
	"testing"
)

func TestIndependent(t *testing.T) {
	for name, c := range map[string]struct {
		prior           Prior
		mean, deviation []float32 // nil for a distribution whose values depend on each other
		standard        bool
	}{
		"the standard normal":                     {Standard(2), []float32{0, 0}, []float32{1, 1}, true},
		"another mean":                            {Gaussian{Mean: []float32{0, 3}}, []float32{0, 3}, []float32{1, 1}, false},
		"deviations":                              {Gaussian{Mean: []float32{1, 2}, Chol: []float32{2, 0, 0, 3}}, []float32{1, 2}, []float32{2, 3}, false},
		"a covariance":                            {Gaussian{Mean: []float32{1, 2}, Chol: []float32{2, 0, 1, 3}}, nil, nil, false},
		"a direction that does not vary":          {Gaussian{Mean: []float32{1, 2}, Chol: []float32{2, 0, 0, 0}}, nil, nil, false},
		"a mixture of one":                        {&Mixture{Weights: []float32{1}, Components: []Gaussian{{Mean: []float32{4}, Chol: []float32{5}}}}, []float32{4}, []float32{5}, false},
		"a mixture of two":                        {&Mixture{Weights: []float32{.5, .5}, Components: []Gaussian{Standard(1), Standard(1)}}, nil, nil, false},
		"a distribution that is not a normal one": {Empirical{}, nil, nil, false},
	} {
		mean, deviation, ok := Independent(c.prior)
		if ok != (c.mean != nil) || !slices.Equal(mean, c.mean) || !slices.Equal(deviation, c.deviation) {
			t.Errorf("%s: got %v, %v, %v, want %v, %v", name, mean, deviation, ok, c.mean, c.deviation)
		}
		if got := IsStandard(c.prior); got != c.standard {
			t.Errorf("%s: standard is %v, want %v", name, got, c.standard)
		}
	}
}
