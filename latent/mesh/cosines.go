package mesh

import "latentspace/nn/elementary"

// cosines has the cosine transforms of even sequences of a period,
//
//	y[k] = Σ_x f(x)·cos(2πkx/period),   k ≤ period/2,
//
// of which f(0) … f(period/2) are given. Two are the real and the imaginary part of one
// Fourier transform, whose parts are the transforms of both since those are real.
//
// The Fourier transform goes through the factors of the period, 2, 3 and 5; Stockham,
// High-speed convolution and correlation, AFIPS 1966.
type cosines struct {
	period  int
	factors []int
	wave    [2][]float64 // cosines and sines of 2πi/period
	x, y    [2][]float64
}

func newCosines(period int) *cosines {
	t := &cosines{period: period}
	for rest, p := period, 5; rest > 1; {
		if rest%p != 0 {
			p--
			continue
		}
		t.factors = append(t.factors, p)
		rest /= p
	}
	for part := range 2 {
		t.wave[part], t.x[part], t.y[part] = make([]float64, period), make([]float64, period), make([]float64, period)
	}
	for i := range period {
		t.wave[1][i], t.wave[0][i] = elementary.Circle(float64(i) / float64(period))
	}
	return t
}

// transform overwrites two sequences by their transforms.
func (t *cosines) transform(f, g []float64) {
	for i := range t.period {
		at := min(i, t.period-i)
		t.x[0][i], t.x[1][i] = f[at], g[at]
	}
	n, stride := t.period, 1
	for _, p := range t.factors {
		n /= p
		t.pass(p, n, stride)
		stride *= p
		t.x, t.y = t.y, t.x
	}
	copy(f, t.x[0])
	copy(g, t.x[1])
}

// pass makes transforms of p elements, n·stride apart:
//
//	y[q + stride·(pk + j)] = w^(jk) · Σ_r x[q + stride·(k + nr)]·e^(−2πi·rj/p),   w = e^(−2πi/(pn))
func (t *cosines) pass(p, n, stride int) {
	var re, im [5]float64
	cos, sin := t.wave[0], t.wave[1]
	turn := t.period / p
	for k := range n {
		for q := range stride {
			for r := range p {
				at := q + stride*(k+n*r)
				re[r], im[r] = t.x[0][at], t.x[1][at]
			}
			for j := range p {
				a, b := re[0], im[0]
				for r := 1; r < p; r++ {
					c, s := cos[r*j%p*turn], sin[r*j%p*turn]
					a += float64(re[r]*c) + float64(im[r]*s)
					b += float64(im[r]*c) - float64(re[r]*s)
				}
				c, s := cos[j*k*stride], sin[j*k*stride]
				at := q + stride*(p*k+j)
				t.y[0][at], t.y[1][at] = float64(a*c)+float64(b*s), float64(b*c)-float64(a*s)
			}
		}
	}
}
