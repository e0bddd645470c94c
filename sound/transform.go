// Package sound makes pictures of sound, the power of its frames in bands of the mel scale, and sound
// of such pictures again. Everything has the same bits on every processor.
package sound

import (
	"latentspace/example"
	"latentspace/nn/elementary"
)

// Transform goes between samples and spectrograms of one kind. It is safe for concurrent use.
//
// Frame t of a sound has the samples around (t + ½)·Hop, with zeros before the first and after the
// last, so that n frames stand for n·Hop samples. They are weighed by a Hann window,
//
//	w_j = sin²(π(j + ½)/Window)
//
// and with the power of its Fourier transform and the weights of a band the level of the band is
//
//	10·log₁₀ (Σ_k m_k·|X_k|²·4/(Points·Σw²))
//
// in dB: over all frequencies a sine of amplitude 1 has 0 dB.
type Transform struct {
	s       example.Sound
	bands   int
	window  []float64
	fourier *fourier
	mel     []band
	scale   float64 // of power: 4/(Points·Σw²)
}

// New returns the transform of a field of sound, which must be one that the schema's check accepts.
func New(f example.Field) *Transform {
	s := *f.Sound
	t := &Transform{s: s, bands: f.Shape[0], window: make([]float64, s.Window), fourier: newFourier(s.Points)}
	var sum float64
	for j := range t.window {
		sin, _ := elementary.Circle(float64(2*j+1) / float64(4*s.Window))
		t.window[j] = float64(sin * sin)
		sum += float64(t.window[j] * t.window[j])
	}
	t.scale = 4 / (float64(s.Points) * sum)
	t.mel = melBands(t.bands, s)
	return t
}

// Rate is how many samples a second has.
func (t *Transform) Rate() int { return t.s.Rate }

// bins is how many frequencies a frame has.
func (t *Transform) bins() int { return t.s.Points/2 + 1 }

// frame fills x, of as many numbers as the Fourier transform takes, with frame i of the samples.
func (t *Transform) frame(samples []float64, i int, x []float64) {
	first := i*t.s.Hop + t.s.Hop/2 - t.s.Window/2
	clear(x[len(t.window):])
	for j, w := range t.window {
		x[j] = 0
		if k := first + j; k >= 0 && k < len(samples) {
			x[j] = float64(w * samples[k])
		}
	}
}

// room is what one transform needs.
type room struct{ x, re, im []float64 }

func (t *Transform) room() room {
	return room{make([]float64, t.s.Points), make([]float64, t.bins()), make([]float64, t.bins())}
}

// powers calls f with the power of every frame of sound that has a whole number of them.
func (t *Transform) powers(samples []float64, frames int, f func(i int, power []float64)) {
	r := t.room()
	for i := range frames {
		t.frame(samples, i, r.x)
		t.fourier.forward(r.x, r.re, r.im)
		for k, a := range r.re {
			r.re[k] = float64(float64(float64(a*a)+float64(r.im[k]*r.im[k])) * t.scale)
		}
		f(i, r.re)
	}
}

// wide is numbers in double precision.
func wide(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}
