package explore

import (
	"fmt"
	"image"
	"io"
	"path/filepath"
	"strconv"

	"latentspace/export"
	"latentspace/kernel"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/training"
)

// write writes the charts, the coordinates and, if it is not nil, the manifold, and
// returns the files, the chart first.
func (o Map) write(m *training.Trained, ds part, points *tensor.Tensor, r Mapped, manifold image.Image) ([]string, error) {
	labels, names, err := ds.labels()
	if err != nil {
		return nil, err
	}
	// What is drawn later covers what was drawn before: in the order of a file that is sorted
	// the last class would cover the others.
	order := make([]int, ds.n)
	kernel.Permute(order, kernel.Seed(o.Seed, "explore.map"))
	shuffled, classes := permuted(points, labels, order)
	chart := render.ScatterOptions{
		Title: fmt.Sprintf("%s: %s%s, %d %s examples", m.Config.Name, methods[r.Method], r.Space, ds.n, o.Split),
		X:     r.axes[0], Y: r.axes[1], Names: names,
	}
	if o.Thumbnails {
		chart.Thumbnails = &render.Thumbnails{Shape: m.Shape, Read: func(i int, dst []float32) error { return ds.Read(order[i], dst) }}
	}
	img, err := render.Scatter(shuffled, classes, chart)
	if err != nil {
		return nil, err
	}
	files := o.outputs(m)
	png, svg, table, grid := files[0], files[1], files[2], files[3]
	if err := export.PNG(png, img); err != nil {
		return nil, err
	}
	err = export.File(svg, func(w io.Writer) error { return render.WriteScatterSVG(w, shuffled, classes, chart) })
	if err != nil {
		return nil, err
	}
	if err := writePoints(table, ds, points, labels, names); err != nil {
		return nil, err
	}
	if manifold == nil {
		return files[:3], nil
	}
	return files, export.PNG(grid, manifold)
}

// permuted is points (n, 2) and their labels, nil for none, in another order.
func permuted(points *tensor.Tensor, labels, order []int) (*tensor.Tensor, []int) {
	moved := tensor.New(points.Shape...)
	var classes []int
	for to, from := range order {
		copy(moved.Data[2*to:2*to+2], points.Data[2*from:])
		if labels != nil {
			classes = append(classes, labels[from])
		}
	}
	return moved, classes
}

// outputs are the files of the chart twice, of the coordinates and of the manifold.
func (o Map) outputs(m *training.Trained) []string {
	file := filepath.Clean(o.file(m, "map", ".png"))
	return []string{beside(file, ".png"), beside(file, ".svg"), beside(file, ".csv"), beside(file, "-manifold.png")}
}

// writePoints writes index, x, y and, where there are any, the label of each point.
func writePoints(file string, ds part, points *tensor.Tensor, labels []int, names []string) error {
	header := []string{"index", "x", "y"}
	if labels != nil {
		header = append(header, "label")
	}
	return export.Table(file, header, func(write func([]string) error) error {
		i := 0
		return export.Rows(points.Data, 2, func(cells []string) error {
			row := append([]string{strconv.Itoa(ds.index[i])}, cells...)
			if labels != nil {
				row = append(row, className(names, labels[i]))
			}
			i++
			return write(row)
		})
	})
}
