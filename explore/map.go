package explore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/experiments"
	"latentspace/explore/mapfile"
	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/training"
)

// Map places N examples of the split, drawn by the seed, or all if there are no more, in the
// plane. Examples of files are placed on the map of these: by the same coordinates or principal
// components, and on one by t-SNE or UMAP where what pulls and pushes them balances. For a latent space of two dimensions it also decodes a grid over the plane, the manifold.
type Map struct {
	Options
	// Space is what is placed: codes, or data, the examples themselves; empty for codes
	// if the model encodes.
	Space string
	// Method is how: pca, tsne, umap or plain, the two coordinates as they are; empty for plain
	// in two dimensions and pca in more.
	Method     string
	Perplexity *float64 // of t-SNE; nil for 30, or less for few examples
	Iterations *int     // likewise; nil for 1000, of many examples 600
	TSNE       TSNE
	UMAP       UMAP
	Manifold   bool   // insist on the manifold
	Load       string // a file of a map, in place of fitting one: examples are placed on it

	loaded *checkpoints.Checkpoint // of the file
}

// MapResult is where [Map] places examples.
type MapResult struct {
	Points   *tensor.Tensor // (n, 2), or (n, 3) of a map in space
	Axes     [2]string      // what the first two coordinates are
	Examples data.Dataset   // that the points are of
	Index    []int          // of each in the split
	Labels   []int          // its class; nil where there is none
	Names    []string       // of the classes
	New      *Placed        // the examples of files, nil without
	Manifold *tensor.Tensor // ([ManifoldSide]², shape…), row by row from above; nil for a model that has none
	Report   MapReport

	pca  *latent.PCA  // nil for other methods
	kept *mapfile.Map // what -save writes; nil for other methods and for a loaded map
}

// Placed is new examples on a map of others.
type Placed struct {
	Points   *tensor.Tensor // (n, 2), or (n, 3)
	Names    []string       // of the examples
	Examples data.Dataset
}

// MapReport is what [Map] reports. Values that a method does not compute are left out.
type MapReport struct {
	Space  string `json:"space"`
	Dim    int    `json:"dim"` // of the space
	Method string `json:"method"`
	Split  string `json:"split"`
	Loaded string `json:"loaded,omitempty"` // the file of the map, of one that was loaded
	On     int    `json:"on,omitempty"`     // of tsne and umap: how many examples that map is of

	// Of pca: the part of the variance along each of the two components, and the squared
	// distance of the test set's first N rows to the plane, per row.
	ExplainedVariance []float64 `json:"explained_variance,omitempty"`
	TestSquaredError  *float64  `json:"test_squared_error,omitempty"`

	// Of tsne and umap: the principal components that wide rows were first reduced to, and the
	// variance that they explain; the trustworthiness of 5 neighbours, of what it was given, and of
	// many rows its standard error and the number of rows in the sample that it is measured on.
	Reduced         int      `json:"reduced,omitempty"`
	ReducedVariance *float64 `json:"reduced_variance,omitempty"`
	Trustworthiness *float64 `json:"trustworthiness,omitempty"`
	TrustError      *float64 `json:"trustworthiness_error,omitempty"`
	TrustSample     int      `json:"trustworthiness_sample,omitempty"`

	*TSNEReport // of tsne
	*UMAPReport // of umap

	New int `json:"new,omitempty"` // examples of files that are placed on the map

	N int `json:"-"` // examples
}

func (r MapReport) String() string {
	s := fmt.Sprintf("%s of %d examples, %d dimensions, by %s\n", r.Space, r.N, r.Dim, r.Method)
	if r.On > 0 {
		s += fmt.Sprintf("placed on the map of %d examples that %s has\n", r.On, r.Loaded)
	}
	if r.New > 0 {
		s += fmt.Sprintf("%d new examples are placed among them\n", r.New)
	}
	if v := r.ExplainedVariance; v != nil {
		s += fmt.Sprintf("explained variance %.4g and %.4g", v[0], v[1])
		if r.TestSquaredError != nil {
			s += fmt.Sprintf(", squared error %.6g per test example", *r.TestSquaredError)
		}
		s += "\n"
	}
	if r.Reduced > 0 {
		s += fmt.Sprintf("reduced to %d principal components first, which explain %.4g of the variance\n", r.Reduced, *r.ReducedVariance)
	}
	var figures []string
	if r.TSNEReport != nil {
		figures = append(figures, r.TSNEReport.String())
	}
	if r.UMAPReport != nil {
		figures = append(figures, r.UMAPReport.String())
	}
	if r.Trustworthiness != nil {
		trust := fmt.Sprintf("trustworthiness %.4f", *r.Trustworthiness)
		if r.TrustError != nil {
			trust += fmt.Sprintf(" ± %.4f, of %d of them", *r.TrustError, r.TrustSample)
		}
		figures = append(figures, trust)
	}
	if figures != nil {
		s += strings.Join(figures, ", ") + "\n"
	}
	return s
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
	if err := o.checkMethod(); err != nil {
		return MapResult{}, err
	}
	r := MapResult{Examples: ds, Index: ds.index}
	var news space
	if news, err = o.newcomers(ctx, m, &r); err != nil {
		return MapResult{}, err
	}
	r.Report = MapReport{N: ds.n, Space: o.Space, Dim: s.dim, Method: o.Method, Split: o.Split, Loaded: o.Load}
	if r.New != nil {
		r.Report.New = len(r.New.Names)
	}
	switch {
	case o.Method == "plain":
		err = o.plain(ctx, s, news, &r)
	case o.Method == "pca":
		err = o.project(ctx, m, s, news, &r)
	case o.Load != "":
		err = o.onLoaded(ctx, m, s, news, &r)
	case o.Method == "tsne":
		err = o.tsne(ctx, s, news, &r)
	default:
		err = o.umap(ctx, s, news, &r)
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

// newcomers returns the rows of the examples of files, which have no place yet; none without files.
func (o Map) newcomers(ctx context.Context, m *training.Trained, r *MapResult) (space, error) {
	if len(o.Files) == 0 {
		return space{}, nil
	}
	all, _, err := o.source(ctx, m)
	if err != nil {
		return space{}, err
	}
	ds := o.some(all, all.Len())
	r.New = &Placed{Examples: ds}
	for i := range ds.n {
		r.New.Names = append(r.New.Names, NameOf(ds, i))
	}
	return o.space(ctx, m, o.Space, ds)
}

// resolve fills in the space and reports options that exclude each other.
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
		return fmt.Errorf("%w; -space data places the examples themselves, and -invert finds codes by descent through its decoder", m.Lacks("encoder"))
	}
	if o.Method != "" {
		if err := OneOf("-method", o.Method, []string{"plain", "pca", "tsne", "umap"}); err != nil {
			return err
		}
	}
	if o.Load != "" {
		if err := o.load(); err != nil {
			return err
		}
	}
	if o.Manifold {
		return o.checkManifold(m)
	}
	return nil
}

// load reads the file of a map, whose method it takes.
func (o *Map) load() (err error) {
	if err := CheckSaved(o.Load); err != nil {
		return err
	}
	if o.loaded, err = checkpoints.Read(o.Load); err != nil {
		return err
	}
	method := mapfile.Method(o.loaded)
	if o.Method != "" && o.Method != method {
		return experiments.Usagef("-method %s: %s is a map by %s", o.Method, o.Load, method)
	}
	o.Method = method
	return nil
}

// plain places rows of two values at themselves.
func (o Map) plain(ctx context.Context, s, news space, r *MapResult) (err error) {
	if s.dim != 2 {
		return experiments.Usagef("-method plain: the %s have %d dimensions, want 2", s.name, s.dim)
	}
	r.Axes = [2]string{"x0", "x1"}
	if s.name == "codes" {
		r.Axes = [2]string{"z0", "z1"}
	}
	if r.Points, err = s.all(ctx); err == nil && r.New != nil {
		r.New.Points, err = news.all(ctx)
	}
	return err
}

// checkMethod reports options of another method.
func (o Map) checkMethod() error {
	options := append(append(o.UMAP.options(), o.TSNE.options()...), mapOption{"perplexity", "tsne", o.Perplexity != nil}, mapOption{"iterations", "tsne", o.Iterations != nil})
	for _, option := range options {
		if option.given && o.Load != "" {
			return experiments.Usagef("-%s has no effect with -load", option.name)
		}
		if option.given && !slices.Contains(strings.Fields(option.methods), o.Method) {
			return experiments.Usagef("-%s has no effect with -method %s", option.name, o.Method)
		}
	}
	return nil
}

// mapOption is an option of some methods.
type mapOption struct {
	name, methods string
	given         bool
}
