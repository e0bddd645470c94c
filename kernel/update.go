package kernel

// The functions of this file move weights w by their gradients g, in one pass over
// memory each. Every element is computed on its own and every operation is rounded,
// so that arrays cut into parts give the bits of the whole. They panic if an array
// is shorter than w; a rate is a learning rate, not negative.
//
// Of each array that they write, a new value that is subnormal is 0, and what follows
// is computed with that: see [Flush].

// SGD descends the gradient of the loss plus ½·decay·w²:
//
//	w ← w − rate·(g + decay·w)
func SGD(w, g []float32, rate, decay float32) {
	n := len(w)
	j := begin(func(j *job, lo, hi int) {
		vec().sgd(j.part(0, lo, hi), j.part(1, lo, hi), j.s[0], j.s[1])
	}, w[:n], g[:n])
	j.s = [8]float32{rate, decay}
	j.do(n, elementGrain)
}

// Momentum descends along a running sum u of the gradients:
//
//	d = g + decay·w
//	u ← mu·u + d
//	w ← w − rate·u
func Momentum(w, g, u []float32, rate, mu, decay float32) {
	n := len(w)
	j := begin(func(j *job, lo, hi int) {
		vec().momentum(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi), j.s[0], j.s[1], j.s[2])
	}, w[:n], g[:n], u[:n])
	j.s = [8]float32{rate, mu, decay}
	j.do(n, elementGrain)
}

// Nesterov is Momentum that looks one step ahead:
//
//	d = g + decay·w
//	u ← mu·u + d
//	w ← w − rate·(d + mu·u)
func Nesterov(w, g, u []float32, rate, mu, decay float32) {
	n := len(w)
	j := begin(func(j *job, lo, hi int) {
		vec().nesterov(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi), j.s[0], j.s[1], j.s[2])
	}, w[:n], g[:n], u[:n])
	j.s = [8]float32{rate, mu, decay}
	j.do(n, elementGrain)
}

// RMSProp divides the gradient by a running root mean square:
//
//	v ← rho·v + (1 − rho)·g²
//	w ← w − rate·g / (√v + eps)
func RMSProp(w, g, v []float32, rate, rho, eps float32) {
	n := len(w)
	j := begin(func(j *job, lo, hi int) {
		vec().rmsProp(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi), j.s[0], j.s[1], j.s[2], j.s[3])
	}, w[:n], g[:n], v[:n])
	j.s = [8]float32{rate, rho, 1 - rho, eps}
	j.do(n, elementGrain)
}

// RMSPropMomentum is RMSProp along a running sum u of the divided gradients:
//
//	v ← rho·v + (1 − rho)·g²
//	u ← mu·u + g / (√v + eps)
//	w ← w − rate·u
func RMSPropMomentum(w, g, v, u []float32, rate, rho, eps, mu float32) {
	n := len(w)
	j := begin(func(j *job, lo, hi int) {
		vec().rmsPropMomentum(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi), j.part(3, lo, hi), j.s[0], j.s[1], j.s[2], j.s[3], j.s[4])
	}, w[:n], g[:n], v[:n], u[:n])
	j.s = [8]float32{rate, rho, 1 - rho, eps, mu}
	j.do(n, elementGrain)
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
	n := len(w)
	j := begin(func(j *job, lo, hi int) {
		vec().adam(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi), j.part(3, lo, hi), j.s[0], j.s[1], j.s[2], j.s[3], j.s[4], j.s[5], j.s[6], j.s[7])
	}, w[:n], g[:n], m[:n], v[:n])
	j.s = [8]float32{s.Beta1, 1 - s.Beta1, s.Beta2, 1 - s.Beta2, s.Rate, s.Scale, s.Epsilon, s.Keep}
	j.do(n, elementGrain)
}

// EMA moves an exponential moving average towards w:
//
//	avg ← avg + (1 − decay)·(w − avg)
//
// In this form the average of a constant is that constant, to the bit.
func EMA(avg, w []float32, decay float32) {
	n := len(w)
	j := begin(func(j *job, lo, hi int) {
		vec().ema(j.part(0, lo, hi), j.part(1, lo, hi), j.s[0])
	}, avg[:n], w[:n])
	j.s = [8]float32{1 - decay}
	j.do(n, elementGrain)
}
