package explore

import (
	"context"
	"fmt"

	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/latent/tsne"
	"latentspace/tensor"
)

const (
	// widest is how many columns t-SNE is given at most; wider rows are reduced to as
	// many principal components, as its authors do.
	widest = 50
	// trusted is the number of neighbours of the trustworthiness, which needs more than twice as
	// many rows.
	trusted = 5
	// mostTrusted is the largest number of rows for the trustworthiness, which takes
	// all pairs of them.
	mostTrusted = 100_000
)

// The defaults of t-SNE.
const (
	defaultPerplexity = 30
	defaultIterations = 1000
)

// perplexity returns the one to use for n rows; the default adapts to few rows.
func (o Map) perplexity(rows int) float64 {
	if o.Perplexity != nil {
		return *o.Perplexity
	}
	if most := float64(rows) / 3; defaultPerplexity > most && most >= 1 {
		o.Tell("-perplexity is %.4g, a third of the %d examples", most, rows)
		return most
	}
	return defaultPerplexity
}

// tsne places the rows of a space by t-SNE.
func (o Map) tsne(ctx context.Context, s space, r *MapResult) error {
	perplexity, iterations := o.perplexity(s.Len()), defaultIterations
	if o.Iterations != nil {
		iterations = *o.Iterations
	}
	r.Report.Perplexity, r.Report.Iterations = perplexity, iterations
	if s.Len() < 3 {
		return fmt.Errorf("explore: t-SNE of %d examples, want at least 3", s.Len())
	}
	if most := float64(s.Len()) / 3; !(perplexity >= 1 && perplexity <= most) {
		return experiments.Usagef("-perplexity %g for %d examples, want it from 1 to %.4g, a third of them", perplexity, s.Len(), most)
	}
	if iterations < 1 || iterations > 1_000_000 {
		return experiments.Usagef("-iterations %d, want it from 1 to 1000000", iterations)
	}
	x, err := o.narrow(ctx, s, &r.Report)
	if err != nil {
		return err
	}
	p := o.progress("t-SNE", iterations)
	defer p.Close()
	e, err := tsne.Embed(ctx, x, tsne.Options{
		Perplexity: perplexity, Iterations: iterations, Seed: o.Seed,
		Progress: func(iteration int, kl float64) { p.At(iteration, fmt.Sprintf("  divergence %.4f", kl)) },
	})
	if err != nil {
		return err
	}
	r.Points, r.Report.KL = e.Points, &e.KL
	if n := x.Shape[0]; n > 2*trusted && n <= mostTrusted {
		trust, err := tsne.Trustworthiness(ctx, x, e.Points, trusted)
		if err != nil {
			return err
		}
		r.Report.Trustworthiness = &trust
	}
	return nil
}

// narrow returns the rows of a space, reduced if they are wide.
func (o Map) narrow(ctx context.Context, s space, r *MapReport) (*tensor.Tensor, error) {
	k := min(widest, s.Len()-1)
	if s.dim <= widest {
		return s.all(ctx)
	}
	p, err := latent.FitPCA(ctx, s, s.dim, k)
	if err != nil {
		return nil, err
	}
	explained := 0.0
	for _, v := range p.Ratio() {
		explained += v
	}
	r.Reduced, r.ReducedVariance = k, &explained
	return s.through(ctx, k, p.Transform)
}
