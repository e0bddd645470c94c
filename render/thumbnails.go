package render

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"latentspace/tensor"
)

// Thumbnails are pictures in place of the points of a chart: of each point that has
// room, its picture about the place of the point. In the order of the points, one that
// would cover another is left out, so that every picture is seen whole and a chart of
// many thousand points has as many as fit.
//
// A grey picture is drawn in the colour of its label, as opaque as its values: 0 is
// the paper. A coloured one is drawn as it is, in a frame of the colour of its label. Each
// is enlarged by a whole number until it has at least 24 pixels on the longer side, or
// averaged over squares until it has at most 40.
type Thumbnails struct {
	// Shape is the height, the width and the channels, 1 or 3, of each.
	Shape []int
	// Read writes the picture of point i, values in [0, 1], to dst. Only those that are
	// drawn are read.
	Read func(i int, dst []float32) error
}

const (
	smallestThumbnail = 24 // pixels on the longer side
	largestThumbnail  = 40
	thumbnailFrame    = 2 // pixels around a coloured picture
)

func (t *Thumbnails) check() error {
	if s := t.Shape; len(s) != 3 || s[0] < 1 || s[1] < 1 || s[2] != 1 && s[2] != 3 {
		return fmt.Errorf("thumbnails of shape %v, want (height, width, channels) with 1 or 3 channels", s)
	}
	return nil
}

// draw draws the pictures of points on the axes of f, which was drawn on c.
func (t *Thumbnails) draw(c draw.Canvas, f *plot.Plot, points dots) error {
	area := f.DataCanvas(c)
	toX, toY := f.Transforms(&area)
	values := make([]float32, tensor.Size(t.Shape))
	size := t.image(values, color.NRGBA{}).Bounds().Size()
	taken := newPlaces(size)
	for k, at := range points.at {
		// Whole pixels, so that a picture is not smoothed.
		left := int(math.Round(toX(at.X).Dots(dpi))) - size.X/2
		bottom := int(math.Round(toY(at.Y).Dots(dpi))) - size.Y/2
		if !taken.take(image.Pt(left, bottom)) {
			continue
		}
		if err := t.Read(points.index[k], values); err != nil {
			return fmt.Errorf("thumbnail of point %d: %w", points.index[k], err)
		}
		mark := color.NRGBAModel.Convert(points.mark(points.index[k]).Color).(color.NRGBA)
		mark.A = 255
		corner := vg.Point{X: px(left), Y: px(bottom)}
		c.DrawImage(vg.Rectangle{Min: corner, Max: corner.Add(vg.Point{X: px(size.X), Y: px(size.Y)})}, t.image(values, mark))
	}
	return nil
}

// image is the thumbnail of a picture with the colour of a label.
func (t *Thumbnails) image(values []float32, label color.NRGBA) *image.NRGBA {
	height, width, channels := t.Shape[0], t.Shape[1], t.Shape[2]
	longer := max(height, width)
	grow := max(1, (smallestThumbnail+longer-1)/longer)
	shrink := (longer + largestThumbnail - 1) / largestThumbnail
	frame := 0
	if channels == 3 {
		frame = thumbnailFrame
	}
	rows, columns := (height+shrink-1)/shrink*grow, (width+shrink-1)/shrink*grow
	img := image.NewNRGBA(image.Rect(0, 0, columns+2*frame, rows+2*frame))
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			at := label
			if v, u := y-frame, x-frame; v >= 0 && v < rows && u >= 0 && u < columns {
				mean := t.average(values, v/grow*shrink, u/grow*shrink, shrink)
				c := pixel(mean)
				if channels == 1 && !hasNaN(mean) {
					at.A = c[0]
				} else {
					at = color.NRGBA{c[0], c[1], c[2], 255}
				}
			}
			img.SetNRGBA(x, y, at)
		}
	}
	return img
}

// average returns the mean of each channel over the square of a side from (y, x) on,
// as far as it lies in the picture.
func (t *Thumbnails) average(values []float32, y, x, side int) []float32 {
	width, channels := t.Shape[1], t.Shape[2]
	lastY, lastX := min(y+side, t.Shape[0]), min(x+side, width)
	mean := make([]float32, channels)
	for v := y; v < lastY; v++ {
		for u := x; u < lastX; u++ {
			for c := range mean {
				mean[c] += values[(v*width+u)*channels+c]
			}
		}
	}
	for c := range mean {
		mean[c] /= float32((lastY - y) * (lastX - x))
	}
	return mean
}

// places are where pictures of one size lie, none over another.
type places struct {
	size image.Point
	near map[image.Point][]image.Point // corners by the cell of a table that they are in
}

func newPlaces(size image.Point) *places {
	return &places{size, make(map[image.Point][]image.Point)}
}

// take reports whether there is room for a picture with a corner at a point, and takes
// it if so. A cell of the table is as large as a picture, so only those of the
// cells around can be in the way.
func (p *places) take(corner image.Point) bool {
	cell := image.Pt(corner.X/p.size.X, corner.Y/p.size.Y)
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			for _, other := range p.near[cell.Add(image.Pt(dx, dy))] {
				if d := corner.Sub(other); max(d.X, -d.X) < p.size.X && max(d.Y, -d.Y) < p.size.Y {
					return false
				}
			}
		}
	}
	p.near[cell] = append(p.near[cell], corner)
	return true
}
