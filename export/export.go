// Package export writes what was computed to files that other programs read: each
// whole or not at all, in the format that the file's name asks for.
package export

import (
	"fmt"
	"image"
	"image/gif"
	"io"
	"path/filepath"
	"strings"

	"latentspace/example"
	"latentspace/render"
	"latentspace/tensor"
)

// Extension is that of the file that fits examples of a schema.
func Extension(s example.Schema) string {
	switch {
	case s.IsPicture():
		return ".png"
	case s.IsText():
		return ".txt"
	case s.Table != nil && s.Table.Separator == "\t":
		return ".tsv"
	}
	return ".csv"
}

// Examples writes examples x (n, shape…) of a schema to a file whose name says how: .png
// for a grid of pictures or a plot of points in the plane, .csv for a row of
// numbers each, .wav for sounds, one after another. Rows of a table are a table of .csv or .tsv
// again, by [Sheet], and texts are lines of .txt or cells of .csv, by [Texts].
func Examples(file string, s example.Schema, x *tensor.Tensor) error {
	shape := x.Shape[1:]
	switch ext := strings.ToLower(filepath.Ext(file)); {
	case s.IsTable() && (ext == ".csv" || ext == ".tsv"):
		return Sheet(file, s, nil, func(write func(values []float32) error) error { return Each(x, write) })
	case s.IsText() && (ext == ".txt" || ext == ".csv"):
		return Texts(file, s, func(write func(values []float32) error) error { return Each(x, write) })
	case s.IsText():
		return fmt.Errorf("export: %s: ending %q, want .txt or .csv for texts", file, ext)
	case ext == ".csv":
		return CSV(file, x)
	case ext == ".wav" && s.IsSound():
		return Sound(file, s, x, 0)
	case ext == ".png" && s.IsPicture():
		img, err := render.Grid(x, render.GridOptions{})
		if err != nil {
			return err
		}
		return PNG(file, img)
	case s.IsTable():
		return fmt.Errorf("export: %s: ending %q, want .csv or .tsv for rows of a table", file, ext)
	case ext == ".png" && len(shape) == 1 && shape[0] == 2:
		img, err := render.Scatter(x, nil, render.ScatterOptions{X: "x0", Y: "x1"})
		if err != nil {
			return err
		}
		return PNG(file, img)
	case ext == ".png":
		return fmt.Errorf("export: %s: examples of shape %s are neither pictures nor points in the plane; write a .csv", file, tensor.FormatShape(shape))
	default:
		return fmt.Errorf("export: %s: ending %q, want .png or .csv", file, ext)
	}
}

// PNG writes a picture.
func PNG(file string, img image.Image) error {
	return File(file, func(w io.Writer) error { return render.WritePNG(w, img) })
}

// CSV writes a header x0, x1, … and a row of values for each example, in the
// shortest form that reads back to the same bits.
func CSV(file string, x *tensor.Tensor) error {
	cols := tensor.Size(x.Shape[1:])
	return Table(file, Columns("x", cols), func(write func([]string) error) error {
		return Rows(x.Data, cols, write)
	})
}

// Rows writes values as rows of as many columns.
func Rows(values []float32, columns int, write func(cells []string) error) error {
	cells := make([]string, columns)
	for ; len(values) > 0; values = values[columns:] {
		for j := range cells {
			cells[j] = Number(values[j])
		}
		if err := write(cells); err != nil {
			return err
		}
	}
	return nil
}

// GIF writes an animation.
func GIF(file string, g *gif.GIF) error {
	return File(file, func(w io.Writer) error { return render.WriteGIF(w, g) })
}
