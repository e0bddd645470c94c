package show

import (
	"context"
	"fmt"
	"io"
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
	for flag, file := range map[string]string{"-save": o.Save, "-load": v.Load} {
		if file != "" && slices.Contains(o.files(m), filepath.Clean(file)) {
			return experiments.Usagef("%s %s is a file that the charts are written to, want another", flag, file)
		}
	}
	if o.Thumbnails && !m.Schema.IsPicture() {
		return experiments.Usagef("-thumbnails: examples of shape %s are no pictures", tensor.FormatShape(m.Shape))
	}
	return nil
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
