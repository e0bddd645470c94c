package kernel

// The functions of this file move weights w by their gradients g, in one pass over
// memory each. Every element is computed on its own and every operation is rounded,
// so that arrays cut into parts give the bits of the whole. They panic if an array
// is shorter than w; a rate is a learning rate, not negative. Short arrays are done
// without a closure, so that a step allocates nothing for them.

// SGD descends the gradient of the loss plus ½·decay·w²:
//
//	w ← w − rate·(g + decay·w)
func SGD(w, g []float32, rate, decay float32) {
	f, n := vec().sgd, len(w)
	if n <= elementGrain {
		f(w[:n], g[:n], rate, decay)
		return
	}
	For(n, elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], rate, decay)
	})
}

// Momentum descends along a running sum u of the gradients:
//
//	d = g + decay·w
//	u ← mu·u + d
//	w ← w − rate·u
func Momentum(w, g, u []float32, rate, mu, decay float32) {
	f, n := vec().momentum, len(w)
	if n <= elementGrain {
		f(w[:n], g[:n], u[:n], rate, mu, decay)
		return
	}
	For(n, elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], u[lo:hi], rate, mu, decay)
	})
}

// Nesterov is Momentum that looks one step ahead:
//
//	d = g + decay·w
//	u ← mu·u + d
//	w ← w − rate·(d + mu·u)
func Nesterov(w, g, u []float32, rate, mu, decay float32) {
	f, n := vec().nesterov, len(w)
	if n <= elementGrain {
		f(w[:n], g[:n], u[:n], rate, mu, decay)
		return
	}
	For(n, elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], u[lo:hi], rate, mu, decay)
	})
}

// RMSProp divides the gradient by a running root mean square:
//
//	v ← rho·v + (1 − rho)·g²
//	w ← w − rate·g / (√v + eps)
func RMSProp(w, g, v []float32, rate, rho, eps float32) {
	f, n := vec().rmsProp, len(w)
	if n <= elementGrain {
		f(w[:n], g[:n], v[:n], rate, rho, 1-rho, eps)
		return
	}
	For(n, elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], v[lo:hi], rate, rho, 1-rho, eps)
	})
}

// RMSPropMomentum is RMSProp along a running sum u of the divided gradients:
//
//	v ← rho·v + (1 − rho)·g²
//	u ← mu·u + g / (√v + eps)
//	w ← w − rate·u
func RMSPropMomentum(w, g, v, u []float32, rate, rho, eps, mu float32) {
	f, n := vec().rmsPropMomentum, len(w)
	if n <= elementGrain {
		f(w[:n], g[:n], v[:n], u[:n], rate, rho, 1-rho, eps, mu)
		return
	}
	For(n, elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], v[lo:hi], u[lo:hi], rate, rho, 1-rho, eps, mu)
	})
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
	f, n := vec().adam, len(w)
	if n <= elementGrain {
		f(w[:n], g[:n], m[:n], v[:n], s.Beta1, 1-s.Beta1, s.Beta2, 1-s.Beta2, s.Rate, s.Scale, s.Epsilon, s.Keep)
		return
	}
	For(n, elementGrain, func(lo, hi int) {
		f(w[lo:hi], g[lo:hi], m[lo:hi], v[lo:hi], s.Beta1, 1-s.Beta1, s.Beta2, 1-s.Beta2, s.Rate, s.Scale, s.Epsilon, s.Keep)
	})
}

// EMA moves an exponential moving average towards w:
//
//	avg ← avg + (1 − decay)·(w − avg)
//
// In this form the average of a constant is that constant, to the bit.
func EMA(avg, w []float32, decay float32) {
	f, n := vec().ema, len(w)
	if n <= elementGrain {
		f(avg[:n], w[:n], 1-decay)
		return
	}
	For(n, elementGrain, func(lo, hi int) {
		f(avg[lo:hi], w[lo:hi], 1-decay)
	})
}
