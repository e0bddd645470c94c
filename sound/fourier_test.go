package sound

import (
	"math"
	"testing"

	"latentspace/data/keyed"
	"latentspace/nn/elementary"
)

// noise is numbers from −1 to 1.
func noise(n int) []float64 {
	d := keyed.New(1, "sound.noise")
	x := make([]float64, n)
	for i := range x {
		x[i] = d.Between(-1, 1)
	}
	return x
}

func TestTransformIsItsDefinition(t *testing.T) {
	for _, n := range []int{4, 8, 16, 32, 64, 128} {
		x := noise(n)
		re, im := make([]float64, n/2+1), make([]float64, n/2+1)
		newFourier(n).forward(x, re, im)
		for k := range re {
			var wantRe, wantIm float64
			for i, v := range x {
				sin, cos := elementary.Circle(float64(k*i%n) / float64(n))
				wantRe += float64(v * cos)
				wantIm -= float64(v * sin)
			}
			if math.Abs(re[k]-wantRe) > 1e-12 || math.Abs(im[k]-wantIm) > 1e-12 {
				t.Errorf("size %d, frequency %d: got %v, %v, want %v, %v", n, k, re[k], im[k], wantRe, wantIm)
			}
		}
	}
}

// Parseval: n·Σx² = Σ|X|² over all frequencies, where those between 0 and n/2 are there twice.
func TestTransformKeepsTheEnergyAndGoesBack(t *testing.T) {
	for n := 4; n <= 4096; n *= 2 {
		f, x := newFourier(n), noise(n)
		re, im := make([]float64, n/2+1), make([]float64, n/2+1)
		f.forward(x, re, im)
		var energy, spectral float64
		for _, v := range x {
			energy += float64(v * v)
		}
		for k := range re {
			p := float64(re[k]*re[k]) + float64(im[k]*im[k])
			if k > 0 && k < n/2 {
				p *= 2
			}
			spectral += p
		}
		if math.Abs(spectral/float64(n)-energy) > 1e-12*energy {
			t.Errorf("size %d: energy %v, of the transform %v", n, energy, spectral/float64(n))
		}
		back := make([]float64, n)
		f.inverse(re, im, back)
		for i := range x {
			if math.Abs(back[i]-x[i]) > 1e-14*float64(n) {
				t.Fatalf("size %d: number %d comes back as %v, want %v", n, i, back[i], x[i])
			}
		}
	}
}

func BenchmarkTransform(b *testing.B) {
	f, x := newFourier(512), noise(512)
	re, im := make([]float64, 257), make([]float64, 257)
	for b.Loop() {
		f.forward(x, re, im)
	}
}
