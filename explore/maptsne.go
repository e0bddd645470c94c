package explore

import (
	"context"
	"fmt"

	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/latent/tsne"
	"latentspace/metrics"
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
func (o Map) tsne(ctx context.Context, s, news space, r *MapResult) error {
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
	x, narrowed, err := o.narrow(ctx, s, &r.Report)
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
	if r.New != nil {
		if r.New.Points, err = amongNeighbours(ctx, x, e.Points, news, narrowed); err != nil {
			return err
		}
	}
	if n := x.Shape[0]; n > 2*trusted && n <= mostTrusted {
		trust, err := tsne.Trustworthiness(ctx, x, e.Points, trusted)
		if err != nil {
			return err
		}
		r.Report.Trustworthiness = &trust
	}
	return nil
}

// neighbours is how many examples say where a new one is on a map by t-SNE.
const neighbours = 5

// amongNeighbours places new rows on a map of rows x at the mean of the places of their nearest
// neighbours, weighed by 1/d². A row that is one of x has its place.
func amongNeighbours(ctx context.Context, x, places *tensor.Tensor, news space, narrowed *latent.PCA) (*tensor.Tensor, error) {
	rows, err := narrowedRows(ctx, news, narrowed)
	if err != nil {
		return nil, err
	}
	near, err := metrics.Nearest(ctx, rows, x, min(neighbours, x.Shape[0]), false)
	if err != nil {
		return nil, err
	}
	out := tensor.New(rows.Shape[0], 2)
	for i := range rows.Shape[0] {
		var at [2]float64
		sum := 0.0
		for c := i * near.K; c < (i+1)*near.K; c++ {
			d, place := near.Distances[c], places.Data[2*near.IDs[c]:]
			if d == 0 {
				at, sum = [2]float64{float64(place[0]), float64(place[1])}, 1
				break
			}
			w := 1 / float64(d*d)
			sum += w
			at[0] += float64(w * float64(place[0]))
			at[1] += float64(w * float64(place[1]))
		}
		out.Data[2*i], out.Data[2*i+1] = float32(at[0]/sum), float32(at[1]/sum)
	}
	return out, nil
}

// narrow returns the rows of a space, reduced if they are wide, and by what.
func (o Map) narrow(ctx context.Context, s space, r *MapReport) (*tensor.Tensor, *latent.PCA, error) {
	k := min(widest, s.Len()-1)
	if s.dim <= widest {
		x, err := s.all(ctx)
		return x, nil, err
	}
	p, err := latent.FitPCA(ctx, s, s.dim, k)
	if err != nil {
		return nil, nil, err
	}
	explained := 0.0
	for _, v := range p.Ratio() {
		explained += v
	}
	r.Reduced, r.ReducedVariance = k, &explained
	x, err := narrowedRows(ctx, s, p)
	return x, p, err
}

// narrowedRows returns the rows of a space by some principal components, or as they are.
func narrowedRows(ctx context.Context, s space, p *latent.PCA) (*tensor.Tensor, error) {
	if p == nil {
		return s.all(ctx)
	}
	return s.through(ctx, len(p.Variance), p.Transform)
}
