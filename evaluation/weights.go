package evaluation

import (
	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/metrics"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// weights are the importance weights of a batch,
//
//	ln w = ln p(x|z) + ln p(z) − ln q(z|x) = ln p(x|z) − ½|z|² + ½|ε|² + ½ Σ ln σ²,   z = μ + σ·ε
//
// for p(z) = N(0, I), and with ln p(z) + d/2 ln 2π in place of −½|z|² for another prior. They are
// summed up draw by draw.
type weights struct {
	mu, logvar *tensor.Tensor // (n, d)
	prior      latent.Density // nil for N(0, I)
	draws      int
	key        kernel.Key

	sigma, eps, z []float32 // (n, d)
	base          []float64 // ½ Σ ln σ² of each example
	done          int
	sum           []float64         // of −ln p(x|z)
	log           []metrics.LogMean // of w
	under, kl     []float64         // ln p of the draws, and the sums of ln q(z|x) − ln p(z); for another prior than N(0, I)
	err           error             // of the prior's density
}

func (w *weights) prepare() {
	n, d := w.mu.Shape[0], w.mu.Shape[1]
	w.sigma, w.eps = make([]float32, n*d), make([]float32, n*d)
	w.base, w.sum, w.log = make([]float64, n), make([]float64, n), make([]metrics.LogMean, n)
	if w.prior != nil {
		w.under, w.kl = make([]float64, n), make([]float64, n)
	}
	for i, v := range w.logvar.Data {
		w.sigma[i] = float32(elementary.Exp(float64(v) / 2))
		w.base[i/d] += float64(float64(v) / 2)
	}
}

// next makes the codes of the next draw.
func (w *weights) next(z []float32) bool {
	if w.done == w.draws || w.err != nil {
		return false
	}
	kernel.Normal(w.eps, w.key.Mix(uint64(w.done)))
	for i, e := range w.eps {
		z[i] = w.mu.Data[i] + float32(w.sigma[i]*e)
	}
	w.z = z
	w.done++
	if w.prior != nil {
		w.err = w.prior.LogDensity(&tensor.Tensor{Shape: w.mu.Shape, Data: z}, w.under)
	}
	return w.err == nil
}

// add adds what the draw is worth.
func (w *weights) add(nll []float32) {
	d := w.mu.Shape[1]
	for i, v := range nll {
		a := w.base[i] - float64(v)
		eps := w.eps[i*d : (i+1)*d]
		if w.prior == nil {
			for j, e := range eps {
				z := float64(w.z[i*d+j])
				a += float64((float64(float64(e)*float64(e)) - float64(z*z)) / 2)
			}
		} else {
			ratio := w.base[i] + w.under[i] + float64(float64(d)/2*elementary.LogTwoPi) // ln p(z) − ln q(z|x)
			for _, e := range eps {
				ratio += float64(float64(float64(e)*float64(e)) / 2)
			}
			w.kl[i] -= ratio
			a = ratio - float64(v)
		}
		w.sum[i] += float64(v)
		w.log[i].Add(a)
	}
}
