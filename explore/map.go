package explore

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"latentspace/experiments"
	"latentspace/tensor"
	"latentspace/training"
)

// Map places N examples of the split, drawn by the seed, or all if there are no more, in the
// plane and writes a chart of them coloured by class, as .png and .svg, and their
// coordinates as .csv: all three, whichever of the endings File has. For a latent
// space of two dimensions it also writes what the decoder makes of a grid over the
// plane, the manifold.
type Map struct {
	Options
	// Space is what is placed: codes, or data, the examples themselves; empty for codes
	// where the model encodes.
	Space string
	// Method is how: pca, tsne or plain, the two coordinates as they are; empty for plain
	// in two dimensions and pca in more.
	Method     string
	Perplexity float64 // of t-SNE; unless it was given, less for few examples
	Iterations int     // likewise
	Thumbnails bool    // draw the pictures in place of dots
	Manifold   bool    // insist on the manifold
	Save, Load string  // a file for a PCA map to write, or to read in place of fitting one
}

// methods are the names of the methods in charts.
var methods = map[string]string{"plain": "", "pca": "PCA of ", "tsne": "t-SNE of "}

// Run places and writes.
func (o Map) Run(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
	start := time.Now()
	if err := o.check(".png", ".svg", ".csv"); err != nil {
		return nil, err
	}
	if err := o.resolve(m); err != nil {
		return nil, err
	}
	split, err := m.Split(ctx, o.Split)
	if err != nil {
		return nil, err
	}
	ds := o.some(split, o.N)
	s, err := o.space(ctx, m, o.Space, ds)
	if err != nil {
		return nil, err
	}
	if o.Method == "" {
		if o.Method = "pca"; s.dim == 2 {
			o.Method = "plain"
		}
	}
	if o.Method != "tsne" {
		if err := o.idle("-method "+o.Method, "perplexity", "iterations"); err != nil {
			return nil, err
		}
	}
	if o.Method == "tsne" {
		o.adaptPerplexity(s.Len())
	}
	r := Mapped{Space: o.Space, Dim: s.dim, Method: o.Method, Split: o.Split, Loaded: o.Load}
	if o.Method == "tsne" {
		r.Perplexity, r.Iterations = o.Perplexity, o.Iterations
	}
	var points *tensor.Tensor
	var save func() error
	switch o.Method {
	case "plain":
		points, err = o.plain(ctx, s, &r)
	case "pca":
		points, save, err = o.pca(ctx, m, s, &r)
	case "tsne":
		points, err = o.tsne(ctx, s, &r)
	}
	if err != nil {
		return nil, err
	}
	plane, err := o.manifold(ctx, m, ds)
	if err != nil {
		return nil, err
	}
	if err := checkFigures(r); err != nil {
		return nil, err
	}
	if save != nil {
		if err := save(); err != nil {
			return nil, err
		}
	}
	files, err := o.write(m, ds, points, r, plane)
	if err != nil {
		return nil, err
	}
	if save != nil {
		files = append(files, o.Save)
	}
	r.Written = written(m, start, ds.n, files[0], files[1:]...)
	return r, nil
}

// resolve fills in the space and reports options that do not go together.
func (o *Map) resolve(m *training.Trained) error {
	if o.Space == "" {
		if o.Space = "data"; m.CanEncode() {
			o.Space = "codes"
		}
	}
	if err := oneOf("-space", o.Space, []string{"codes", "data"}); err != nil {
		return err
	}
	if o.Space == "codes" && !m.CanEncode() {
		return fmt.Errorf("%w; -space data places the examples themselves", m.Lacks("encoder"))
	}
	if o.Method != "" {
		if err := oneOf("-method", o.Method, []string{"plain", "pca", "tsne"}); err != nil {
			return err
		}
	}
	if o.Save != "" || o.Load != "" {
		if o.Method != "" && o.Method != "pca" {
			return experiments.Usagef("-method %s: only a map by pca can be saved or loaded", o.Method)
		}
		o.Method = "pca"
	}
	if o.Save != "" && o.Load != "" {
		return experiments.Usagef("-save %s and -load %s: a map that is loaded is saved already", o.Save, o.Load)
	}
	for flag, file := range map[string]string{"-save": o.Save, "-load": o.Load} {
		if file != "" && slices.Contains(o.outputs(m), filepath.Clean(file)) {
			return experiments.Usagef("%s %s is a file that the charts are written to, want another", flag, file)
		}
	}
	if o.Thumbnails && !m.Schema.IsPicture() {
		return experiments.Usagef("-thumbnails: examples of shape %s are no pictures", tensor.FormatShape(m.Shape))
	}
	if o.Manifold {
		return o.checkManifold(m)
	}
	return nil
}

// plain returns rows of two values.
func (o Map) plain(ctx context.Context, s space, r *Mapped) (*tensor.Tensor, error) {
	if s.dim != 2 {
		return nil, experiments.Usagef("-method plain: the %s have %d dimensions, want 2", s.name, s.dim)
	}
	r.axes = [2]string{"x0", "x1"}
	if s.name == "codes" {
		r.axes = [2]string{"z0", "z1"}
	}
	return s.all(ctx)
}
