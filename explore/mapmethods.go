package explore

import (
	"context"
	"fmt"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/latent/tsne"
	"latentspace/metrics"
	"latentspace/tensor"
	"latentspace/training"
)

// project places the rows of a space by their first two principal components: those of the
// training set, or of a file.
func (o Map) project(ctx context.Context, m *training.Trained, s, news space, r *MapResult) (err error) {
	if o.Load != "" {
		r.pca, err = loadMap(o.Load, m, s)
	} else {
		r.pca, err = o.fit(ctx, m, s)
	}
	if err != nil {
		return err
	}
	if r.Points, err = s.through(ctx, 2, r.pca.Transform); err != nil {
		return err
	}
	if r.New != nil {
		if r.New.Points, err = news.through(ctx, 2, r.pca.Transform); err != nil {
			return err
		}
	}
	r.Report.ExplainedVariance = r.pca.Ratio()
	for i, v := range r.Report.ExplainedVariance {
		r.Axes[i] = fmt.Sprintf("component %d (%.1f %% of the variance)", i+1, 100*v)
	}
	if m.Inverts() && s.name == "codes" {
		return nil // no examples besides those that are placed
	}
	return o.testError(ctx, m, r.pca, &r.Report)
}

// fit returns the components of the training set; of a model that inverts, whose codes take long,
// those of the examples that are placed.
func (o Map) fit(ctx context.Context, m *training.Trained, s space) (*latent.PCA, error) {
	if s.dim < 2 {
		return nil, fmt.Errorf("explore: the %s have %d dimension, want at least 2 for a map", s.name, s.dim)
	}
	if m.Inverts() && s.name == "codes" {
		return latent.FitPCA(ctx, s, s.dim, 2)
	}
	train, err := m.Split(ctx, "train")
	if err != nil {
		return nil, err
	}
	rows, err := o.space(ctx, m, s.name, o.some(train, train.Len()))
	if err != nil {
		return nil, err
	}
	return latent.FitPCA(ctx, rows, rows.dim, 2)
}

// testError computes the squared distance of N rows of the test set to the plane.
func (o Map) testError(ctx context.Context, m *training.Trained, p *latent.PCA, r *MapReport) error {
	test, err := m.Split(ctx, "test")
	if err != nil || test.Len() == 0 {
		return err
	}
	rows, err := o.space(ctx, m, r.Space, o.some(test, o.N))
	if err != nil {
		return err
	}
	sum := 0.0
	err = rows.each(ctx, func(_ int, x *tensor.Tensor) error {
		z, y := make([]float32, 2*x.Shape[0]), tensor.New(x.Shape...)
		p.Transform(z, x.Data)
		p.Inverse(y.Data, z)
		sum += squaredError(x, y)
		return nil
	})
	if err != nil {
		return err
	}
	sum /= float64(rows.Len())
	r.TestSquaredError = &sum
	return nil
}

// The keys under which a saved map says what it places, and of which weights the codes are.
const (
	mapSpace   = "space"
	mapWeights = "params_sha256"
)

// SavedMap is a map by principal components as a file of tensors, which [Map] can load.
func SavedMap(m *training.Trained, r MapResult) *checkpoints.Checkpoint {
	c := &checkpoints.Checkpoint{Meta: map[string]string{mapSpace: r.Report.Space}, Tensors: r.pca.Tensors()}
	if r.Report.Space == "codes" {
		c.Meta[mapWeights] = checkpoints.Hash(m.Weights())
	}
	return c
}

// loadMap reads a map and checks that it places the rows of a space.
func loadMap(file string, m *training.Trained, s space) (*latent.PCA, error) {
	c, err := checkpoints.Read(file)
	if err != nil {
		return nil, err
	}
	if got := c.Meta[mapSpace]; got != s.name {
		return nil, fmt.Errorf("explore: %s: a map of %q, want one of %s: sample map -space %s -save writes it", file, got, s.name, s.name)
	}
	if got, want := c.Meta[mapWeights], checkpoints.Hash(m.Weights()); s.name == "codes" && got != want {
		return nil, fmt.Errorf("explore: %s: a map of the codes of other weights than %s has (%.12s and %.12s): its axes mean nothing to them", file, m.File, got, want)
	}
	p, err := latent.PCAOf(c.Tensors)
	if err != nil {
		return nil, fmt.Errorf("explore: %s: %w", file, err)
	}
	if len(p.Mean) != s.dim || len(p.Variance) != 2 {
		return nil, fmt.Errorf("explore: %s: a map of %d values to %d, want one of %d to 2", file, len(p.Mean), len(p.Variance), s.dim)
	}
	return p, nil
}

const (
	// widest is how many columns t-SNE and UMAP are given at most; wider rows are reduced to as
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
	return r.Report.trust(ctx, x, e.Points)
}

// trust measures the trustworthiness of a map y of rows x, unless they are too few or too many.
func (r *MapReport) trust(ctx context.Context, x, y *tensor.Tensor) error {
	if n := x.Shape[0]; n <= 2*trusted || n > mostTrusted {
		return nil
	}
	trust, err := tsne.Trustworthiness(ctx, x, y, trusted)
	r.Trustworthiness = &trust
	return err
}

// Place places rows x (n, dim) by t-SNE or UMAP, as Run does the rows of a space.
func (o Map) Place(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, MapReport, error) {
	index := make([]int, x.Shape[0])
	for i := range index {
		index[i] = i
	}
	s := space{"codes", x.Shape[1], latent.Matrix{X: x}, part{index: index, n: len(index)}}
	r, place := MapResult{Report: MapReport{N: s.Len(), Space: s.name, Dim: s.dim, Method: o.Method}}, o.tsne
	if o.Method == "umap" {
		place = o.umap
	}
	if err := place(ctx, s, space{}, &r); err != nil {
		return nil, MapReport{}, err
	}
	return r.Points, r.Report, checkFigures(r.Report)
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
