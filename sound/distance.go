package sound

import "math"

// LevelDistance is how far apart two spectrograms (bands, frames) are,
//
//	mean over frames of √(mean over bands of (L − L′)²)
//
// in dB, where L is the level that a value stands for.
func (t *Transform) LevelDistance(a, b []float32) float64 {
	frames := len(a) / t.bands
	span := t.s.Ceiling - t.s.Floor
	var sum float64
	for i := range frames {
		var squares float64
		for m := range t.bands {
			d := float64((float64(a[m*frames+i]) - float64(b[m*frames+i])) * span)
			squares += float64(d * d)
		}
		sum += math.Sqrt(squares / float64(t.bands))
	}
	return sum / float64(frames)
}

// SpectralDistance is how far apart the spectra of two sounds of equal length are,
//
//	mean over frames of √(mean over frequencies k of (S_k − S′_k)²)
//
// in dB, where S_k = 10·log₁₀(|X_k|²·4/(Points·Σw²)), and at least the level of silence, the floor of
// spectrograms.
//
// Gray and Markel, Distance Measures for Speech Processing, IEEE TASSP 1976, equation 4.
func (t *Transform) SpectralDistance(a, b []float32) float64 {
	frames := (len(a) + t.s.Hop - 1) / t.s.Hop
	n := t.bins()
	levels := make([]float64, frames*n)
	t.powers(wide(a), frames, func(i int, power []float64) {
		for k, p := range power {
			levels[i*n+k] = t.level(p)
		}
	})
	var sum float64
	t.powers(wide(b), frames, func(i int, power []float64) {
		var squares float64
		for k, p := range power {
			d := t.level(p) - levels[i*n+k]
			squares += float64(d * d)
		}
		sum += math.Sqrt(squares / float64(n))
	})
	return sum / float64(frames)
}

// level is that of a power, in dB.
func (t *Transform) level(power float64) float64 {
	if power <= 0 {
		return t.s.Floor
	}
	return max(decibels(power), t.s.Floor)
}
