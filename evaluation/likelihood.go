package evaluation

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/nn/elementary"
	"latentspace/tensor"
	"latentspace/trained"
)

// likelihood is the part about how probable a model holds data that it has not seen, in
// nats per example:
//
//	neg_elbo            E[−ln p(x|z)] + KL(q(z|x) ‖ p(z)), of which −ln p(x) is at most as large
//	reconstruction_nll  E[−ln p(x|z)], z ~ q(z|x)
//	kl                  KL(q(z|x) ‖ p(z)), in closed form
//	nll                 −ln 1/k Σ p(x|zᵢ)·p(zᵢ)/q(zᵢ|x), the importance-sampled estimate of −ln p(x)
//	bits_per_dim        nll/(D·ln 2) for examples of D values
//
// All are from the same k draws. Errors are over the examples, and have the noise of the
// draws in them.
var likelihood = part{
	name:    "likelihood",
	figures: []string{"neg_elbo", "reconstruction_nll", "kl", "nll", "bits_per_dim"},
	measure: measureLikelihood,
}

const (
	likelihoodExamples = 2000
	likelihoodDraws    = 50
	fullDraws          = 200
	likelihoodBatch    = 256
)

func measureLikelihood(ctx context.Context, m *measurement) (Section, error) {
	kind, ok := m.Model.Likelihood()
	if !ok {
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no likelihood: it gives examples no density.", m.Model.Kind))
	}
	n := m.some(likelihoodExamples)
	if n < 2 {
		return Section{}, lacking(tooFew(m.Split, n))
	}
	draws := m.Draws
	if draws == 0 {
		draws = likelihoodDraws
		if m.Full {
			draws = fullDraws
		}
	}
	all, err := m.likelihoods(ctx, n, draws)
	if err != nil {
		return Section{}, err
	}
	p := Protocol{Split: m.Split, N: n, Draws: draws, Likelihood: kind, Seed: m.Seed, Reduction: "sum over values, mean over examples"}
	const nats = "nats per example"
	by := func(method string) Protocol { p.Method = method; return p }
	size := float64(tensor.Size(m.Model.Shape))
	nll := metrics.Mean(all.nll)
	bits := metrics.Estimate{Value: nll.Value / (size * math.Ln2), Error: nll.Error / (size * math.Ln2)}
	importance := fmt.Sprintf("importance sampling from the posterior, %d draws (Burda et al. 2016)", draws)
	if kind == "bernoulli" && !m.Binarize {
		importance += "; of grey values a cross-entropy, no density"
	}
	return Section{Figures: []Figure{
		figure("neg_elbo", metrics.Mean(all.negELBO), nats, by("mean over the draws, KL in closed form (Kingma and Welling 2014)")),
		figure("reconstruction_nll", metrics.Mean(all.reconstruction), nats, by("mean over the draws of −ln p(x|z)")),
		figure("kl", metrics.Mean(all.kl), nats, by("closed form")),
		figure("nll", nll, nats, by(importance)),
		figure("bits_per_dim", bits, "bits per value", by(importance)),
	}}, nil
}

// tooFew says that so many examples are not enough for a figure with an error.
func tooFew(split string, n int) string {
	if n == 0 {
		return fmt.Sprintf("The %s split has no examples to measure on.", split)
	}
	return "Of one example nothing has a standard error: want at least two."
}

// bounds are values of each of n examples, in nats.
type bounds struct {
	reconstruction, kl, negELBO, nll []float64
}

// likelihoods measures the first n held-out examples with some draws of each posterior.
func (m *measurement) likelihoods(ctx context.Context, n, draws int) (bounds, error) {
	var all bounds
	for lo := 0; lo < n; lo += likelihoodBatch {
		x, err := m.read(lo, min(likelihoodBatch, n-lo))
		if err != nil {
			return all, err
		}
		mu, logvar, err := m.Model.Posterior(ctx, x)
		if err != nil {
			return all, err
		}
		w := weights{mu: mu, logvar: logvar, draws: draws, key: kernel.Seed(m.Seed, "evaluation.likelihood").Mix(uint64(lo))}
		w.prepare()
		if err := m.Model.NLLs(ctx, x, w.next, w.add); err != nil {
			return all, err
		}
		for i := range x.Len() {
			kl := metrics.GaussianKL(row(mu, i), row(logvar, i))
			reconstruction := w.sum[i] / float64(draws)
			all.kl = append(all.kl, kl)
			all.reconstruction = append(all.reconstruction, reconstruction)
			all.negELBO = append(all.negELBO, reconstruction+kl)
			all.nll = append(all.nll, -w.log[i].Value())
		}
	}
	return all, nil
}

// read returns held-out examples, as training reads them.
func (m *measurement) read(first, n int) (trained.Examples, error) {
	return m.Model.Read(m.Held, first, n)
}

func row(t *tensor.Tensor, i int) []float32 {
	n := t.Len() / t.Shape[0]
	return t.Data[i*n : (i+1)*n]
}

// weights are the importance weights of a batch,
//
//	ln w = ln p(x|z) + ln p(z) − ln q(z|x) = ln p(x|z) − ½|z|² + ½|ε|² + ½ Σ ln σ²,   z = μ + σ·ε
//
// summed up draw by draw.
type weights struct {
	mu, logvar *tensor.Tensor // (n, d)
	draws      int
	key        kernel.Key

	sigma, eps, z []float32 // (n, d)
	base          []float64 // ½ Σ ln σ² of each example
	done          int
	sum           []float64         // of −ln p(x|z)
	log           []metrics.LogMean // of w
}

func (w *weights) prepare() {
	n, d := w.mu.Shape[0], w.mu.Shape[1]
	w.sigma, w.eps = make([]float32, n*d), make([]float32, n*d)
	w.base, w.sum, w.log = make([]float64, n), make([]float64, n), make([]metrics.LogMean, n)
	for i, v := range w.logvar.Data {
		w.sigma[i] = float32(elementary.Exp(float64(v) / 2))
		w.base[i/d] += float64(float64(v) / 2)
	}
}

// next makes the codes of the next draw.
func (w *weights) next(z []float32) bool {
	if w.done == w.draws {
		return false
	}
	kernel.Normal(w.eps, w.key.Mix(uint64(w.done)))
	for i, e := range w.eps {
		z[i] = w.mu.Data[i] + float32(w.sigma[i]*e)
	}
	w.z = z
	w.done++
	return true
}

// add adds what the draw is worth.
func (w *weights) add(nll []float32) {
	d := w.mu.Shape[1]
	for i, v := range nll {
		a := w.base[i] - float64(v)
		for j, e := range w.eps[i*d : (i+1)*d] {
			z := float64(w.z[i*d+j])
			a += float64((float64(float64(e)*float64(e)) - float64(z*z)) / 2)
		}
		w.sum[i] += float64(v)
		w.log[i].Add(a)
	}
}
