package kernel

// These kernels exponentiate logarithms of variances as [ExpBounded] does, written
// e^x here, up to a bound; exp′ is its derivative min(eˣ, e^bound).

const halfLog2Pi = 0.9189385332046727 // ½ ln 2π

// GaussianNLL is, for each row of (len(dst), cols) matrices,
//
//	Σ ½ ((x − μ)² e^−logvar + logvar) + ½ ln 2π
//
// in nats, added up in float64.
func GaussianNLL(dst, mu, logvar, x []float32, bound float32) {
	f, b := vec().gaussian, float64(bound)
	top, n := exp(b), len(mu)
	logvar, x = logvar[:n], x[:n]
	functionRows(len(dst), n, func(r, lo, hi int) {
		dst[r] = float32(f(mu[lo:hi], logvar[lo:hi], x[lo:hi], b, top))
	})
}

// GaussianNLLGrad is [GaussianNLL], the same bits, together with its gradients:
//
//	dmu     = g·(μ − x) e^−logvar
//	dlogvar = ½ g·(1 − (x − μ)² exp′(−logvar))
//
// g has a factor for every row, or one for all. That by x is −dmu.
func GaussianNLLGrad(dst, dmu, dlogvar, mu, logvar, x, g []float32, bound float32) {
	f, b := vec().gaussianGrad, float64(bound)
	top, n := exp(b), len(mu)
	dmu, dlogvar, logvar, x = dmu[:n], dlogvar[:n], logvar[:n], x[:n]
	functionRows(len(dst), n, func(r, lo, hi int) {
		dst[r] = float32(f(dmu[lo:hi], dlogvar[lo:hi], mu[lo:hi], logvar[lo:hi], x[lo:hi], factor(g, r), b, top))
	})
}

// GaussianLatent draws from a diagonal Gaussian by the noise ε and gives, for each
// row of (len(kl), cols) matrices, its divergence from the standard normal:
//
//	z  = μ + e^(logvar/2)·ε
//	kl = Σ ½ (μ² + e^logvar − logvar − 1)
//
// in nats, added up in float64.
func GaussianLatent(z, kl, mu, logvar, eps []float32, bound float32) {
	f, b := vec().latent, float64(bound)
	top, n := exp(b), len(mu)
	z, logvar, eps = z[:n], logvar[:n], eps[:n]
	functionRows(len(kl), n, func(r, lo, hi int) {
		kl[r] = float32(f(z[lo:hi], mu[lo:hi], logvar[lo:hi], eps[lo:hi], b, top))
	})
}

// GaussianLatentGrad is the gradient of [GaussianLatent], given dz and the factors g
// of the divergences, one for every row or one for all:
//
//	dmu     = dz + g·μ
//	dlogvar = ½ (dz·ε·exp′(logvar/2) + g·(exp′(logvar) − 1))
func GaussianLatentGrad(dmu, dlogvar, dz, g, mu, logvar, eps []float32, rows int, bound float32) {
	f, b := vec().latentGrad, float64(bound)
	top, n := exp(b), len(mu)
	dmu, dlogvar, dz, logvar, eps = dmu[:n], dlogvar[:n], dz[:n], logvar[:n], eps[:n]
	functionRows(rows, n, func(r, lo, hi int) {
		f(dmu[lo:hi], dlogvar[lo:hi], dz[lo:hi], mu[lo:hi], logvar[lo:hi], eps[lo:hi], factor(g, r), b, top)
	})
}

// boundedExp gives exp′ and the bounded exponential.
func boundedExp(x, bound, top float64) (slope, y float64) {
	least := x
	if bound < x {
		least = bound
	}
	slope = exp(least)
	return slope, beyond(x, bound, top, slope)
}

// beyond is below, and where x > bound the line through top.
func beyond(x, bound, top, below float64) float64 {
	if x > bound {
		return float64(top * (x + 1 - bound))
	}
	return below
}

func gaussianTwin(mu, logvar, x []float32, bound, top float64) float64 {
	var s lanes8
	for i, v := range logvar {
		d := float64(x[i]) - float64(mu[i])
		_, w := boundedExp(-float64(v), bound, top)
		s[i%8] += float64((float64(float64(d*d)*w)+float64(v))*0.5) + halfLog2Pi
	}
	return s.total()
}

func gaussianGradTwin(dmu, dlogvar, mu, logvar, x []float32, g, bound, top float64) float64 {
	var s lanes8
	for i, v := range logvar {
		d := float64(x[i]) - float64(mu[i])
		slope, w := boundedExp(-float64(v), bound, top)
		dd := float64(d * d)
		s[i%8] += float64((float64(dd*w)+float64(v))*0.5) + halfLog2Pi
		dmu[i] = float32(-(g * float64(d*w)))
		dlogvar[i] = float32(float64(g*0.5) * (1 - float64(dd*slope)))
	}
	return s.total()
}

func latentTwin(z, mu, logvar, eps []float32, bound, top float64) float64 {
	var sum lanes8
	for i, v := range logvar {
		m, lv := float64(mu[i]), float64(v)
		slope, s := boundedExp(float64(lv*0.5), bound, top)
		variance := beyond(lv, bound, top, float64(slope*slope))
		sum[i%8] += float64((float64(m*m) + variance - lv - 1) * 0.5)
		z[i] = float32(m + float64(s*float64(eps[i])))
	}
	return sum.total()
}

func latentGradTwin(dmu, dlogvar, dz, mu, logvar, eps []float32, g, bound, top float64) {
	for i, v := range logvar {
		d, lv := float64(dz[i]), float64(v)
		s, _ := boundedExp(float64(lv*0.5), bound, top)
		variance := float64(s * s)
		if lv > bound {
			variance = top
		}
		m, e := float64(mu[i]), float64(eps[i])
		dmu[i] = float32(d + float64(g*m))
		dlogvar[i] = float32((float64(float64(d*e)*s) + float64(g*(variance-1))) * 0.5)
	}
}
