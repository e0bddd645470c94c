package kernel

import "math"

// The functions of this file move weights w by their gradients g, in one pass over
// memory each. Every element is computed on its own and every operation is rounded,
// so that arrays cut into parts give the bits of the whole. They panic if an array
// is shorter than w; a rate is a learning rate, not negative.

// SGD descends the gradient of the loss plus ½·decay·w²:
//
//	w ← w − rate·(g + decay·w)
func SGD(w, g []float32, rate, decay float32) {
	f := vec().sgd
	g = g[:len(w)]
	For(len(w), elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], rate, decay)
	})
}

func sgdTwin(w, g []float32, rate, decay float32) {
	g = g[:len(w)]
	for i, x := range w {
		d := g[i] + float32(decay*x)
		w[i] = x - float32(rate*d)
	}
}

// Momentum descends along a running sum u of the gradients:
//
//	d = g + decay·w
//	u ← mu·u + d
//	w ← w − rate·u
func Momentum(w, g, u []float32, rate, mu, decay float32) {
	f := vec().momentum
	g, u = g[:len(w)], u[:len(w)]
	For(len(w), elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], u[lo:hi], rate, mu, decay)
	})
}

func momentumTwin(w, g, u []float32, rate, mu, decay float32) {
	g, u = g[:len(w)], u[:len(w)]
	for i, x := range w {
		d := g[i] + float32(decay*x)
		v := float32(mu*u[i]) + d
		u[i] = v
		w[i] = x - float32(rate*v)
	}
}

// Nesterov is Momentum that looks one step ahead:
//
//	d = g + decay·w
//	u ← mu·u + d
//	w ← w − rate·(d + mu·u)
func Nesterov(w, g, u []float32, rate, mu, decay float32) {
	f := vec().nesterov
	g, u = g[:len(w)], u[:len(w)]
	For(len(w), elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], u[lo:hi], rate, mu, decay)
	})
}

func nesterovTwin(w, g, u []float32, rate, mu, decay float32) {
	g, u = g[:len(w)], u[:len(w)]
	for i, x := range w {
		d := g[i] + float32(decay*x)
		v := float32(mu*u[i]) + d
		u[i] = v
		w[i] = x - float32(rate*(d+float32(mu*v)))
	}
}

// RMSProp divides the gradient by a running root mean square:
//
//	v ← rho·v + (1 − rho)·g²
//	w ← w − rate·g / (√v + eps)
func RMSProp(w, g, v []float32, rate, rho, eps float32) {
	f := vec().rmsProp
	g, v = g[:len(w)], v[:len(w)]
	For(len(w), elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], v[lo:hi], rate, rho, 1-rho, eps)
	})
}

func rmsPropTwin(w, g, v []float32, rate, rho, rest, eps float32) {
	g, v = g[:len(w)], v[:len(w)]
	for i, x := range w {
		d := g[i]
		s := float32(rho*v[i]) + float32(rest*float32(d*d))
		v[i] = s
		w[i] = x - float32(rate*d)/(sqrt(s)+eps)
	}
}

// RMSPropMomentum is RMSProp along a running sum u of the divided gradients:
//
//	v ← rho·v + (1 − rho)·g²
//	u ← mu·u + g / (√v + eps)
//	w ← w − rate·u
func RMSPropMomentum(w, g, v, u []float32, rate, rho, eps, mu float32) {
	f := vec().rmsPropMomentum
	g, v, u = g[:len(w)], v[:len(w)], u[:len(w)]
	For(len(w), elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], v[lo:hi], u[lo:hi], rate, rho, 1-rho, eps, mu)
	})
}

func rmsPropMomentumTwin(w, g, v, u []float32, rate, rho, rest, eps, mu float32) {
	g, v, u = g[:len(w)], v[:len(w)], u[:len(w)]
	for i, x := range w {
		d := g[i]
		s := float32(rho*v[i]) + float32(rest*float32(d*d))
		v[i] = s
		y := float32(mu*u[i]) + d/(sqrt(s)+eps)
		u[i] = y
		w[i] = x - float32(rate*y)
	}
}

// AdamStep has the coefficients of one step of [Adam]. Those that depend on the
// number of the step are worked out once, by the caller:
//
//	Rate  = learning rate / (1 − Beta1ᵗ)
//	Scale = 1 / √(1 − Beta2ᵗ)
//	Keep  = 1 − learning rate · weight decay, 1 for no decay
type AdamStep struct {
	Beta1, Beta2, Rate, Scale, Epsilon, Keep float32
}

// Adam divides a running mean m of the gradient by its running root mean square,
// and shrinks the weights by a factor of its own, the decoupled decay:
//
//	m ← Beta1·m + (1 − Beta1)·g
//	v ← Beta2·v + (1 − Beta2)·g²
//	w ← Keep·w − Rate·m / (Scale·√v + Epsilon)
func Adam(w, g, m, v []float32, s AdamStep) {
	f := vec().adam
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	For(len(w), elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], m[lo:hi], v[lo:hi], s.Beta1, 1-s.Beta1, s.Beta2, 1-s.Beta2, s.Rate, s.Scale, s.Epsilon, s.Keep)
	})
}

func adamTwin(w, g, m, v []float32, beta1, rest1, beta2, rest2, rate, scale, eps, keep float32) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, x := range w {
		d := g[i]
		mean := float32(beta1*m[i]) + float32(rest1*d)
		square := float32(beta2*v[i]) + float32(rest2*float32(d*d))
		m[i], v[i] = mean, square
		w[i] = float32(keep*x) - float32(rate*mean)/(float32(scale*sqrt(square))+eps)
	}
}

// EMA moves an exponential moving average towards w:
//
//	avg ← avg + (1 − decay)·(w − avg)
//
// In this form the average of a constant is that constant, to the bit.
func EMA(avg, w []float32, decay float32) {
	f := vec().ema
	avg = avg[:len(w)]
	For(len(w), elementGrain, func(lo, hi int) {
		f(avg[lo:hi], w[lo:hi], 1-decay)
	})
}

func emaTwin(avg, w []float32, rest float32) {
	w = w[:len(avg)]
	for i, a := range avg {
		x := w[i]
		avg[i] = a + float32(rest*(x-a))
	}
}

// sqrt is the correctly rounded square root: rounding the float64 root once more
// cannot change it, as 53 ≥ 2·24 + 2.
func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }
