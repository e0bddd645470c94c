package latentspace

import (
	"context"
	"errors"
	"fmt"

	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/trained"
)

// Figure is a mean over examples with its standard error.
type Figure struct{ Value, StandardError float64 }

// evaluationBatch is how many examples are measured at a time.
const evaluationBatch = 256

// Evaluate measures the model by two examples or more, and returns the figures that it has, by the
// names that sample evaluate gives them:
//
//	squared_error       Σ (x − y)² over values, where y is decoded from the code of x
//	neg_elbo            E[−ln p(x|z)] + KL(q(z|x) ‖ p(z)), in nats per example
//	reconstruction_nll  E[−ln p(x|z)], z ~ q(z|x)
//	kl                  KL(q(z|x) ‖ p(z))
//	nll                 −ln 1/k Σ p(x|zᵢ)·p(zᵢ)/q(zᵢ|x), the importance-sampled estimate of −ln p(x)
//
// The last four are by the given number k of draws of each posterior, 1 or more, which are a function
// of the seed; a model without a posterior or a likelihood lacks them. A model of words or of several
// fields lacks squared_error. Package evaluation has more, and what to think of them.
func (m *Model) Evaluate(ctx context.Context, examples [][]float32, draws int, seed uint64, given Given) (map[string]Figure, error) {
	if len(examples) < 2 || draws < 1 {
		return nil, fmt.Errorf("latentspace: figures of %d examples and %d draws, want at least 2 and 1", len(examples), draws)
	}
	x, err := m.examples(examples, given)
	if err != nil {
		return nil, err
	}
	figures := map[string]Figure{}
	if m.of.CanReconstruct() && len(m.of.Schema.Fields) == 1 && !m.of.Schema.Fields[0].Indexed() {
		y, err := m.of.Reconstruct(ctx, x)
		if err != nil {
			return nil, fmt.Errorf("latentspace: %w", err)
		}
		figures["squared_error"] = mean(squares(x.X.Data, y.Data, len(examples)))
	}
	all, err := m.bounds(ctx, x, draws, seed)
	if unknown := trained.Unknown(""); errors.As(err, &unknown) {
		return figures, nil
	}
	if err != nil {
		return nil, fmt.Errorf("latentspace: %w", err)
	}
	figures["neg_elbo"], figures["reconstruction_nll"] = mean(all.NegELBO), mean(all.Reconstruction)
	figures["kl"], figures["nll"] = mean(all.KL), mean(all.NLL)
	return figures, nil
}

// bounds measures the density of examples. The error of a model that has none is [trained.Unknown].
func (m *Model) bounds(ctx context.Context, x trained.Examples, draws int, seed uint64) (trained.Bounds, error) {
	var all trained.Bounds
	if _, ok := m.of.Likelihood(); !ok {
		return all, trained.Unknown("no likelihood")
	}
	e, err := m.of.Evidence()
	if err != nil {
		return all, err
	}
	for lo := 0; lo < x.Len(); lo += evaluationBatch {
		part := x.Slice(lo, min(lo+evaluationBatch, x.Len()))
		if err := e.Measure(ctx, part, draws, kernel.Seed(seed, "evaluation.likelihood").Mix(uint64(lo)), &all); err != nil {
			return all, err
		}
	}
	return all, nil
}

func mean(values []float64) Figure {
	e := metrics.Mean(values)
	return Figure{e.Value, e.Error}
}

// squares are the squared distances of n rows from n others.
func squares(x, y []float32, n int) []float64 {
	sums, size := make([]float64, n), len(x)/n
	for i := range sums {
		for k := i * size; k < (i+1)*size; k++ {
			d := float64(x[k]) - float64(y[k])
			sums[i] = float64(d*d) + sums[i]
		}
	}
	return sums
}
