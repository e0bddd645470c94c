package latent

import (
	"math"
	"strings"
	"testing"

	"latentspace/tensor"
)

// ln N(x; 0, 1) = −x²/2 − ½ ln 2π: for −1, 1 and 2 it is −½, −½ and −2 less the constant c, of
// mean −1 and variance (¼ + ¼ + 1)/2 = ¾, so that the standard error is √(¾/3) = ½. N(1, 1) has
// −2, 0 and −½, so that it is better by −1½, ½ and 1½: 1/6 on average, of variance
// (25 + 1 + 16)/9/2 = 7/3 and a standard error of √(7/9).
func TestMeanLogDensityByHand(t *testing.T) {
	z := codesOf(1, -1, 1, 2)
	c := math.Log(2*math.Pi) / 2
	mean, e, err := MeanLogDensity(Standard(1), z)
	if err != nil || math.Abs(mean-(-1-c)) > 1e-12 || math.Abs(e-0.5) > 1e-12 {
		t.Errorf("got %v ± %v, %v, want %v ± 0.5", mean, e, err, -1-c)
	}
	mean, e, err = MeanLogRatio(Gaussian{Mean: []float32{1}}, Standard(1), z)
	if err != nil || math.Abs(mean-1.0/6) > 1e-12 || math.Abs(e-math.Sqrt(7.0/9)) > 1e-12 {
		t.Errorf("got %v ± %v, %v, want %v ± %v", mean, e, err, 1.0/6, math.Sqrt(7.0/9))
	}
}

// Codes of N(0, 4) have E ln N(z; 0, 1) = −2 − ½ ln 2π and their own density −½ − ln 2 − ½ ln 2π:
// it is better by 3/2 − ln 2 nats. Five standard errors are the bound.
func TestABetterPriorIsBetterByItsDivergence(t *testing.T) {
	own := Gaussian{Mean: []float32{0}, Chol: []float32{2}}
	z := draws(t, own, 4000, 1)
	mean, e, err := MeanLogRatio(own, Standard(1), z)
	if want := 1.5 - math.Ln2; err != nil || e > 0.05 || math.Abs(mean-want) > 5*e {
		t.Errorf("got %v ± %v, %v, want %v", mean, e, err, want)
	}
}

func TestMeanLogDensityErrors(t *testing.T) {
	point := Gaussian{Mean: []float32{0, 0}, Chol: make([]float32, 4)}
	for _, c := range []struct {
		name string
		p, q Density
		z    *tensor.Tensor
		want string
	}{
		{"one code", Standard(2), Standard(2), tensor.New(1, 2), "latent: mean log-density: 1 codes, want at least 2"},
		{"a code that is no number", Standard(2), Standard(2), nanAt(4, 2, 5), "latent: mean log-density: code 2: value 1 is NaN"},
		{"a singular prior", point, Standard(2), tensor.New(4, 2), "latent: mean log-density: latent: gaussian: log-density: the covariance is singular"},
		{"a singular prior to compare with", Standard(2), point, tensor.New(4, 2), "the covariance is singular"},
		{"a component of no weight", &Mixture{[]float32{0}, []Gaussian{Standard(2)}}, Standard(2), tensor.New(4, 2), "code 0 has -Inf, want a finite log-density"},
	} {
		if _, _, err := MeanLogRatio(c.p, c.q, c.z); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	if _, _, err := MeanLogDensity(point, tensor.New(4, 2)); err == nil {
		t.Error("a singular prior alone: no error")
	}
}
