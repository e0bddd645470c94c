package explore

import (
	"context"
	"fmt"
	"image"
	"io"
	"strconv"
	"strings"
	"time"

	"latentspace/experiments"
	"latentspace/export"
	"latentspace/nn/tensor"
	"latentspace/render"
)

// Map places the first N examples of the split, or all if there are fewer, in the
// plane and writes a chart of them coloured by class, as .png and .svg, and their
// coordinates as .csv. For a latent space of two dimensions it also writes what the
// decoder makes of a grid over the plane, the manifold.
type Map struct {
	Options
	// Space is what is placed: codes, or data, the examples themselves; empty for codes
	// where the model encodes.
	Space string
	// Method is how: pca, tsne or plain, the two coordinates as they are; empty for plain
	// in two dimensions and pca in more.
	Method     string
	Perplexity float64 // of t-SNE
	Iterations int     // likewise
	Thumbnails bool    // draw the pictures in place of dots
	Manifold   bool    // insist on the manifold
	Save, Load string  // a file for a PCA map to write, or to read in place of fitting one
}

// Mapped is the report of [Map]. What a method does not work out is left out.
type Mapped struct {
	Written
	Space  string `json:"space"`
	Dim    int    `json:"dim"` // of the space
	Method string `json:"method"`

	// Of pca: the part of the variance along each of the two components, and the squared
	// distance of the test set's first N rows to the plane, per row.
	ExplainedVariance []float64 `json:"explained_variance,omitempty"`
	TestSquaredError  *float64  `json:"test_squared_error,omitempty"`

	// Of tsne: the principal components that wide rows were first reduced to, and the
	// variance that they explain; the divergence in nats and the trustworthiness of 5
	// neighbours, of what it was given.
	Reduced         int      `json:"reduced,omitempty"`
	ReducedVariance *float64 `json:"reduced_variance,omitempty"`
	KL              *float64 `json:"kl,omitempty"`
	Trustworthiness *float64 `json:"trustworthiness,omitempty"`

	axes [2]string
}

func (r Mapped) String() string {
	s := r.Written.String() + fmt.Sprintf("%s of %d examples, %d dimensions, by %s\n", r.Space, r.N, r.Dim, r.Method)
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
	if r.KL != nil {
		s += fmt.Sprintf("divergence %.4f nats", *r.KL)
		if r.Trustworthiness != nil {
			s += fmt.Sprintf(", trustworthiness %.4f", *r.Trustworthiness)
		}
		s += "\n"
	}
	return s
}

// methods are the names of the methods in charts.
var methods = map[string]string{"plain": "", "pca": "PCA of ", "tsne": "t-SNE of "}

// Run places and writes.
func (o Map) Run(ctx context.Context, m Model) (fmt.Stringer, error) {
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
	ds := first(split, o.N)
	s, err := o.space(ctx, m, o.Space, ds)
	if err != nil {
		return nil, err
	}
	if o.Method == "" {
		if o.Method = "pca"; s.dim == 2 {
			o.Method = "plain"
		}
	}
	r := Mapped{Space: o.Space, Dim: s.dim, Method: o.Method}
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
	files, err := o.write(m, ds, points, r, plane)
	if err != nil {
		return nil, err
	}
	if save != nil {
		if err := save(); err != nil {
			return nil, err
		}
		files = append(files, o.Save)
	}
	r.Written = written(m, start, ds.n, files[0], files[1:]...)
	return r, nil
}

// resolve fills in the space and reports options that do not go together.
func (o *Map) resolve(m Model) error {
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
	if o.Thumbnails && !export.IsPicture(m.Shape) {
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

// write writes the charts, the coordinates and, if it is not nil, the manifold, and
// returns the files, the first that of -o.
func (o Map) write(m Model, ds part, points *tensor.Tensor, r Mapped, manifold image.Image) ([]string, error) {
	labels, names := ds.labels()
	chart := render.ScatterOptions{
		Title: fmt.Sprintf("%s: %s%s, %d %s examples", m.Config.Name, methods[r.Method], r.Space, ds.n, o.Split),
		X:     r.axes[0], Y: r.axes[1], Names: names,
	}
	if o.Thumbnails {
		chart.Thumbnails = &render.Thumbnails{Shape: m.Shape, Read: ds.Read}
	}
	img, err := render.Scatter(points, labels, chart)
	if err != nil {
		return nil, err
	}
	file := o.file(m, "map", ".png")
	png, svg, table := beside(file, ".png"), beside(file, ".svg"), beside(file, ".csv")
	if err := export.PNG(png, img); err != nil {
		return nil, err
	}
	err = export.File(svg, func(w io.Writer) error { return render.WriteScatterSVG(w, points, labels, chart) })
	if err != nil {
		return nil, err
	}
	if err := writePoints(table, points, labels, names); err != nil {
		return nil, err
	}
	files := []string{png, svg, table}
	if manifold != nil {
		grid := strings.TrimSuffix(png, ".png") + "-manifold.png"
		if err := export.PNG(grid, manifold); err != nil {
			return nil, err
		}
		files = append(files, grid)
	}
	return files, nil
}

// writePoints writes index, x, y and, where there are any, the label of each point.
func writePoints(file string, points *tensor.Tensor, labels []int, names []string) error {
	header := []string{"index", "x", "y"}
	if labels != nil {
		header = append(header, "label")
	}
	return export.Table(file, header, func(write func([]string) error) error {
		i := 0
		return export.Rows(points.Data, 2, func(cells []string) error {
			row := append([]string{strconv.Itoa(i)}, cells...)
			if labels != nil {
				row = append(row, className(names, labels[i]))
			}
			i++
			return write(row)
		})
	})
}
