package evaluation

import (
	"context"
	"fmt"
	"math"
	"strings"

	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/tensor"
	"latentspace/trained"
)

// likelihood is the part about the probability that a model gives to unseen data, in
// nats per example:
//
//	neg_elbo            E[−ln p(x|z)] + KL(q(z|x) ‖ p(z)), of which −ln p(x) is at most as large
//	reconstruction_nll  E[−ln p(x|z)], z ~ q(z|x)
//	kl                  KL(q(z|x) ‖ p(z)), in closed form for p(z) = N(0, I), else E[ln q(z|x) − ln p(z)]
//	nll                 −ln 1/k Σ p(x|zᵢ)·p(zᵢ)/q(zᵢ|x), the importance-sampled estimate of −ln p(x)
//	bits_per_dim        nll/(D·ln 2) for examples of D values
//	bits_per_token      nll/(T·ln 2) for texts of T tokens in the mean, in place of bits_per_dim
//
// All are from the same k draws. Errors are over the examples, and have the noise of the
// draws in them.
var likelihood = part{
	name:    "likelihood",
	figures: []string{"neg_elbo", "reconstruction_nll", "kl", "nll", "bits_per_dim", "bits_per_token"},
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
	e, err := m.evidence()
	if err != nil {
		return Section{}, err
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
	by := func(method string) Protocol { p.Method = method + e.Given(); return p }
	nll := metrics.Mean(all.NLL)
	size, share, unit := float64(tensor.Size(m.Model.Shape)), "bits_per_dim", "bits per value"
	if m.Model.Schema.IsText() {
		if size, err = m.meanTokens(n); err != nil {
			return Section{}, err
		}
		share, unit = "bits_per_token", "bits per token"
	}
	bits := metrics.Estimate{Value: nll.Value / (size * math.Ln2), Error: nll.Error / (size * math.Ln2)}
	importance := fmt.Sprintf("importance sampling from the posterior, %d draws (Burda et al. 2016)", draws)
	if kind == "bernoulli" && !m.Binarize {
		importance += "; of grey values a cross-entropy, no density"
	}
	return Section{Figures: []Figure{
		figure("neg_elbo", metrics.Mean(all.NegELBO), nats, by("mean over the draws, "+e.Divergence()+" (Kingma and Welling 2014)")),
		figure("reconstruction_nll", metrics.Mean(all.Reconstruction), nats, by("mean over the draws of −ln p(x|z)")),
		figure("kl", metrics.Mean(all.KL), nats, by(strings.TrimPrefix(e.Divergence(), "KL in "))),
		figure("nll", nll, nats, by(importance)),
		figure(share, bits, unit, by(importance)),
	}}, nil
}

// meanTokens is how many tokens the first n held-out texts have in the mean, their ends among them.
func (m *measurement) meanTokens(n int) (float64, error) {
	tokens := 0
	for lo := 0; lo < n; lo += likelihoodBatch {
		x, err := m.read(lo, min(likelihoodBatch, n-lo))
		if err != nil {
			return 0, err
		}
		_, of, _ := metrics.TokenMatches(x.X.Data, x.X.Data)
		tokens += of
	}
	return float64(max(1, tokens)) / float64(n), nil
}

// tooFew says that there are too few examples for a figure with an error.
func tooFew(split string, n int) string {
	if n == 0 {
		return fmt.Sprintf("The %s split has no examples to measure on.", split)
	}
	return "Of one example nothing has a standard error: want at least two."
}

// likelihoods measures the first n held-out examples with some draws of each posterior.
func (m *measurement) likelihoods(ctx context.Context, n, draws int) (trained.Bounds, error) {
	var all trained.Bounds
	e, err := m.evidence()
	if err != nil {
		return all, err
	}
	for lo := 0; lo < n; lo += likelihoodBatch {
		x, err := m.read(lo, min(likelihoodBatch, n-lo))
		if err != nil {
			return all, err
		}
		if err := e.Measure(ctx, x, draws, kernel.Seed(m.Seed, "evaluation.likelihood").Mix(uint64(lo)), &all); err != nil {
			return all, err
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
