package evaluation

import (
	"context"
	"fmt"
	"strings"

	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/metrics"
	"latentspace/nn/elementary"
	"latentspace/tensor"
	"latentspace/trained"
)

// evidence measures the density of examples under a model: by draws of the posterior and the
// model's own prior, or by a bound of the model's own.
type evidence struct {
	weighs bool           // the model is a [models.Weigher]
	prior  latent.Density // of the others, nil for N(0, I)
}

// evidence returns the evidence of the model. A model without a posterior, or whose prior has no
// density, is [lacking].
func (m *measurement) evidence() (evidence, error) {
	if m.Model.Weighs() {
		return evidence{weighs: true}, nil
	}
	if !m.Model.HasPosterior() {
		return evidence{}, lacking(fmt.Sprintf("A model of kind %s has no posterior, so that the density of examples is not known.", m.Model.Kind))
	}
	prior, err := m.density("the density of examples is not known")
	if err != nil || latent.IsStandard(prior) {
		return evidence{}, err
	}
	return evidence{prior: prior}, nil
}

// density returns the model's own prior, which was trained with it, not one that was fitted to
// codes later. If it has no density it is [lacking], with the consequence as a sentence.
func (m *measurement) density(follows string) (latent.Density, error) {
	prior, err := m.Model.OwnPrior()
	if _, lacks := lackOf(err); lacks {
		return nil, lacking(fmt.Sprintf("A model of kind %s has no prior of its own: %s.", m.Model.Kind, follows))
	}
	if err != nil {
		return nil, err
	}
	density, ok := prior.(latent.Density)
	if !ok {
		return nil, lacking(fmt.Sprintf("The prior of a model of kind %s has no density: %s.", m.Model.Kind, follows))
	}
	return density, nil
}

// divergence says how the KL is measured.
func (e evidence) divergence() string {
	if e.weighs || e.prior != nil {
		return "KL in the mean over the draws of ln q(z|x) − ln p(z)"
	}
	return "KL in closed form"
}

// given names the conditions of a conditional model, whose density is given these.
func (e evidence) given(m *trained.Model) string {
	if names := m.Conditional(); len(names) > 0 && !e.weighs {
		return "; given the " + strings.Join(names, ", ")
	}
	return ""
}

// draw adds the bounds of examples, by draws of their posteriors.
func (e evidence) draw(ctx context.Context, m *trained.Model, x trained.Examples, draws int, key kernel.Key, all *bounds) error {
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
			kl = metrics.GaussianKL(row(mu, i), row(logvar, i))
		}
		all.add(w.sum[i]/float64(draws), kl, w.log[i])
	}
	return nil
}

// weigh adds the bounds of examples, by the model's own bound.
func (e evidence) weigh(ctx context.Context, m *trained.Model, x trained.Examples, draws int, key kernel.Key, all *bounds) error {
	n := x.Len()
	sum, kl, weight := make([]float64, n), make([]float64, n), make([]metrics.LogMean, n)
	err := m.Weigh(ctx, x, draws, key[0], func(logLikelihood, logRatio []float32) {
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
