package sound

import (
	"math"

	"latentspace/nn/elementary"
)

const (
	melUpdates = 10
	iterations = 32
	momentum   = 0.99
)

// Samples makes sound of a spectrogram (bands, frames): as many samples as its frames stand for. It
// first estimates the power of each frequency, by [Transform.magnitudes], and then signs and phases
// by which frames that overlap agree:
//
//	c_n = S·P(t_(n−1)),   t_n = c_n + α·(c_n − c_(n−1))
//
// 32 times with α = 0.99, where P is the transform of a sound that is nearest to t, and S·z has the
// magnitudes S and the phases of z.
//
// Perraudin, Balazs and Søndergaard, A Fast Griffin–Lim Algorithm, WASPAA 2013, after Griffin and
// Lim, Signal Estimation from Modified Short-Time Fourier Transform, IEEE TASSP 1984.
func (t *Transform) Samples(levels []float32) []float32 {
	frames := len(levels) / t.bands
	n := t.bins()
	s := t.magnitudes(levels, frames)
	re, im := t.start(s, frames)
	lastRe, lastIm := make([]float64, len(re)), make([]float64, len(im))
	copy(lastRe, re)
	copy(lastIm, im)
	r := t.room()
	samples, weight := make([]float64, t.s.Samples(frames)), t.weight(frames)
	for range iterations {
		t.join(re, im, samples, weight, r)
		for i := range frames {
			t.frame(samples, i, r.x)
			t.fourier.forward(r.x, r.re, r.im)
			at := i * n
			s, re, im, lastRe, lastIm := s[at:at+n], re[at:at+n], im[at:at+n], lastRe[at:at+n], lastIm[at:at+n]
			for k, a := range r.re {
				b := r.im[k]
				size := math.Sqrt(float64(a*a) + float64(b*b))
				if size > 0 {
					size = s[k] / size
				}
				a, b = float64(a*size), float64(b*size)
				re[k] = a + float64(momentum*(a-lastRe[k]))
				im[k] = b + float64(momentum*(b-lastIm[k]))
				lastRe[k], lastIm[k] = a, b
			}
		}
	}
	t.join(lastRe, lastIm, samples, weight, r)
	out := make([]float32, len(samples))
	for i, v := range samples {
		out[i] = float32(v)
	}
	return out
}

// weight is 1/Σw² of every sample, over the frames that have it.
func (t *Transform) weight(frames int) []float64 {
	w := make([]float64, t.s.Samples(frames))
	for i := range frames {
		first := i*t.s.Hop + t.s.Hop/2 - t.s.Window/2
		for j, v := range t.window {
			if k := first + j; k >= 0 && k < len(w) {
				w[k] += float64(v * v)
			}
		}
	}
	for k, v := range w {
		if v > 0 {
			w[k] = 1 / v
		}
	}
	return w
}

// join makes the sound whose frames are nearest to some, by least squares.
//
// Griffin and Lim, equation 6.
func (t *Transform) join(re, im, samples, weight []float64, r room) {
	clear(samples)
	n := t.bins()
	for i := range len(re) / n {
		copy(r.re, re[i*n:(i+1)*n])
		copy(r.im, im[i*n:(i+1)*n])
		t.fourier.inverse(r.re, r.im, r.x)
		first := i*t.s.Hop + t.s.Hop/2 - t.s.Window/2
		for j, w := range t.window {
			if k := first + j; k >= 0 && k < len(samples) {
				samples[k] += float64(w * r.x[j])
			}
		}
	}
	for k, w := range weight {
		samples[k] = float64(samples[k] * w)
	}
}

// magnitudes estimates |X| of every frame and frequency: power V ≥ 0 of which the bands have what the
// levels say, by ten of the updates
//
//	V_k ← V_k·Σ_m m_k·(P_m/Σ_j m_j·V_j)/Σ_m m_k
//
// which lower the divergence of Kullback and Leibler of the powers P and those of the bands.
//
// Lee and Seung, Algorithms for Non-negative Matrix Factorization, NIPS 2000, equation 5.
func (t *Transform) magnitudes(levels []float32, frames int) []float64 {
	n := t.bins()
	s := make([]float64, frames*n)
	want := make([]float64, t.bands)
	total, up := make([]float64, n), make([]float64, n)
	for _, b := range t.mel {
		for j, w := range b.weights {
			total[b.first+j] += w
		}
	}
	for i := range frames {
		v := s[i*n : (i+1)*n]
		for m := range want {
			want[m] = t.power(levels[(t.bands-1-m)*frames+i])
		}
		for k, w := range total {
			if w > 0 {
				v[k] = 1
			}
		}
		for range melUpdates {
			clear(up)
			for m, b := range t.mel {
				have := b.sum(v)
				if have <= 0 {
					continue
				}
				ratio := want[m] / have
				for j, w := range b.weights {
					up[b.first+j] += float64(w * ratio)
				}
			}
			for k, w := range total {
				if w > 0 {
					v[k] = float64(v[k]*up[k]) / w
				}
			}
		}
		for k, p := range v {
			v[k] = math.Sqrt(p / t.scale)
		}
	}
	return s
}

// start gives the magnitudes of frames phases to begin with. A frequency with more than its neighbours
// is taken for a sine, whose place between them is that of the parabola through all three; its phase
// goes on from the frame before, and the slopes on both sides of it follow it.
//
// Beauregard, Harish and Wyse, Single Pass Spectrogram Inversion, IEEE DSP 2015.
func (t *Transform) start(s []float64, frames int) (re, im []float64) {
	n, points := t.bins(), float64(t.s.Points)
	re, im = make([]float64, len(s)), make([]float64, len(s))
	turns := make([]float64, n) // of the middle of the frame
	for i := range frames {
		size := s[i*n : (i+1)*n]
		for k := 1; k < n-1; k++ {
			a, b, c := size[k-1], size[k], size[k+1]
			if b <= a || b < c {
				continue
			}
			at := float64(k) + (a-c)/(2*(a-b-b+c))
			phase := turns[k] + float64(at*float64(t.s.Hop))/points
			phase -= math.Floor(phase)
			lo, hi := k, k+1
			for lo > 0 && size[lo-1] < size[lo] {
				lo--
			}
			for hi < n && size[hi] < size[hi-1] {
				hi++
			}
			for j := lo; j < hi; j++ {
				turns[j] = phase
			}
		}
		for k, v := range size {
			sin, cos := elementary.Circle(turns[k] - float64(k*t.s.Window)/(2*points))
			re[i*n+k], im[i*n+k] = float64(v*cos), float64(v*sin)
		}
	}
	return re, im
}
