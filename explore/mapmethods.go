package explore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/explore/codefile"
	"latentspace/explore/mapfile"
	"latentspace/latent"
	"latentspace/latent/nearest"
	"latentspace/latent/tsne"
	"latentspace/tensor"
	"latentspace/training"
)

// project places the rows of a space by their first two principal components: those of the
// training set, or of a file.
func (o Map) project(ctx context.Context, m *training.Trained, s, news space, r *MapResult) (err error) {
	if o.Load != "" {
		r.pca, err = o.loadedPCA(ctx, m, s)
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

// The keys under which a saved map says what it places, and of which weights the codes are or of which data
// the examples.
const (
	mapSpace   = "space"
	mapWeights = "params_sha256"
	mapData    = "data_sha256"
)

// NotSaved is the error of a map by a method that cannot be saved.
func NotSaved(method string) error {
	return experiments.Usagef("-method %s: only a map by pca, tsne or umap can be saved", method)
}

// CheckSaved reports a file that has no map that [SavedMap] made.
func CheckSaved(file string) error {
	meta, err := checkpoints.ReadMeta(file)
	if err == nil && meta[mapSpace] == "" {
		err = fmt.Errorf("explore: %s: a checkpoint, not a map: sample map -save writes maps", file)
	}
	return err
}

// SavedMap is a map as a file of tensors, which [Map] can load.
func SavedMap(ctx context.Context, m *training.Trained, r MapResult) (*checkpoints.Checkpoint, error) {
	c := &checkpoints.Checkpoint{Meta: map[string]string{}}
	if r.pca != nil {
		c.Tensors = r.pca.Tensors()
	} else {
		var err error
		if c, err = r.kept.Checkpoint(); err != nil {
			return nil, err
		}
	}
	c.Meta[mapSpace] = r.Report.Space
	if r.Report.Space == "codes" {
		c.Meta[mapWeights] = checkpoints.Hash(m.Weights())
		return c, nil
	}
	splits, err := m.Data(ctx)
	if err != nil {
		return nil, err
	}
	c.Meta[mapData] = splits.SHA256
	return c, nil
}

// checkLoaded reports a map that is not one of the rows of a space: of the codes of other weights, or of
// other data. Maps of earlier versions do not say which data.
func (o Map) checkLoaded(ctx context.Context, m *training.Trained, s space) error {
	if got := o.loaded.Meta[mapSpace]; got != s.name {
		return fmt.Errorf("explore: %s: a map of %q, want one of %s: sample map -space %s -save writes it", o.Load, got, s.name, s.name)
	}
	if s.name == "codes" {
		if got, want := o.loaded.Meta[mapWeights], checkpoints.Hash(m.Weights()); got != want {
			return fmt.Errorf("explore: %s: a map of the codes of other weights than %s has (%.12s and %.12s): its axes mean nothing to them", o.Load, m.File, got, want)
		}
		return nil
	}
	splits, err := m.Data(ctx)
	if err != nil {
		return err
	}
	if got, ok := o.loaded.Meta[mapData]; ok && got != splits.SHA256 {
		return fmt.Errorf("explore: %s: a map of other data than %s was trained on (%.12s and %.12s): their examples have no places on it", o.Load, m.File, got, splits.SHA256)
	}
	return nil
}

// loadedPCA is the map of a file by principal components.
func (o Map) loadedPCA(ctx context.Context, m *training.Trained, s space) (*latent.PCA, error) {
	if err := o.checkLoaded(ctx, m, s); err != nil {
		return nil, err
	}
	p, err := latent.PCAOf(o.loaded.Tensors)
	if err != nil {
		return nil, fmt.Errorf("explore: %s: %w", o.Load, err)
	}
	if len(p.Mean) != s.dim || len(p.Variance) != 2 {
		return nil, fmt.Errorf("explore: %s: a map of %d values to %d, want one of %d to 2", o.Load, len(p.Mean), len(p.Variance), s.dim)
	}
	return p, nil
}

// onLoaded places the rows of a space on the map of a file by t-SNE or UMAP, where those of that map have
// their places.
func (o Map) onLoaded(ctx context.Context, m *training.Trained, s, news space, r *MapResult) error {
	if err := o.checkLoaded(ctx, m, s); err != nil {
		return err
	}
	of, err := mapfile.Of(o.loaded)
	if err != nil {
		return fmt.Errorf("explore: %s: %w", o.Load, err)
	}
	if of.Dim() != s.dim {
		return fmt.Errorf("explore: %s: a map of rows of %d values, want one of %d", o.Load, of.Dim(), s.dim)
	}
	ready, err := of.Ready(ctx)
	if err != nil {
		return fmt.Errorf("explore: %s: %w", o.Load, err)
	}
	place := func(x *tensor.Tensor) (*tensor.Tensor, error) {
		y, err := ready(x)
		if err != nil {
			return nil, fmt.Errorf("explore: %s: %w", o.Load, err)
		}
		return y, nil
	}
	r.Report.On = of.Rows.Shape[0]
	if r.Points, err = placeRows(ctx, s, of.Narrow, place); err == nil && r.New != nil {
		r.New.Points, err = placeRows(ctx, news, of.Narrow, place)
	}
	return err
}

// placeRows places the rows of a space, reduced as those of the map were.
func placeRows(ctx context.Context, s space, narrowed *latent.PCA, place func(x *tensor.Tensor) (*tensor.Tensor, error)) (*tensor.Tensor, error) {
	x, err := narrowedRows(ctx, s, narrowed)
	if err != nil {
		return nil, err
	}
	return place(x)
}

const (
	// widest is how many columns t-SNE and UMAP are given at most; wider rows are reduced to as
	// many principal components, as its authors do.
	widest = 50
	// trusted is the number of neighbours of the trustworthiness, which needs more than twice as
	// many rows.
	trusted = 5
	// mostTrusted is the largest number of rows of which the trustworthiness takes all pairs; of more
	// it is that of a sample.
	mostTrusted  = 100_000
	trustSampled = 2000
)

// TSNE is the options of a map by t-SNE besides its perplexity and iterations; what is nil or empty has its
// default.
type TSNE struct {
	Affinities   string   // gaussian, by the perplexity, or uniform, of the nearest [UMAP.Neighbours]; gaussian
	Search       string   // of neighbours: exact or clustered; exact for up to nearest.ExactPoints examples
	Probes       *int     // of the clustered search: in how many cells it looks
	Exaggeration *float64 // of the attraction at first; 12
	Early        *int     // iterations that exaggerate; 250, of many examples 50
	Late         *float64 // exaggeration later; 1
	Rate         *float64 // of learning, as openTSNE counts it; the number of examples over 12, of many over 3
	Momentum     *float64 // after the early iterations; 0.8, of many examples 0.9
}

// TSNEReport is what a map by t-SNE was made with, and how good it is.
type TSNEReport struct {
	Perplexity float64  `json:"perplexity,omitempty"`
	Uniform    int      `json:"uniform_neighbours,omitempty"`
	Iterations int      `json:"iterations,omitempty"`
	Recall     *float64 `json:"recall,omitempty"` // share of the nearest neighbours that were found, if not all
	KL         *float64 `json:"kl,omitempty"`     // the divergence, in nats
	MeshKL     bool     `json:"kl_of_mesh,omitempty"`
}

func (r *TSNEReport) String() string {
	s := fmt.Sprintf("divergence %.4f nats", *r.KL)
	if r.MeshKL {
		s += " by the mesh"
	}
	if r.Recall != nil {
		s += fmt.Sprintf(", recall of neighbours %.4f", *r.Recall)
	}
	return s
}

// options tells which are given.
func (o TSNE) options() []mapOption {
	return []mapOption{
		{"affinities", "tsne", o.Affinities != ""}, {"search", "tsne", o.Search != ""}, {"probes", "tsne", o.Probes != nil},
		{"exaggeration", "tsne", o.Exaggeration != nil}, {"early", "tsne", o.Early != nil}, {"late", "tsne", o.Late != nil},
		{"rate", "tsne", o.Rate != nil}, {"momentum", "tsne", o.Momentum != nil},
	}
}

// The defaults of t-SNE.
const (
	defaultPerplexity = 30
	defaultIterations = 1000
	fewerIterations   = 350 // of more than nearest.ExactPoints examples
	defaultUniform    = 15
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

// tsneOptions are those for n rows, checked.
func (o Map) tsneOptions(n int) (tsne.Options, error) {
	t := o.TSNE
	fit := tsne.Options{
		Seed: o.Seed, Iterations: defaultIterations, Exaggeration: or(t.Exaggeration, 12), Early: t.Early,
		Late: or(t.Late, 1), Probes: or(t.Probes, 0), Memory: availableMemory(),
	}
	if n > nearest.ExactPoints {
		fit.Iterations = fewerIterations
	}
	if o.Iterations != nil {
		fit.Iterations = *o.Iterations
	}
	if n < 4 {
		return fit, fmt.Errorf("explore: t-SNE of %d examples, want at least 4", n)
	}
	if err := o.tsneNeighbours(n, &fit); err != nil {
		return fit, err
	}
	fit.Rate, fit.Momentum = or(t.Rate, 0), or(t.Momentum, 0)
	for _, err := range []error{
		within("iterations", float64(fit.Iterations), 1, 1_000_000), within("exaggeration", fit.Exaggeration, 1, 1000),
		within("early", float64(or(t.Early, 0)), 0, 1_000_000), within("late", fit.Late, 0.1, 1000),
		within("rate", or(t.Rate, 1), 1e-6, 1e9), within("momentum", or(t.Momentum, 0.5), 0.01, 0.99), within("probes", float64(or(t.Probes, 1)), 1, 1_000_000),
	} {
		if err != nil {
			return fit, err
		}
	}
	return fit, nil
}

// tsneNeighbours fills in which neighbours count and how they are looked for.
func (o Map) tsneNeighbours(n int, fit *tsne.Options) error {
	t := o.TSNE
	for name, of := range map[string][]string{t.Affinities: {"-affinities", "gaussian", "uniform"}, t.Search: {"-search", "exact", "clustered"}} {
		if name != "" {
			if err := OneOf(of[0], name, of[1:]); err != nil {
				return err
			}
		}
	}
	switch {
	case t.Affinities == "uniform" && o.Perplexity != nil:
		return experiments.Usagef("-perplexity has no effect with -affinities uniform")
	case t.Affinities != "uniform" && o.UMAP.Neighbours != nil:
		return experiments.Usagef("-neighbours has no effect with -method tsne, except with -affinities uniform")
	}
	switch t.Search {
	case "exact":
		fit.Search = nearest.Exact
	case "clustered":
		fit.Search = nearest.Clustered
	}
	if exact := fit.Search == nearest.Exact || fit.Search == nearest.Auto && n <= nearest.ExactPoints; exact && t.Probes != nil {
		return experiments.Usagef("-probes has no effect with an exact search, want -search clustered")
	}
	if t.Affinities == "uniform" {
		fit.Uniform = or(o.UMAP.Neighbours, min(defaultUniform, n-1))
		return within("neighbours", float64(fit.Uniform), 1, float64(n-1))
	}
	fit.Perplexity = o.perplexity(n)
	if most := float64(n) / 3; !(fit.Perplexity >= 1 && fit.Perplexity <= most) {
		return experiments.Usagef("-perplexity %g for %d examples, want it from 1 to %.4g, a third of them", fit.Perplexity, n, most)
	}
	return nil
}

// availableMemory is how many bytes are free for the program, 0 where the system does not tell.
func availableMemory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kB int64
		if _, err := fmt.Sscanf(line, "MemAvailable: %d kB", &kB); err == nil {
			return kB << 10
		}
	}
	return 0
}

// tsne places the rows of a space by t-SNE.
func (o Map) tsne(ctx context.Context, s, news space, r *MapResult) error {
	fit, err := o.tsneOptions(s.Len())
	if err != nil {
		return err
	}
	if start := o.UMAP.Start; start != "" && start != "pca" {
		if strings.ToLower(filepath.Ext(start)) != ".csv" {
			return experiments.Usagef("-start %q, want pca or the .csv of a map", start)
		}
		if fit.Start, err = codefile.Places(start, r.Index); err != nil {
			return err
		}
	}
	report := &TSNEReport{Perplexity: fit.Perplexity, Uniform: fit.Uniform, Iterations: fit.Iterations}
	r.Report.TSNEReport = report
	x, narrowed, err := o.narrow(ctx, s, &r.Report)
	if err != nil {
		return err
	}
	p := o.progress("t-SNE", fit.Iterations)
	defer p.Close()
	fit.Searching = func(done, all int) { p.At(0, fmt.Sprintf("  neighbours of %d of %d", done, all)) }
	fit.Progress = func(iteration int, kl float64) { p.At(iteration, fmt.Sprintf("  divergence %.4f", kl)) }
	e, err := tsne.Embed(ctx, x, fit)
	if err != nil {
		return err
	}
	r.Points, report.KL, report.MeshKL = e.Points, &e.KL, e.MeshKL
	if e.Recall < 1 {
		report.Recall = &e.Recall
	}
	r.kept = &mapfile.Map{Method: "tsne", Rows: x, Places: e.Points, Narrow: narrowed, Options: mapfile.Options{
		Seed: o.Seed, Search: fit.Search, Probes: fit.Probes,
	}}
	if r.New != nil {
		place, err := r.kept.Ready(ctx)
		if err != nil {
			return err
		}
		if r.New.Points, err = placeRows(ctx, news, narrowed, place); err != nil {
			return err
		}
	}
	return r.Report.trust(ctx, x, e.Points)
}

// trust measures the trustworthiness of a map y of rows x, of many by a sample, unless they are too few.
func (r *MapReport) trust(ctx context.Context, x, y *tensor.Tensor) error {
	n := x.Shape[0]
	if n <= 2*trusted {
		return nil
	}
	sample := n
	if n > mostTrusted {
		sample = trustSampled
	}
	trust, deviation, err := tsne.SampledTrustworthiness(ctx, x, y, trusted, sample)
	r.Trustworthiness = &trust
	if sample < n {
		r.TrustError, r.TrustSample = &deviation, sample
	}
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
