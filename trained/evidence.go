package trained

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"latentspace/example"
	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/metrics"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Evidence measures the density of examples under a model: by draws of the posterior and the
// model's own prior, or by a bound of the model's own.
type Evidence struct {
	m      *Model
	weighs bool           // the model is a [models.Weigher]
	prior  latent.Density // of the others, nil for N(0, I)
}

// Unknown is an error: a sentence that says why a density is not known.
type Unknown string

func (u Unknown) Error() string { return string(u) }

// Evidence returns the evidence of the model. A model without a posterior, or whose prior has no
// density, is [Unknown].
func (m *Model) Evidence() (Evidence, error) {
	if m.Weighs() {
		return Evidence{m: m, weighs: true}, nil
	}
	if !m.HasPosterior() {
		return Evidence{}, Unknown(fmt.Sprintf("A model of kind %s has no posterior, so that the density of examples is not known.", m.Kind))
	}
	prior, err := m.PriorDensity("the density of examples is not known")
	if err != nil {
		return Evidence{}, err
	}
	if latent.IsStandard(prior) {
		prior = nil
	}
	return Evidence{m: m, prior: prior}, nil
}

// PriorDensity returns the density of the model's own prior, which was trained with it, not of one
// that was fitted to codes later. If it has none the error is [Unknown], with what follows from
// that.
func (m *Model) PriorDensity(follows string) (latent.Density, error) {
	prior, err := m.OwnPrior()
	if lack := (*Lack)(nil); errors.As(err, &lack) {
		return nil, Unknown(fmt.Sprintf("A model of kind %s has no prior of its own: %s.", m.Kind, follows))
	}
	if err != nil {
		return nil, err
	}
	density, ok := prior.(latent.Density)
	if !ok {
		return nil, Unknown(fmt.Sprintf("The prior of a model of kind %s has no density: %s.", m.Kind, follows))
	}
	return density, nil
}

// Bounds are values of each of some examples, in nats.
type Bounds struct {
	Reconstruction []float64 // E[−ln p(x|z)], z ~ q(z|x)
	KL             []float64 // KL(q(z|x) ‖ p(z))
	NegELBO        []float64 // their sum
	NLL            []float64 // −ln of the mean importance weight, an estimate of −ln p(x)
}

// Measure adds the bounds of examples, by some draws of each posterior, which are a function of the
// key.
func (e Evidence) Measure(ctx context.Context, x Examples, draws int, key kernel.Key, all *Bounds) error {
	if e.weighs {
		return e.weigh(ctx, x, draws, key, all)
	}
	return e.draw(ctx, x, draws, key, all)
}

// evidenceBatch is how many examples are measured at a time.
const evidenceBatch = 256

// ImportanceNLLs returns the importance-weighted estimate of −ln p(x), in nats, of each example of a
// data set, by some draws of each posterior, a function of the seed. The error of a model without
// such an estimate is [Unknown].
func (m *Model) ImportanceNLLs(ctx context.Context, ds example.Set, draws int, seed uint64) ([]float64, error) {
	if _, ok := m.Likelihood(); !ok {
		return nil, Unknown(fmt.Sprintf("A model of kind %s has no likelihood: it gives examples no density.", m.Kind))
	}
	e, err := m.Evidence()
	if err != nil {
		return nil, err
	}
	var all Bounds
	for lo := 0; lo < ds.Len(); lo += evidenceBatch {
		x, err := m.Read(ds, lo, min(evidenceBatch, ds.Len()-lo))
		if err != nil {
			return nil, err
		}
		if err := e.Measure(ctx, x, draws, kernel.Seed(seed, "evaluation.likelihood").Mix(uint64(lo)), &all); err != nil {
			return nil, err
		}
	}
	return all.NLL, nil
}

// add adds those of an example.
func (b *Bounds) add(reconstruction, kl float64, weight metrics.LogMean) {
	b.KL = append(b.KL, kl)
	b.Reconstruction = append(b.Reconstruction, reconstruction)
	b.NegELBO = append(b.NegELBO, reconstruction+kl)
	b.NLL = append(b.NLL, -weight.Value())
}

// Divergence says how the KL is measured.
func (e Evidence) Divergence() string {
	if e.weighs || e.prior != nil {
		return "KL in the mean over the draws of ln q(z|x) − ln p(z)"
	}
	return "KL in closed form"
}

// Given names the conditions of a conditional model, whose density is given these, after a
// semicolon; "" for other models.
func (e Evidence) Given() string {
	if names := e.m.Conditional(); len(names) > 0 && !e.weighs {
		return "; given the " + strings.Join(names, ", ")
	}
	return ""
}

// draw adds the bounds of examples, by draws of their posteriors.
func (e Evidence) draw(ctx context.Context, x Examples, draws int, key kernel.Key, all *Bounds) error {
	m := e.m
	mu, logvar, err := m.Posterior(ctx, x)
	if err != nil {
		return err
	}
	w := weights{mu: mu, logvar: logvar, prior: e.prior, draws: draws, key: key}
	w.prepare()
	if err := m.NLLs(ctx, x, w.next, w.add); err != nil {
		return err
	}
	if w.err != nil {
		return w.err
	}
	for i := range x.Len() {
		kl := 0.0
		if e.prior != nil {
			kl = w.kl[i] / float64(draws)
		} else {
			kl = metrics.GaussianKL(rows(mu, i, i+1).Data, rows(logvar, i, i+1).Data)
		}
		all.add(w.sum[i]/float64(draws), kl, w.log[i])
	}
	return nil
}

// weigh adds the bounds of examples, by the model's own bound.
func (e Evidence) weigh(ctx context.Context, x Examples, draws int, key kernel.Key, all *Bounds) error {
	n := x.Len()
	sum, kl, weight := make([]float64, n), make([]float64, n), make([]metrics.LogMean, n)
	err := e.m.Weigh(ctx, x, draws, key[0], func(logLikelihood, logRatio []float32) {
		for i, l := range logLikelihood {
			sum[i] -= float64(l)
			kl[i] -= float64(logRatio[i])
			weight[i].Add(float64(l) + float64(logRatio[i]))
		}
	})
	if err != nil {
		return err
	}
	for i := range n {
		all.add(sum[i]/float64(draws), kl[i]/float64(draws), weight[i])
	}
	return nil
}

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

// next draws the next codes.
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

// add adds the weights of the draw.
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
