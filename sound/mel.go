package sound

import (
	"math"

	"latentspace/example"
	"latentspace/nn/elementary"
)

// band is the weights of some frequencies of a frame.
type band struct {
	first   int
	weights []float64
}

// toMel is a frequency in Hz on the mel scale of the Hidden Markov Model Toolkit,
//
//	mel(f) = 2595·log₁₀(1 + f/700)
//
// O'Shaughnessy, Speech Communication, 1987, page 150.
func toMel(hz float64) float64 { return float64(2595 * elementary.Log10(1+hz/700)) }

func toHz(mel float64) float64 { return float64(700 * (elementary.Pow(10, mel/2595) - 1)) }

// melBands returns bands from the lowest to the highest: triangles of height 1 that begin and end in
// the middles of their neighbours, as of HTK. The weight of a frequency is the mean of the triangle
// around it, over as much as the next one is away, so that no band is without one, however narrow.
func melBands(n int, s example.Sound) []band {
	step := float64(s.Rate) / float64(s.Points)
	lo, hi := toMel(s.Low), toMel(s.High)
	edge := make([]float64, n+2)
	for i := range edge {
		edge[i] = float64(toHz(lo+float64((hi-lo)*float64(i)/float64(n+1))) / step)
	}
	bands := make([]band, n)
	for i := range bands {
		a, b, c := edge[i], edge[i+1], edge[i+2]
		first := max(0, int(math.Floor(a+0.5)))
		last := min(s.Points/2, int(math.Ceil(c-0.5)))
		for k := first; k <= last; k++ {
			w := triangle(float64(k)+0.5, a, b, c) - triangle(float64(k)-0.5, a, b, c)
			bands[i].weights = append(bands[i].weights, w)
		}
		bands[i].first = first
	}
	return bands
}

// triangle is the integral, up to x, of the triangle that rises from 0 at a to 1 at b and falls to 0
// at c.
func triangle(x, a, b, c float64) float64 {
	switch {
	case x <= a:
		return 0
	case x <= b:
		return float64(float64((x-a)*(x-a)) / (2 * (b - a)))
	case x <= c:
		return float64((c-a)/2) - float64(float64((c-x)*(c-x))/(2*(c-b)))
	}
	return float64((c - a) / 2)
}

// sum is the power in a band.
func (b band) sum(power []float64) float64 {
	var s float64
	for j, w := range b.weights {
		s += float64(w * power[b.first+j])
	}
	return s
}

// Levels makes a spectrogram of samples: (bands, frames) values in [0, 1], the highest band first.
// There are as many samples as the frames of dst stand for; what is missing at the end is silence.
func (t *Transform) Levels(samples, dst []float32) {
	frames := len(dst) / t.bands
	t.powers(wide(samples), frames, func(i int, power []float64) {
		for m, b := range t.mel {
			dst[(t.bands-1-m)*frames+i] = t.value(b.sum(power))
		}
	})
}

// value is what a power is in a spectrogram.
func (t *Transform) value(power float64) float32 {
	if power <= 0 {
		return 0
	}
	v := (decibels(power) - t.s.Floor) / (t.s.Ceiling - t.s.Floor)
	return float32(min(max(v, 0), 1))
}

// power is that of a value of a spectrogram: that of 0 is nothing.
func (t *Transform) power(v float32) float64 {
	if v <= 0 {
		return 0
	}
	db := t.s.Floor + float64(float64(min(v, 1))*(t.s.Ceiling-t.s.Floor))
	return elementary.Pow(10, db/10)
}

func decibels(power float64) float64 { return float64(10 * elementary.Log10(power)) }
