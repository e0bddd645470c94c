package mesh

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
)

// All periods that a mesh can have, against gonum's cosine transform.
func TestCosineTransform(t *testing.T) {
	for _, period := range periods {
		n := period/2 + 1
		f, g := make([]float64, n), make([]float64, n)
		for i := range f {
			f[i], g[i] = 1/(1+float64(i*i)), math.Sin(float64(i*i))
		}
		dct := fourier.NewDCT(n)
		wantF, wantG := dct.Transform(nil, f), dct.Transform(nil, g)
		newCosines(period).transform(f, g)
		for i := range f {
			if math.Abs(f[i]-wantF[i]) > 3e-13 || math.Abs(g[i]-wantG[i]) > 3e-13*float64(n) {
				t.Fatalf("period %d, frequency %d: got %v, %v, want %v, %v", period, i, f[i], g[i], wantF[i], wantG[i])
			}
		}
	}
}

func BenchmarkSpectrum(b *testing.B) {
	for b.Loop() {
		spectrum(1024, student, spacing)
	}
}
