package sound

import (
	"math"

	"latentspace/nn/elementary"
)

// The filter of [Resample]: a sinc with lobes zero crossings on either side, at cutoff of the lower
// of the two Nyquist frequencies, under a Kaiser window; it is tabulated at steps points between two
// zero crossings.
const (
	lobes  = 32
	cutoff = 0.94
	beta   = 9.0 // what lies beyond the filter is 90 dB lower
	steps  = 512
)

// filter is sinc(u)·Kaiser(u/lobes) at u = i/steps.
var filter = func() []float64 {
	f := make([]float64, lobes*steps+2)
	for i := range f[:lobes*steps] {
		u := float64(i) / steps
		v := u / lobes
		f[i] = float64(bessel(float64(beta*math.Sqrt(1-float64(v*v)))) / bessel(beta))
		if i > 0 {
			sin, _ := elementary.Circle(u / 2)
			f[i] *= sin / float64(math.Pi*u)
		}
	}
	return f
}()

// bessel is the modified Bessel function I₀, by its series.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-17*sum; k++ {
		term = float64(term * float64(float64(x/(2*k))*float64(x/(2*k))))
		sum += term
	}
	return sum
}

// Resample changes the rate of sound, which becomes as long in seconds, rounded up to a sample. What
// is below 0.85 of the lower Nyquist frequency stays, and from 1.03 of it on there is nothing.
//
//	y(t) = c·Σ_i x_i·h(c·(t − i)),   c = 0.94·min(1, to/from)
//
// with t in samples of x and h a sinc under a Kaiser window with β = 9.
//
// Smith, Digital Audio Resampling, ccrma.stanford.edu/~jos/resample, 2002.
func Resample(x []float32, from, to int) []float32 {
	if from == to {
		return x
	}
	n := int((int64(len(x))*int64(to) + int64(from) - 1) / int64(from))
	y := make([]float32, n)
	c := cutoff * min(1, float64(to)/float64(from))
	reach := lobes / c
	for j := range y {
		whole, part := int64(j)*int64(from)/int64(to), int64(j)*int64(from)%int64(to)
		t := float64(part) / float64(to) // from sample whole on
		first := max(0, int(whole)+int(math.Ceil(t-reach)))
		last := min(len(x)-1, int(whole)+int(math.Floor(t+reach)))
		var sum float64
		for i := first; i <= last; i++ {
			u := float64(math.Abs(t-float64(i-int(whole))) * c * steps)
			k := int(u)
			h := filter[k] + float64((u-float64(k))*(filter[k+1]-filter[k]))
			sum += float64(float64(x[i]) * h)
		}
		y[j] = float32(sum * c)
	}
	return y
}

// Mono is the mean of the channels of samples that stand one after another for each time.
func Mono(samples []float32, channels int) []float32 {
	if channels == 1 {
		return samples
	}
	y := make([]float32, len(samples)/channels)
	for i := range y {
		var sum float64
		for _, v := range samples[i*channels : (i+1)*channels] {
			sum += float64(v)
		}
		y[i] = float32(sum / float64(channels))
	}
	return y
}

// Loudest is the largest size of a sample.
func Loudest(samples []float32) float32 {
	var most float32
	for _, v := range samples {
		most = max(most, v, -v)
	}
	return most
}
