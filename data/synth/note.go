// Package synth makes notes that sing a vowel, from factors that are known.
package synth

import (
	"latentspace/data/keyed"
	"latentspace/nn/elementary"
)

// Note is the factors of a note.
type Note struct {
	Vowel int // an index of [Vowels]
	// Pitch is in semitones, where 69 is the A of 440 Hz.
	Pitch float64
	// Brightness is from 0 to 1: harmonic h has h^−(2 − 1.5·Brightness) of the first.
	Brightness float64
	Attack     float64 // seconds in which the note becomes as loud as it will be
	Decay      float64 // seconds in which it then becomes softer by a factor of e
}

// The ranges that [Draw] draws from.
const (
	LeastPitch, MostPitch   = 48, 72
	LeastAttack, MostAttack = 0.005, 0.15
	LeastDecay, MostDecay   = 0.1, 0.8
)

// vowels are the formants of five vowels in Hz, as men spoke them.
//
// Peterson and Barney, Control Methods Used in a Study of the Vowels, JASA 1952, table II.
var vowels = []struct {
	name     string
	formants [3]float64
}{
	{"a", [3]float64{730, 1090, 2440}}, // as in hod
	{"e", [3]float64{530, 1840, 2480}}, // head
	{"i", [3]float64{270, 2290, 3010}}, // heed
	{"o", [3]float64{570, 840, 2410}},  // hawed
	{"u", [3]float64{300, 870, 2240}},  // who'd
}

// Vowels are the names of the vowels.
func Vowels() []string {
	names := make([]string, len(vowels))
	for k, v := range vowels {
		names[k] = v.name
	}
	return names
}

// Draw draws the factors of a note of a vowel: pitch and brightness evenly, and times evenly by their
// logarithms.
func Draw(d *keyed.Draws, vowel int) Note {
	times := func(lo, hi float64) float64 { return elementary.Exp(d.Between(elementary.Log(lo), elementary.Log(hi))) }
	return Note{
		Vowel: vowel, Pitch: d.Between(LeastPitch, MostPitch), Brightness: d.Uniform(),
		Attack: times(LeastAttack, MostAttack), Decay: times(LeastDecay, MostDecay),
	}
}

// Hertz is the frequency of a pitch in semitones.
func Hertz(pitch float64) float64 { return 440 * elementary.Pow(2, (pitch-69)/12) }

// The resonances of a voice: a half of the power is within bandwidth of a formant on either side, each
// formant has as much of the one below, and there is always a little.
const (
	bandwidth = 90.0
	lower     = 0.5
	least     = 0.03
)

// gain is how much of a frequency in Hz a vowel lets through.
func gain(vowel int, hz float64) float64 {
	g, amount := least, 1.0
	for _, f := range vowels[vowel].formants {
		d := (hz - f) / bandwidth
		g += float64(amount / (1 + float64(d*d)))
		amount *= lower
	}
	return g
}

// Samples fills x with a note at a rate: the sum of all harmonics below 0.95 of the Nyquist frequency,
// by sin (h+1)θ = 2·cos θ·sin hθ − sin (h−1)θ, times the envelope.
func (n Note) Samples(x []float32, rate int) {
	hz := Hertz(n.Pitch)
	var size []float64
	for h := 1.0; h*hz < 0.475*float64(rate); h++ {
		size = append(size, float64(gain(n.Vowel, float64(h*hz))*elementary.Pow(h, -(2-float64(1.5*n.Brightness)))))
	}
	step := hz / float64(rate)
	for i := range x {
		turns := float64(float64(i) * step)
		sin, cos := elementary.Circle(turns - float64(int(turns)))
		var sum, last float64
		for _, a := range size {
			sum += float64(a * sin)
			sin, last = float64(2*float64(cos*sin))-last, sin
		}
		x[i] = float32(sum * n.envelope(float64(i)/float64(rate)))
	}
}

// envelope is how loud the note is at a time in seconds.
func (n Note) envelope(t float64) float64 {
	if t < n.Attack {
		return float64(t / n.Attack)
	}
	return elementary.Exp(-float64((t - n.Attack) / n.Decay))
}
