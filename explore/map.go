package explore

import (
	"context"
	"fmt"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// Map places N examples of the split, drawn by the seed, or all if there are no more, in the
// plane. For a latent space of two dimensions it also decodes a grid over the plane, the manifold.
type Map struct {
	Options
	// Space is what is placed: codes, or data, the examples themselves; empty for codes
	// where the model encodes.
	Space string
	// Method is how: pca, tsne or plain, the two coordinates as they are; empty for plain
	// in two dimensions and pca in more.
	Method     string
	Perplexity *float64 // of t-SNE; nil for 30, or less for few examples
	Iterations *int     // likewise; nil for 1000
	Manifold   bool     // insist on the manifold
	Load       string   // a file of a PCA map, in place of fitting one
}

// MapResult is where [Map] places examples.
type MapResult struct {
	Points   *tensor.Tensor // (n, 2)
	Axes     [2]string      // what the two coordinates are
	Examples data.Dataset   // that the points are of
	Index    []int          // of each in the split
	Labels   []int          // its class; nil where there is none
	Names    []string       // of the classes
	Manifold *tensor.Tensor // ([ManifoldSide]², shape…), row by row from above; nil for a model that has none
	Report   MapReport

	pca *latent.PCA // nil for other methods
}

// Run places.
func (o Map) Run(ctx context.Context, m *training.Trained) (MapResult, error) {
	if err := o.check(); err != nil {
		return MapResult{}, err
	}
	if err := o.resolve(m); err != nil {
		return MapResult{}, err
	}
	split, err := m.Split(ctx, o.Split)
	if err != nil {
		return MapResult{}, err
	}
	ds := o.some(split, o.N)
	s, err := o.space(ctx, m, o.Space, ds)
	if err != nil {
		return MapResult{}, err
	}
	if o.Method == "" {
		if o.Method = "pca"; s.dim == 2 {
			o.Method = "plain"
		}
	}
	r := MapResult{Examples: ds, Index: ds.index}
	r.Report = MapReport{N: ds.n, Space: o.Space, Dim: s.dim, Method: o.Method, Split: o.Split, Loaded: o.Load}
	switch o.Method {
	case "plain":
		err = o.plain(ctx, s, &r)
	case "pca":
		err = o.project(ctx, m, s, &r)
	case "tsne":
		err = o.tsne(ctx, s, &r)
	}
	if err != nil {
		return MapResult{}, err
	}
	if r.Manifold, err = o.manifold(ctx, m, ds); err != nil {
		return MapResult{}, err
	}
	if err := checkFigures(r.Report); err != nil {
		return MapResult{}, err
	}
	r.Labels, r.Names, err = ds.labels()
	return r, err
}

// resolve fills in the space and reports options that do not go together.
func (o *Map) resolve(m *training.Trained) error {
	if o.Space == "" {
		if o.Space = "data"; m.CanEncode() {
			o.Space = "codes"
		}
	}
	if err := OneOf("-space", o.Space, []string{"codes", "data"}); err != nil {
		return err
	}
	if o.Space == "codes" && !m.CanEncode() {
		return fmt.Errorf("%w; -space data places the examples themselves", m.Lacks("encoder"))
	}
	if o.Method != "" {
		if err := OneOf("-method", o.Method, []string{"plain", "pca", "tsne"}); err != nil {
			return err
		}
	}
	if o.Load != "" {
		if o.Method != "" && o.Method != "pca" {
			return NotByPCA(o.Method)
		}
		o.Method = "pca"
	}
	if o.Manifold {
		return o.checkManifold(m)
	}
	return nil
}

// NotByPCA is the error of a map by a method that cannot be saved or loaded.
func NotByPCA(method string) error {
	return experiments.Usagef("-method %s: only a map by pca can be saved or loaded", method)
}

// plain takes rows of two values as they are.
func (o Map) plain(ctx context.Context, s space, r *MapResult) (err error) {
	if err := o.withoutTSNE(); err != nil {
		return err
	}
	if s.dim != 2 {
		return experiments.Usagef("-method plain: the %s have %d dimensions, want 2", s.name, s.dim)
	}
	r.Axes = [2]string{"x0", "x1"}
	if s.name == "codes" {
		r.Axes = [2]string{"z0", "z1"}
	}
	r.Points, err = s.all(ctx)
	return err
}

// withoutTSNE reports options of t-SNE beside another method.
func (o Map) withoutTSNE() error {
	if o.Perplexity != nil {
		return experiments.Usagef("-perplexity has no effect with -method %s", o.Method)
	}
	if o.Iterations != nil {
		return experiments.Usagef("-iterations has no effect with -method %s", o.Method)
	}
	return nil
}
