package show

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/training"
)

// MapOutput says where a map is written, and how.
type MapOutput struct {
	Output
	Thumbnails bool   // draw the pictures in place of dots
	Save       string // a file for the map, which [explore.Map] can load
}

// Map writes a chart of examples in the plane coloured by class, as .png and .svg, and their
// coordinates as .csv: all three, whichever of the endings File has. It also writes the manifold,
// where the model has one.
func Map(ctx context.Context, m *training.Trained, v explore.Map, to MapOutput) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(".png", ".svg", ".csv"); err != nil {
		return nil, err
	}
	if err := to.resolve(m, &v); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	if to.Save != "" { // before the charts
		c, err := explore.SavedMap(ctx, m, r)
		if err != nil {
			return nil, err
		}
		if err := export.File(to.Save, func(w io.Writer) error { return checkpoints.Encode(w, c) }); err != nil {
			return nil, err
		}
	}
	files, err := to.write(m, r, v.Seed)
	if err != nil {
		return nil, err
	}
	if to.Save != "" {
		files = append(files, to.Save)
	}
	return Report{written(m, start, r.Report.N, files[0], files[1:]...), r.Report}, nil
}

// resolve reports options that do not go together. A map that is saved is one by pca, unless another
// method is asked for.
func (o MapOutput) resolve(m *training.Trained, v *explore.Map) error {
	if o.Save != "" && v.Method == "plain" {
		return explore.NotSaved(v.Method)
	}
	if o.Save != "" && v.Method == "" && v.Load == "" {
		v.Method = "pca"
	}
	if o.Save != "" && v.Load != "" {
		return experiments.Usagef("-save %s and -load %s: a map that is loaded is saved already", o.Save, v.Load)
	}
	if o.Thumbnails && !m.Schema.IsPicture() {
		return experiments.Usagef("-thumbnails: examples of shape %s are no pictures", tensor.FormatShape(m.Shape))
	}
	if err := o.apart(m, v); err != nil {
		return err
	}
	return o.checkSave()
}

// namedFile is a file that a map is made of or written to, and what it is.
type namedFile struct{ what, path string }

// apart reports a file to write that is also read, or written as something else.
func (o MapOutput) apart(m *training.Trained, v *explore.Map) error {
	read := []namedFile{{"the checkpoint", m.File}, {"-load", v.Load}, {"-start", v.UMAP.Start}}
	for _, file := range v.Files {
		read = append(read, namedFile{"-i", file})
	}
	chart := o.files(m)
	for _, file := range append(read, namedFile{"-save", o.Save}) {
		for i, what := range []string{"the chart is", "the chart is", "the coordinates are", "the manifold is"} {
			if sameFile(file.path, chart[i]) {
				return experiments.Usagef("%s %s is the file %s that %s written to, want another", file.what, file.path, chart[i], what)
			}
		}
	}
	for _, file := range read {
		if sameFile(file.path, o.Save) {
			return experiments.Usagef("-save %s is the file %s of %s, which is read, want another", o.Save, file.path, file.what)
		}
	}
	return nil
}

// sameFile reports whether two paths lead to one file, which may not be there yet. An empty path leads to none.
func sameFile(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	same := func(a, b string) bool {
		x, err := os.Stat(a)
		y, other := os.Stat(b)
		return err == nil && other == nil && os.SameFile(x, y)
	}
	return same(a, b) || filepath.Base(a) == filepath.Base(b) && same(filepath.Dir(a), filepath.Dir(b))
}

// checkSave reports a file that the map cannot be saved to, or must not: only another map is replaced. A device
// or a pipe is written to and stays what it is.
func (o MapOutput) checkSave() error {
	if o.Save == "" {
		return nil
	}
	if err := placed("-save", o.Save); err != nil {
		return err
	}
	if info, err := os.Stat(o.Save); err == nil {
		if !info.Mode().IsRegular() {
			return nil
		}
		if err := explore.CheckSaved(o.Save); err != nil {
			return experiments.Usagef("-save %s: a file that is no map, want a new file or a map that may be replaced (%v)", o.Save, err)
		}
	}
	return writable("-save", filepath.Dir(o.Save))
}

// files are those of the chart twice, of the coordinates and of the manifold.
func (o MapOutput) files(m *training.Trained) []string {
	file := filepath.Clean(o.path(m, "map.png"))
	return []string{beside(file, ".png"), beside(file, ".svg"), beside(file, ".csv"), beside(file, "-manifold.png")}
}

// write writes the charts, the coordinates and the manifold, if there is one, and returns the
// files, the chart first.
func (o MapOutput) write(m *training.Trained, r explore.MapResult, seed uint64) ([]string, error) {
	chart := chartOf(m, r, seed, o.Thumbnails)
	img, err := render.Scatter(chart.points, chart.classes, chart.options)
	if err != nil {
		return nil, err
	}
	files := o.files(m)
	if err := export.PNG(files[0], img); err != nil {
		return nil, err
	}
	err = export.File(files[1], func(w io.Writer) error {
		return render.WriteScatterSVG(w, chart.points, chart.classes, chart.options)
	})
	if err != nil {
		return nil, err
	}
	if err := writePoints(files[2], r); err != nil {
		return nil, err
	}
	if r.Manifold == nil {
		return files[:3], nil
	}
	plane, err := render.Grid(r.Manifold, render.GridOptions{Columns: explore.ManifoldSide, Gap: -1})
	if err != nil {
		return nil, err
	}
	return files, export.PNG(files[3], plane)
}

// writePoints writes index, x, y, in space z, and, where there are any, the label of each point. New examples
// follow, with their name for an index and the label new.
func writePoints(file string, r explore.MapResult) error {
	dims := r.Points.Shape[1]
	header := []string{"index", "x", "y", "z"}[:1+dims]
	if r.Labels != nil || r.New != nil {
		header = append(slices.Clip(header), "label")
	}
	return export.Table(file, header, func(write func([]string) error) error {
		i := 0
		err := export.Rows(r.Points.Data, dims, func(cells []string) error {
			row := append([]string{strconv.Itoa(r.Index[i])}, cells...)
			if r.Labels != nil {
				row = append(row, explore.ClassName(r.Names, r.Labels[i]))
			} else if r.New != nil {
				row = append(row, "")
			}
			i++
			return write(row)
		})
		if err != nil || r.New == nil {
			return err
		}
		i = 0
		return export.Rows(r.New.Points.Data, dims, func(cells []string) error {
			i++
			return write(append(append([]string{r.New.Names[i-1]}, cells...), newLabel))
		})
	})
}
