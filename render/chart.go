package render

import (
	"image"
	"image/color"
	"sort"
	"strings"

	"git.sr.ht/~sbinet/gg"
	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// dpi is the resolution of charts: 4/3 pixels per point, the unit of font sizes and
// lengths.
const dpi = 96

// border is the white around what is drawn.
const border = vg.Length(14)

// page is an empty white picture to draw a chart on, and the part of it that is free.
type page struct {
	canvas vg.CanvasSizer
	free   draw.Canvas
}

// newPage returns a page of a size in pixels.
func newPage(width, height int) *page {
	// With a size alone vgimg makes the picture twice.
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	c := gg.NewContextForRGBA(img)
	c.SetLineCapButt()
	c.InvertY()
	return pageOn(vgimg.NewWith(vgimg.UseImageWithContext(img, c), vgimg.UseDPI(dpi)))
}

// pageOn returns the page of a white canvas.
func pageOn(canvas vg.CanvasSizer) *page {
	return &page{canvas, draw.Crop(draw.New(canvas), border, -border, border, -border)}
}

// px is a length in pixels.
func px(pixels int) vg.Length { return vg.Length(pixels) * vg.Inch / dpi }

// title writes the title at the top, if there is one, and takes its place.
func (p *page) title(words string) {
	if words == "" {
		return
	}
	style := textStyle(13, ink)
	style.Font.Weight = xfont.WeightBold
	style.YAlign = draw.YTop
	p.free.FillText(style, vg.Point{X: p.free.Min.X, Y: p.free.Max.Y}, shorten(words, style, p.free.Size().X))
	p.free.Max.Y -= style.FontExtents().Height + 8
}

// note writes a line below, and takes its place.
func (p *page) note(words string) {
	style := textStyle(9, faded)
	style.XAlign = draw.XRight
	p.free.FillText(style, vg.Point{X: p.free.Max.X, Y: p.free.Min.Y - 4}, words)
	p.free.Min.Y += style.FontExtents().Height
}

// image is the picture of a page from [newPage].
func (p *page) image() image.Image { return p.canvas.(*vgimg.Canvas).Image() }

// textStyle is that of words in a size in points.
func textStyle(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color:   c,
		Font:    font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size),
		Handler: plot.DefaultTextHandler,
	}
}

// shorten puts words on one line, cuts them where they are wider than width and ends
// them in an ellipsis.
func shorten(words string, style text.Style, width vg.Length) string {
	words = strings.Join(strings.Fields(words), " ")
	if style.Width(words) <= width {
		return words
	}
	runes := []rune(words)
	over := sort.Search(len(runes), func(n int) bool { return style.Width(string(runes[:n])+"…") > width })
	return string(runes[:max(0, over-1)]) + "…"
}

// newPlot returns axes in the style of every chart for a place of a size: a line below
// and words in sans serif.
func newPlot(x, y string, size vg.Point) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		align := axis.Tick.Label
		axis.Tick.Label = textStyle(9.5, faded)
		axis.Tick.Label.XAlign, axis.Tick.Label.YAlign = align.XAlign, align.YAlign
		align = axis.Label.TextStyle
		axis.Label.TextStyle = textStyle(10.5, ink)
		axis.Label.TextStyle.XAlign, axis.Label.TextStyle.YAlign = align.XAlign, align.YAlign
		axis.Label.Padding = 5
		axis.Padding = 0
		axis.LineStyle.Width = 0
		axis.Tick.LineStyle.Color = faded
		axis.Tick.Length = 4
	}
	p.X.Label.Text = shorten(x, p.X.Label.TextStyle, 0.8*size.X)
	p.Y.Label.Text = shorten(y, p.Y.Label.TextStyle, 0.8*size.Y)
	p.X.LineStyle = draw.LineStyle{Color: faded, Width: 0.75}
	p.Title.TextStyle = textStyle(11, ink)
	p.Title.TextStyle.Font.Weight = xfont.WeightBold
	p.Title.TextStyle.XAlign, p.Title.TextStyle.YAlign = draw.XCenter, draw.YTop
	p.Title.Padding = 6
	return p
}

// words is a [plot.Plotter] of a line of text in the middle of a frame.
type words string

// Plot implements [plot.Plotter].
func (w words) Plot(c draw.Canvas, _ *plot.Plot) {
	style := textStyle(12, faded)
	style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
	middle := vg.Point{X: c.Min.X + vg.Length((c.Max.X-c.Min.X)/2), Y: c.Min.Y + vg.Length((c.Max.Y-c.Min.Y)/2)}
	c.FillText(style, middle, string(w))
}
