package synth

import (
	"math"
	"testing"

	"latentspace/data/keyed"
)

// strength is how much of a frequency is in samples: the size of its Fourier coefficient.
func strength(x []float32, hz float64, rate int) float64 {
	var re, im float64
	for i, v := range x {
		sin, cos := math.Sincos(2 * math.Pi * hz * float64(i) / float64(rate))
		re += float64(float64(v) * cos)
		im += float64(float64(v) * sin)
	}
	return math.Hypot(re, im) / float64(len(x))
}

func TestHertzOfPitches(t *testing.T) {
	for pitch, want := range map[float64]float64{69: 440, 57: 220, 81: 880, 60: 261.6256} {
		if got := Hertz(pitch); math.Abs(got-want) > 1e-4 {
			t.Errorf("pitch %v: got %v Hz, want %v", pitch, got, want)
		}
	}
}

// A note has its harmonics and nothing between, and the ratio of two is that of their gains and of
// the brightness.
func TestANoteHasItsHarmonics(t *testing.T) {
	n := Note{Vowel: 0, Pitch: 57, Brightness: 1.0 / 3, Attack: 1e-9, Decay: 1e9} // harmonic h has h^−1.5
	x := make([]float32, 8000)
	n.Samples(x, 8000)
	first := strength(x, 220, 8000)
	for h := 1.0; h <= 17; h++ {
		want := first * gain(0, 220*h) / gain(0, 220) * math.Pow(h, -1.5)
		if got := strength(x, 220*h, 8000); math.Abs(got-want) > 1e-6 {
			t.Errorf("harmonic %v: got %v, want %v", h, got, want)
		}
	}
	for _, hz := range []float64{110, 330, 500, 18 * 220} {
		if got := strength(x, hz, 8000); got > 1e-6 {
			t.Errorf("%v Hz: got %v, want nothing", hz, got)
		}
	}
	// Formants of a: 730 and 1090 Hz let through most.
	if gain(0, 730) < 1 || gain(0, 1090) < 0.5 || gain(0, 3500) > 0.05 {
		t.Errorf("gains %v, %v and %v at 730, 1090 and 3500 Hz", gain(0, 730), gain(0, 1090), gain(0, 3500))
	}
}

func TestANoteRisesAndFalls(t *testing.T) {
	n := Note{Attack: 0.1, Decay: 0.2}
	for at, want := range map[float64]float64{0: 0, 0.05: 0.5, 0.1: 1, 0.3: math.Exp(-1), 0.5: math.Exp(-2)} {
		if got := n.envelope(at); math.Abs(got-want) > 1e-12 {
			t.Errorf("after %v s: got %v, want %v", at, got, want)
		}
	}
}

func TestFactorsAreWithinTheirRanges(t *testing.T) {
	var sum float64
	for i := range uint64(1000) {
		d := keyed.New(1, "test", i)
		n := Draw(&d, 2)
		if n.Vowel != 2 || n.Pitch < LeastPitch || n.Pitch >= MostPitch || n.Brightness < 0 || n.Brightness >= 1 ||
			n.Attack < LeastAttack*0.999 || n.Attack > MostAttack || n.Decay < LeastDecay*0.999 || n.Decay > MostDecay {
			t.Fatalf("a note %+v", n)
		}
		sum += n.Pitch
	}
	if mean := sum / 1000; math.Abs(mean-60) > 1 {
		t.Errorf("the mean pitch is %v, want 60", mean)
	}
	if v := Vowels(); len(v) != 5 || v[0] != "a" {
		t.Errorf("vowels %v", v)
	}
}
