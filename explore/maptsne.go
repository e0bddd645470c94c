package explore

import (
	"context"
	"fmt"
	"slices"

	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/latent/tsne"
	"latentspace/tensor"
)

const (
	// widest is how many columns t-SNE is given at most; wider rows are reduced to as
	// many principal components, as its authors do.
	widest = 50
	// trusted is how many neighbours the trustworthiness is of; it takes more than twice as
	// many rows.
	trusted = 5
	// mostTrusted is how many rows the trustworthiness is worked out of at most: it takes
	// all pairs of them.
	mostTrusted = 100_000
)

// adaptPerplexity lowers a perplexity that was not given to what few rows allow.
func (o *Map) adaptPerplexity(rows int) {
	if most := float64(rows) / 3; o.Perplexity > most && most >= 1 && !slices.Contains(o.Given, "perplexity") {
		o.Perplexity = most
		o.tell("-perplexity is %.4g, a third of the %d examples", most, rows)
	}
}

// tsne places the rows of a space by t-SNE.
func (o Map) tsne(ctx context.Context, s space, r *Mapped) (*tensor.Tensor, error) {
	if s.Len() < 3 {
		return nil, fmt.Errorf("explore: t-SNE of %d examples, want at least 3", s.Len())
	}
	if most := float64(s.Len()) / 3; !(o.Perplexity >= 1 && o.Perplexity <= most) {
		return nil, experiments.Usagef("-perplexity %g for %d examples, want it from 1 to %.4g, a third of them", o.Perplexity, s.Len(), most)
	}
	if o.Iterations < 1 || o.Iterations > 1_000_000 {
		return nil, experiments.Usagef("-iterations %d, want it from 1 to 1000000", o.Iterations)
	}
	x, err := o.narrow(ctx, s, r)
	if err != nil {
		return nil, err
	}
	p := o.progress("t-SNE", o.Iterations)
	defer p.close()
	e, err := tsne.Embed(ctx, x, tsne.Options{
		Perplexity: o.Perplexity, Iterations: o.Iterations, Seed: o.Seed,
		Progress: func(iteration int, kl float64) { p.at(iteration, fmt.Sprintf("  divergence %.4f", kl)) },
	})
	if err != nil {
		return nil, err
	}
	r.KL = &e.KL
	if n := x.Shape[0]; n > 2*trusted && n <= mostTrusted {
		trust, err := tsne.Trustworthiness(ctx, x, e.Points, trusted)
		if err != nil {
			return nil, err
		}
		r.Trustworthiness = &trust
	}
	return e.Points, nil
}

// narrow returns the rows of a space, reduced if they are wide.
func (o Map) narrow(ctx context.Context, s space, r *Mapped) (*tensor.Tensor, error) {
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
