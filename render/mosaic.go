package render

import (
	"fmt"
	"image"
	"math"
	"slices"

	"latentspace/tensor"
)

// Limits that keep a mistyped option from asking for all memory.
const (
	maxScale  = 256
	maxGap    = 256
	maxPixels = 1 << 28
)

// apart is how much wider, in pixels, the gap is between what does not belong together.
const apart = 8

// mosaic is a table of pictures of one size on white paper.
type mosaic struct {
	height, width, channels int
	scale                   int   // pixels per value
	margin                  int   // around the table
	left, above             []int // the gap before each column and row; the first is the margin
}

// pictures returns a mosaic with the height, width and channels of x (n, height, width,
// channels) and no table yet.
func pictures(x *tensor.Tensor) (mosaic, error) {
	if len(x.Shape) != 4 {
		return mosaic{}, fmt.Errorf("pictures of shape %v, want (n, height, width, channels)", x.Shape)
	}
	m := mosaic{height: x.Shape[1], width: x.Shape[2], channels: x.Shape[3]}
	switch {
	case m.channels != 1 && m.channels != 3:
		return m, fmt.Errorf("pictures of shape %v have %d channels, want 1 for grey or 3 for red, green and blue", x.Shape, m.channels)
	case x.Len() == 0:
		return m, fmt.Errorf("pictures of shape %v have no values, want at least one", x.Shape)
	}
	return m, nil
}

// cells cuts pictures (n, height, width, channels) into n slices.
func cells(x *tensor.Tensor) [][]float32 {
	return slices.Collect(slices.Chunk(x.Data, x.Len()/x.Shape[0]))
}

// resolve turns the gap of an option, where 0 picks 2 and less is none, to pixels.
func resolve(gap int) (int, error) {
	switch {
	case gap > maxGap:
		return 0, fmt.Errorf("gap of %d pixels, want at most %d", gap, maxGap)
	case gap < 0:
		return 0, nil
	case gap == 0:
		return 2, nil
	}
	return gap, nil
}

// table sets the gaps of a table with gap pixels around its cells.
func (m *mosaic) table(columns, rows, gap int) {
	m.margin = gap
	m.left = slices.Repeat([]int{gap}, columns)
	m.above = slices.Repeat([]int{gap}, rows)
}

// setScale sets the scale of an option, where 0 picks one by which a picture
// has at least 56 pixels on its longer side and the whole at most 1200.
func (m *mosaic) setScale(scale int) error {
	if scale < 0 || scale > maxScale {
		return fmt.Errorf("scale %d, want 1 to %d, or 0 to choose", scale, maxScale)
	}
	if m.scale = scale; scale == 0 {
		longer := max(m.height, m.width)
		m.scale = (56 + longer - 1) / longer
		for m.scale > 1 && max(m.size().X, m.size().Y) > 1200 {
			m.scale--
		}
	}
	if s := m.size(); s.X > maxPixels/s.Y {
		return fmt.Errorf("a picture of %d×%d pixels, want at most %d in all", s.X, s.Y, maxPixels)
	}
	return nil
}

// size returns the extent of the whole in pixels.
func (m *mosaic) size() image.Point {
	p := image.Pt(m.margin+len(m.left)*m.width*m.scale, m.margin+len(m.above)*m.height*m.scale)
	for _, gap := range m.left {
		p.X += gap
	}
	for _, gap := range m.above {
		p.Y += gap
	}
	return p
}

// draw paints cells, row by row; a nil one and those after the last stay white. The image is
// an image.Gray for grey pictures without NaN and an image.RGBA for others.
func (m *mosaic) draw(cells [][]float32) image.Image {
	bounds := image.Rectangle{Max: m.size()}
	if m.channels == 1 && !slices.ContainsFunc(cells, hasNaN) {
		img := image.NewGray(bounds)
		m.paint(img.Pix, img.Stride, 1, cells)
		return img
	}
	img := image.NewRGBA(bounds)
	m.paint(img.Pix, img.Stride, 4, cells)
	return img
}

// paint fills pixels of size bytes each.
func (m *mosaic) paint(pix []byte, stride, size int, cells [][]float32) {
	for i := range pix {
		pix[i] = 255
	}
	top := 0
	for row, above := range m.above {
		top += above
		x := 0
		for column, left := range m.left {
			x += left
			if k := row*len(m.left) + column; k < len(cells) && cells[k] != nil {
				m.paintCell(pix[top*stride+x*size:], stride, size, cells[k])
			}
			x += m.width * m.scale
		}
		top += m.height * m.scale
	}
}

func (m *mosaic) paintCell(pix []byte, stride, size int, values []float32) {
	line := m.width * m.scale * size
	for y := range m.height {
		to := pix[y*m.scale*stride:]
		first := to[:line]
		for x := range m.width {
			at := (y*m.width + x) * m.channels
			c := pixel(values[at : at+m.channels])
			for range m.scale {
				copy(to, c[:size])
				to = to[size:]
			}
		}
		for again := 1; again < m.scale; again++ {
			copy(pix[(y*m.scale+again)*stride:], first)
		}
	}
}

// pixel returns the bytes of a grey or coloured value: red, green, blue and opaque,
// of which a grey image takes the first. A NaN is magenta, a colour that
// pictures have little of.
func pixel(values []float32) [4]byte {
	if hasNaN(values) {
		return [4]byte{255, 0, 255, 255}
	}
	if len(values) == 1 {
		v := Level(values[0])
		return [4]byte{v, v, v, 255}
	}
	return [4]byte{Level(values[0]), Level(values[1]), Level(values[2]), 255}
}

// Level maps [0, 1] to 0 … 255, rounding to the nearest, and clamps the rest.
func Level(v float32) byte { return byte(float32(min(max(v, 0), 1)*255) + 0.5) }

func hasNaN(values []float32) bool {
	return slices.ContainsFunc(values, func(v float32) bool { return math.IsNaN(float64(v)) })
}
