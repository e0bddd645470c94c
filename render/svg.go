package render

import (
	"bytes"
	"fmt"
	"image/color"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgsvg"

	"latentspace/tensor"
)

// WriteScatterSVG writes the chart of [Scatter] as SVG, which can be enlarged without
// end and edited: every point and every word is an element. Words are in Liberation
// Sans or what there is of the same widths.
func WriteScatterSVG(w io.Writer, points *tensor.Tensor, labels []int, o ScatterOptions) error {
	p, canvas := newVector(o.size())
	if err := o.draw(p, points, labels); err != nil {
		return fmt.Errorf("render: scatter: %w", err)
	}
	return writeSVG(w, canvas)
}

// newVector returns a page of a size in pixels that is written by [writeSVG].
func newVector(width, height int) (*page, *vgsvg.Canvas) {
	size := vg.Point{X: px(width), Y: px(height)}
	canvas := vgsvg.New(size.X, size.Y)
	canvas.SetColor(color.White)
	canvas.Fill(vg.Rectangle{Max: size}.Path())
	return pageOn(canvas), canvas
}

// writeSVG writes a canvas, with two mends: where there is no Liberation Sans a viewer
// would take a font with serifs, and pictures are declared as JPEG but are PNG.
func writeSVG(w io.Writer, canvas *vgsvg.Canvas) error {
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return fmt.Errorf("render: svg: %w", err)
	}
	text := bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;"), []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;"))
	text = bytes.ReplaceAll(text, []byte("data:image/jpg;base64,"), []byte("data:image/png;base64,"))
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("render: svg: %w", err)
	}
	return nil
}
