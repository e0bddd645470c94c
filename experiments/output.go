package experiments

import (
	"encoding/csv"
	"fmt"
	"image"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"latentspace/checkpoints"
	"latentspace/nn/tensor"
	"latentspace/render"
)

// isPicture reports whether examples of a shape can be drawn as pictures.
func isPicture(shape []int) bool {
	return len(shape) == 3 && (shape[2] == 1 || shape[2] == 3)
}

// defaultExtension is that of the file that fits examples of a shape.
func defaultExtension(shape []int) string {
	if isPicture(shape) {
		return ".png"
	}
	return ".csv"
}

// writeExamples writes examples (n, shape…) to a file whose name says how: .png
// for a grid of pictures or a plot of points in the plane, .csv for a row of
// numbers each.
func writeExamples(file string, x *tensor.Tensor) error {
	shape := x.Shape[1:]
	switch ext := strings.ToLower(filepath.Ext(file)); {
	case ext == ".csv":
		return writeCSV(file, x)
	case ext == ".png" && isPicture(shape):
		img, err := render.Grid(x, render.GridOptions{})
		if err != nil {
			return err
		}
		return writePNG(file, img)
	case ext == ".png" && len(shape) == 1 && shape[0] == 2:
		img, err := render.Scatter(x, nil, render.ScatterOptions{X: "x0", Y: "x1"})
		if err != nil {
			return err
		}
		return writePNG(file, img)
	case ext == ".png":
		return fmt.Errorf("experiments: %s: examples of shape %s are neither pictures nor points in the plane; write a .csv", file, formatShape(shape))
	default:
		return fmt.Errorf("experiments: %s: ending %q, want .png or .csv", file, ext)
	}
}

func writePNG(file string, img image.Image) error {
	return checkpoints.WriteFile(checkpoints.OS{}, file, func(w io.Writer) error { return render.WritePNG(w, img) })
}

// writeCSV writes a header x0, x1, … and a row of values for each example, in the
// shortest form that reads back to the same bits.
func writeCSV(file string, x *tensor.Tensor) error {
	cols := tensor.Size(x.Shape[1:])
	return checkpoints.WriteFile(checkpoints.OS{}, file, func(w io.Writer) error {
		c := csv.NewWriter(w)
		row := make([]string, cols)
		for j := range row {
			row[j] = "x" + strconv.Itoa(j)
		}
		if err := c.Write(row); err != nil {
			return err
		}
		for i := range x.Shape[0] {
			for j := range row {
				row[j] = strconv.FormatFloat(float64(x.Data[i*cols+j]), 'g', -1, 32)
			}
			if err := c.Write(row); err != nil {
				return err
			}
		}
		c.Flush()
		return c.Error()
	})
}
