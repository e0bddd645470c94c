package kernel

import "math"

func sgdTwin(w, g []float32, rate, decay float32) {
	g = g[:len(w)]
	for i, x := range w {
		d := g[i] + float32(decay*x)
		w[i] = flush(x - float32(rate*d))
	}
}

func momentumTwin(w, g, u []float32, rate, mu, decay float32) {
	g, u = g[:len(w)], u[:len(w)]
	for i, x := range w {
		d := g[i] + float32(decay*x)
		v := flush(float32(mu*u[i]) + d)
		u[i] = v
		w[i] = flush(x - float32(rate*v))
	}
}

func nesterovTwin(w, g, u []float32, rate, mu, decay float32) {
	g, u = g[:len(w)], u[:len(w)]
	for i, x := range w {
		d := g[i] + float32(decay*x)
		v := flush(float32(mu*u[i]) + d)
		u[i] = v
		w[i] = flush(x - float32(rate*(d+float32(mu*v))))
	}
}

func rmsPropTwin(w, g, v []float32, rate, rho, rest, eps float32) {
	g, v = g[:len(w)], v[:len(w)]
	for i, x := range w {
		d := g[i]
		s := flush(float32(rho*v[i]) + float32(rest*float32(d*d)))
		v[i] = s
		w[i] = flush(x - float32(rate*d)/(sqrt(s)+eps))
	}
}

func rmsPropMomentumTwin(w, g, v, u []float32, rate, rho, rest, eps, mu float32) {
	g, v, u = g[:len(w)], v[:len(w)], u[:len(w)]
	for i, x := range w {
		d := g[i]
		s := flush(float32(rho*v[i]) + float32(rest*float32(d*d)))
		v[i] = s
		y := flush(float32(mu*u[i]) + d/(sqrt(s)+eps))
		u[i] = y
		w[i] = flush(x - float32(rate*y))
	}
}

func adamTwin(w, g, m, v []float32, beta1, rest1, beta2, rest2, rate, scale, eps, keep float32) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, x := range w {
		d := g[i]
		mean := flush(float32(beta1*m[i]) + float32(rest1*d))
		square := flush(float32(beta2*v[i]) + float32(rest2*float32(d*d)))
		m[i], v[i] = mean, square
		w[i] = flush(float32(keep*x) - float32(rate*mean)/(float32(scale*sqrt(square))+eps))
	}
}

func emaTwin(avg, w []float32, rest float32) {
	w = w[:len(avg)]
	for i, a := range avg {
		x := w[i]
		avg[i] = flush(a + float32(rest*(x-a)))
	}
}

// sqrt is the correctly rounded square root: rounding the float64 root once more
// cannot change it, as 53 ≥ 2·24 + 2.
func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }
