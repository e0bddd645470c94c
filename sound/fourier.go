package sound

import "latentspace/nn/elementary"

// fourier transforms real sequences of a power of two, of at least 4 numbers:
//
//	X_k = Σ_t x_t·e^(−2πi·kt/n),   0 ≤ k ≤ n/2
//
// as one transform of n/2 complex numbers, whose real parts are the even x and whose imaginary parts
// are the odd ones. All is in double precision, each operation rounded.
//
// Cooley and Tukey, An Algorithm for the Machine Calculation of Complex Fourier Series, Mathematics
// of Computation 1965; Sorensen et al., Real-Valued Fast Fourier Transform Algorithms, IEEE TASSP
// 1987, section II.
type fourier struct {
	n     int
	cos   []float64 // of 2πk/n, k < n/2
	sin   []float64
	place []int32 // of each complex number, its digits reversed
}

func newFourier(n int) *fourier {
	f := &fourier{n: n, cos: make([]float64, n/2), sin: make([]float64, n/2), place: make([]int32, n/2)}
	for k := range f.cos {
		f.sin[k], f.cos[k] = elementary.Circle(float64(k) / float64(n))
	}
	for i, high := 1, n/4; i < n/2; i++ {
		// Adding 1 from the highest digit down.
		j, d := int(f.place[i-1]), high
		for ; j&d != 0; d >>= 1 {
			j &^= d
		}
		f.place[i] = int32(j | d)
	}
	return f
}

// forward transforms x to (re, im) of n/2+1 numbers each.
func (f *fourier) forward(x, re, im []float64) {
	h := f.n / 2
	for i, j := range f.place {
		re[i], im[i] = x[2*j], x[2*j+1]
	}
	f.butterflies(re[:h], im[:h])
	// Z_k = E_k + i·O_k, where E and O are the transforms of the even and the odd x.
	r0, i0 := re[0], im[0]
	re[0], im[0], re[h], im[h] = r0+i0, 0, r0-i0, 0
	for k := 1; k <= h/2; k++ {
		a, b, c, d := re[k], im[k], re[h-k], im[h-k]
		er, ei := float64((a+c)/2), float64((b-d)/2)
		or, oi := float64((b+d)/2), float64((c-a)/2)
		w, v := f.cos[k], f.sin[k]
		tr := float64(or*w) + float64(oi*v)
		ti := float64(oi*w) - float64(or*v)
		re[k], im[k] = er+tr, ei+ti
		re[h-k], im[h-k] = er-tr, ti-ei
	}
}

// inverse is x of (re, im), which it overwrites. The imaginary parts of the first and the last are
// taken to be zero.
func (f *fourier) inverse(re, im, x []float64) {
	h := f.n / 2
	// i·O_k = i·(X_k − conj X_(h−k))/2·e^(2πik/n). The conjugate of all goes forward, and the
	// conjugate of that is h times the answer.
	r0, rh := re[0], re[h]
	re[0], im[0] = (r0+rh)/2, -(r0-rh)/2
	for k := 1; k <= h/2; k++ {
		a, b, c, d := re[k], im[k], re[h-k], im[h-k]
		er, ei := float64((a+c)/2), float64((b-d)/2)
		tr, ti := float64((a-c)/2), float64((b+d)/2)
		w, v := f.cos[k], f.sin[k]
		or := float64(tr*w) - float64(ti*v)
		oi := float64(ti*w) + float64(tr*v)
		re[k], im[k] = er-oi, -(ei + or)
		re[h-k], im[h-k] = er+oi, -(or - ei)
	}
	for i, j := range f.place {
		if j := int(j); i < j {
			re[i], re[j] = re[j], re[i]
			im[i], im[j] = im[j], im[i]
		}
	}
	f.butterflies(re[:h], im[:h])
	scale := 1 / float64(h)
	for i := range h {
		x[2*i], x[2*i+1] = float64(re[i]*scale), -float64(im[i]*scale)
	}
}

// butterflies transform numbers whose places have their digits reversed. The first two passes are
// one.
func (f *fourier) butterflies(re, im []float64) {
	h := len(re)
	if h < 4 {
		re[0], re[1], im[0], im[1] = re[0]+re[1], re[0]-re[1], im[0]+im[1], im[0]-im[1]
		return
	}
	for at := 0; at < h; at += 4 {
		r, i := re[at:at+4:at+4], im[at:at+4:at+4]
		ar, ai, br, bi := r[0]+r[1], i[0]+i[1], r[0]-r[1], i[0]-i[1]
		cr, ci, dr, di := r[2]+r[3], i[2]+i[3], r[2]-r[3], i[2]-i[3]
		r[0], i[0], r[2], i[2] = ar+cr, ai+ci, ar-cr, ai-ci
		r[1], i[1], r[3], i[3] = br+di, bi-dr, br-di, bi+dr
	}
	for half := 4; half < h; half *= 2 {
		step := f.n / (2 * half)
		for at := 0; at < h; at += 2 * half {
			lr, li := re[at:at+half], im[at:at+half]
			hr, hi := re[at+half:at+2*half], im[at+half:at+2*half]
			hr, hi, li = hr[:len(lr)], hi[:len(lr)], li[:len(lr)]
			for k, w := 0, 0; k < len(lr); k, w = k+1, w+step {
				c, s := f.cos[w], f.sin[w]
				tr := float64(hr[k]*c) + float64(hi[k]*s)
				ti := float64(hi[k]*c) - float64(hr[k]*s)
				hr[k], hi[k] = lr[k]-tr, li[k]-ti
				lr[k], li[k] = lr[k]+tr, li[k]+ti
			}
		}
	}
}
