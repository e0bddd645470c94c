package evaluation

import (
	"context"
	"fmt"
	"strings"

	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/metrics"
	"latentspace/trained"
)

// evidence is how the density of examples under a model is measured: by draws of the posterior
// and the model's own prior, or by a bound that the model has itself.
type evidence struct {
	weighs bool           // the model is a [models.Weigher]
	prior  latent.Density // of the others, nil for N(0, I)
}

// evidence returns that of the model. A model without a posterior, or without a prior that has a
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

// density is the model's own prior, which was trained with it, whatever was fitted to the codes
// later. Without a density it is [lacking], with a sentence of what follows.
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

// given says what a conditional model is told of each example, whose density is that beside it.
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

// weigh adds the bounds of examples, by the model's own.
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
