package show

import (
	"image"
	"image/gif"
	"math"
	"path/filepath"
	"strings"
	"time"

	"latentspace/example"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/render"
	"latentspace/tensor"
)

// asNumbers reports whether a file has examples of a schema as numbers, as points or as sounds, and
// not as pictures.
func asNumbers(file string, s example.Schema) bool {
	return !s.IsPicture() || !strings.EqualFold(filepath.Ext(file), ".png")
}

// layout is how rows are drawn, with their names and those of their columns.
func layout(r explore.Rows) render.StripOptions {
	return render.StripOptions{Labels: render.Labels{Rows: r.Names, Columns: r.Columns}}
}

// writeStrip writes rows, of pictures as a strip and of texts as lines.
func writeStrip(file string, r explore.Rows, layout render.StripOptions) error {
	if asTexts(file, r.Schema) {
		return export.WriteLines(file, textRows(r))
	}
	if asNumbers(file, r.Schema) {
		return export.Examples(file, r.Schema, r.All())
	}
	img, err := render.Strip(r.Examples, layout)
	if err != nil {
		return err
	}
	return export.PNG(file, img)
}

// writeRows is writeStrip, and of sounds it writes a track of each row beside it, whose folder it
// returns.
func writeRows(file string, r explore.Rows, layout render.StripOptions) (also []string, err error) {
	if err := writeStrip(file, r, layout); err != nil {
		return nil, err
	}
	return writeTracks(file, r.Schema, tracks(r), 0)
}

// writeAnimated writes rows, of pictures as a strip and, beside it, as an animation through their
// columns, whose name it returns. Both are made before one is written. Frames have the names of
// the columns, if there are any. Sounds are as [writeRows] writes them.
func writeAnimated(file string, r explore.Rows, layout render.StripOptions, delay time.Duration) (also []string, err error) {
	if asNumbers(file, r.Schema) || r.Schema.IsSound() {
		return writeRows(file, r, layout)
	}
	strip, err := render.Strip(r.Examples, layout)
	if err != nil {
		return nil, err
	}
	g, err := animation(r.Examples, r.Columns, delay)
	if err != nil {
		return nil, err
	}
	if err := export.PNG(file, strip); err != nil {
		return nil, err
	}
	moving := beside(file, ".gif")
	return []string{moving}, export.GIF(moving, g)
}

// animation goes through the columns of rows of pictures, each with its name if there are names.
func animation(rows []*tensor.Tensor, names []string, delay time.Duration) (*gif.GIF, error) {
	steps, size := rows[0].Shape[0], tensor.Size(rows[0].Shape[1:])
	images := make([]image.Image, steps)
	for j := range images {
		x := tensor.New(append([]int{len(rows)}, rows[0].Shape[1:]...)...)
		for i, r := range rows {
			copy(x.Data[i*size:(i+1)*size], r.Data[j*size:])
		}
		columns := int(math.Ceil(math.Sqrt(float64(len(rows)))))
		var head []string
		if names != nil {
			head = make([]string, columns)
			head[0] = names[j]
		}
		var err error
		if images[j], err = render.Grid(x, render.GridOptions{Columns: columns, Labels: render.Labels{Columns: head}}); err != nil {
			return nil, err
		}
	}
	return render.Animate(images, delay, true)
}
