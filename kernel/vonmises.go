package kernel

import (
	"math"

	"latentspace/nn/elementary"
)

// The von Mises–Fisher distribution on the unit sphere in dim dimensions is e^(κ·cos θ) for the angle θ
// from its mean direction, so that θ has the density
//
//	f(θ) = e^(κ·cos θ)·sinⁿ θ / ∫ e^(κ·cos t)·sinⁿ t dt,   n = dim − 2,   0 ≤ θ ≤ π
//
// Its functions are integrals of f, by Gauss and Legendre's rule of five points in sixteen panels, over
// the angles where f is more than e⁻³² of its largest: in double precision, to eight digits or more.

// VonMises sets dst, pairs, to the cosine and the sine of the angle below which a share u in (0, 1) of
// the distribution of each concentration κ ≥ 0 lies. Others are NaN.
func VonMises(dst, kappa, u []float32, dim int) {
	vonMises(dst, kappa, u, dim, func(l *sphereLaw, u float64) (cos, sin float64) {
		sin, cos = l.quantile(u).circle()
		return cos, sin
	})
}

// VonMisesSlope sets dst to the derivatives by κ of what [VonMises] gives.
func VonMisesSlope(dst, kappa, u []float32, dim int) {
	vonMises(dst, kappa, u, dim, func(l *sphereLaw, u float64) (cos, sin float64) {
		q := l.quantile(u)
		sin, cos = q.circle()
		slope := l.slope(q)
		return -float64(sin * slope), float64(cos * slope)
	})
}

func vonMises(dst, kappa, u []float32, dim int, of func(l *sphereLaw, u float64) (a, b float64)) {
	For(len(kappa), vonMisesGrain, func(lo, hi int) {
		var l sphereLaw
		for i := lo; i < hi; i++ {
			a, b := math.NaN(), math.NaN()
			if v := float64(u[i]); l.set(float64(kappa[i]), dim) && v > 0 && v < 1 {
				a, b = of(&l, v)
			}
			dst[2*i], dst[2*i+1] = float32(a), float32(b)
		}
	})
}

// VonMisesCumulant sets dst to a cumulant of cos θ under the distribution of each concentration κ ≥ 0:
// its mean, of order 1, its variance, its third central moment, and of order 0 the logarithm of
// E[e^(κ·cos θ)] over the uniform distribution, of which the others are the derivatives by κ. Others are
// NaN. In terms of Bessel functions
//
//	order 0: ln Γ(ν + 1)·(2/κ)^ν·I_ν(κ)   order 1: I_ν+1(κ)/I_ν(κ)   ν = dim/2 − 1
func VonMisesCumulant(dst, kappa []float32, dim, order int) {
	uniform := 0.0
	if order == 0 {
		uniform = logSines(dim - 2)
	}
	For(len(kappa), vonMisesGrain, func(lo, hi int) {
		var l sphereLaw
		for i := lo; i < hi; i++ {
			c := math.NaN()
			if l.set(float64(kappa[i]), dim) {
				c = l.cumulant(order) - uniform
			}
			dst[i] = float32(c)
		}
	})
}

const vonMisesGrain = 8 // some 30 µs

// logSines is ln ∫ sinⁿ θ dθ from 0 to π.
func logSines(n int) float64 {
	log := elementary.Log(math.Pi)
	if n%2 == 1 {
		log = math.Ln2
	}
	for k := 2 + n%2; k <= n; k += 2 {
		log += elementary.Log1p(-1 / float64(k))
	}
	return log
}

const (
	anglePanels  = 16
	anglePoints  = 5
	angleDropped = 32 // the logarithm of how far below its largest value the density is left out
)

// legendre are the points of Gauss and Legendre's rule on (−1, 1) and their weights.
var legendre = [anglePoints][2]float64{
	{-0.9061798459386639928, 0.23692688505618908751},
	{-0.53846931010568309104, 0.47862867049936646804},
	{0, 0.56888888888888888889},
	{0.53846931010568309104, 0.47862867049936646804},
	{0.9061798459386639928, 0.23692688505618908751},
}

// halfAngle is an angle by the sine and cosine of its half, of which its own and its distance from
// another are products.
type halfAngle struct{ theta, sin, cos float64 }

func halfOf(theta float64) halfAngle {
	sin, cos := elementary.Circle(theta / (4 * math.Pi))
	return halfAngle{theta, sin, cos}
}

// circle returns the sine and the cosine of the angle.
func (h halfAngle) circle() (sin, cos float64) {
	return 2 * h.sin * h.cos, 1 - float64(2*h.sin*h.sin)
}

// sphereLaw is the density for one κ, with its integrals over panels of a width from lo on, in units of
// its largest value: of 1, of cos θ − cos(mode), its square and its third power.
type sphereLaw struct {
	kappa, n float64
	mode     halfAngle
	sinMode  float64
	cosMode  float64

	lo, width float64
	mass      [anglePanels]float64
	moments   [4]float64 // over all panels
}

// set makes the law that of κ, if that is a number of at least zero.
func (l *sphereLaw) set(kappa float64, dim int) bool {
	if !(kappa >= 0) || math.IsInf(kappa, 1) {
		return false
	}
	n := float64(dim - 2)
	*l = sphereLaw{kappa: kappa, n: n, cosMode: 1}
	switch {
	case n == 0:
	case kappa == 0:
		l.cosMode, l.sinMode = 0, 1
	default: // κ·sin² θ = n·cos θ
		l.cosMode = 2 * kappa / (n + math.Sqrt(float64(n*n)+float64(4*kappa*kappa)))
		l.sinMode = math.Sqrt(n * l.cosMode / kappa)
	}
	l.mode = halfOf(elementary.Atan2(l.sinMode, l.cosMode))
	curvature := float64(kappa * l.cosMode)
	if n > 0 {
		curvature += n / float64(l.sinMode*l.sinMode)
	}
	step := 2 / math.Sqrt(max(curvature, 1))
	l.lo = l.edge(-step, 0)
	l.width = (l.edge(step, math.Pi) - l.lo) / anglePanels
	var near [anglePoints]halfAngle // from the middle of a panel
	for k, p := range legendre {
		near[k] = halfOf(float64(p[0] * l.width / 2))
	}
	for i := range l.mass {
		middle := halfOf(l.lo + float64((float64(i)+0.5)*l.width))
		for k, p := range legendre {
			h := halfAngle{
				sin: float64(middle.sin*near[k].cos) + float64(middle.cos*near[k].sin),
				cos: float64(middle.cos*near[k].cos) - float64(middle.sin*near[k].sin),
			}
			weight := float64(float64(p[1]*l.width/2) * l.density(h))
			l.mass[i] += weight
			c := l.beyond(h)
			for m := range l.moments {
				l.moments[m] += weight
				weight = float64(weight * c)
			}
		}
	}
	return true
}

// edge is an angle outwards from the mode, in steps and at most at a bound, where the density may be
// left out.
func (l *sphereLaw) edge(step, bound float64) float64 {
	for theta := l.mode.theta + step; (theta-bound)*step < 0; theta += step {
		if l.logDensity(halfOf(theta)) < -angleDropped {
			return theta
		}
	}
	return bound
}

// beyond is cos θ − cos(mode).
func (l *sphereLaw) beyond(h halfAngle) float64 {
	sum := float64(h.sin*l.mode.cos) + float64(h.cos*l.mode.sin)
	difference := float64(h.sin*l.mode.cos) - float64(h.cos*l.mode.sin)
	return float64(-2 * sum * difference)
}

// logDensity is ln f(θ)/f(mode).
func (l *sphereLaw) logDensity(h halfAngle) float64 {
	log := float64(l.kappa * l.beyond(h))
	if l.n > 0 {
		log += float64(l.n * elementary.Log(2*h.sin*h.cos/l.sinMode))
	}
	return log
}

func (l *sphereLaw) density(h halfAngle) float64 { return elementary.Exp(l.logDensity(h)) }

// integral returns those of the density, and of cos θ − cos(mode) − about times it, from a to b.
func (l *sphereLaw) integral(a, b, about float64) (mass, moment float64) {
	for _, p := range legendre {
		h := halfOf(float64((a+b)/2) + float64(p[0]*(b-a)/2))
		weight := float64(float64(p[1]*(b-a)/2) * l.density(h))
		mass += weight
		c := l.beyond(h) - about
		moment += float64(weight * c)
	}
	return mass, moment
}

// quantile is the angle below which a share u of the distribution lies.
func (l *sphereLaw) quantile(u float64) halfAngle {
	left, i := float64(u*l.moments[0]), 0
	for ; i < anglePanels-1 && left > l.mass[i]; i++ {
		left -= l.mass[i]
	}
	lo := l.lo + float64(float64(i)*l.width)
	least, most := lo, lo+l.width
	theta := lo + float64(l.width*min(1, left/l.mass[i]))
	for range 60 { // by Newton's steps, and by halving where one leads out
		mass, _ := l.integral(lo, theta, 0)
		if mass > left {
			most = theta
		} else {
			least = theta
		}
		next := theta - (mass-left)/l.density(halfOf(theta))
		if !(next > least && next < most) {
			next = (least + most) / 2
		}
		done := math.Abs(next-theta) <= 1e-10*l.width
		theta = next
		if done {
			break
		}
	}
	return halfOf(theta)
}

// slope is the derivative of a quantile by κ, at the share that is below it:
//
//	dθ/dκ = −1/f(θ)·∫ (cos t − E[cos]) f(t) dt,   from 0 to θ
//
// The integral is minus that from θ on, and the shorter of both is taken.
func (l *sphereLaw) slope(q halfAngle) float64 {
	mean, sum := l.moments[1]/l.moments[0], 0.0
	at := min(anglePanels-1, max(0, int((q.theta-l.lo)/l.width)))
	edge := func(i int) float64 { return l.lo + float64(float64(i)*l.width) }
	if at < anglePanels/2 {
		for i := range at {
			_, moment := l.integral(edge(i), edge(i+1), mean)
			sum += moment
		}
		_, moment := l.integral(edge(at), q.theta, mean)
		sum += moment
	} else {
		for i := at + 1; i < anglePanels; i++ {
			_, moment := l.integral(edge(i), edge(i+1), mean)
			sum -= moment
		}
		_, moment := l.integral(q.theta, edge(at+1), mean)
		sum -= moment
	}
	return -sum / l.density(q)
}

// cumulant is that of cos θ, and of order 0 the logarithm of ∫ e^(κ·cos θ)·sinⁿ θ dθ.
func (l *sphereLaw) cumulant(order int) float64 {
	if order == 0 {
		log := float64(l.kappa*l.cosMode) + elementary.Log(l.moments[0])
		if l.n > 0 {
			log += float64(l.n * elementary.Log(l.sinMode))
		}
		return log
	}
	mean := l.moments[1] / l.moments[0]
	if order == 1 {
		return l.cosMode + mean
	}
	second := l.moments[2]/l.moments[0] - float64(mean*mean)
	if order == 2 {
		return second
	}
	return l.moments[3]/l.moments[0] - float64(mean*mean*mean) - float64(3*mean*second)
}
