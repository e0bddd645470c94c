package render

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette has ten colours that people with any of the common kinds of colour vision
// tell apart, and of a lightness that stands out from white.
//
// Petroff, Accessible Color Sequences for Data Visualization, arXiv 2107.02270, 2021:
// the sequence of ten.
var palette = [...]color.NRGBA{
	{0x3f, 0x90, 0xda, 255},
	{0xff, 0xa9, 0x0e, 255},
	{0xbd, 0x1f, 0x01, 255},
	{0x94, 0xa4, 0xa2, 255},
	{0x83, 0x2d, 0xb6, 255},
	{0xa9, 0x6b, 0x59, 255},
	{0xe7, 0x63, 0x00, 255},
	{0xb9, 0xac, 0x70, 255},
	{0x71, 0x75, 0x81, 255},
	{0x92, 0xda, 0xdd, 255},
}

// shapes tell apart what has the same colour, past the tenth.
var shapes = [...]draw.GlyphDrawer{
	draw.CircleGlyph{},
	draw.PyramidGlyph{},
	draw.BoxGlyph{},
	diamond{},
}

// diamond is a [draw.GlyphDrawer] of a filled square on its corner.
type diamond struct{}

// DrawGlyph implements [draw.GlyphDrawer].
func (diamond) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	r := vg.Length(1.2 * style.Radius) // about the area of the circle
	c.FillPolygon(style.Color, []vg.Point{
		{X: at.X - r, Y: at.Y}, {X: at.X, Y: at.Y + r}, {X: at.X + r, Y: at.Y}, {X: at.X, Y: at.Y - r},
	})
}

// The greys of a chart, from words to lines that the eye should pass over.
var (
	ink   = color.Gray{Y: 0x22}
	faded = color.Gray{Y: 0x60}
	rule  = color.Gray{Y: 0xe4}

	backdrop = color.Gray{Y: 0xcc} // of points behind others
)

// hue is the colour of series or label i.
func hue(i int) color.NRGBA { return palette[i%len(palette)] }

// shape is the mark of label i.
func shape(i int) draw.GlyphDrawer { return shapes[i/len(palette)%len(shapes)] }
