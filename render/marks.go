package render

import (
	"fmt"
	"image"
	"io"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Mark is a point with a name, and the errors of its coordinates, 0 for none.
type Mark struct {
	Name           string
	X, Y           float64
	XError, YError float64
}

// MarkOptions name what a chart of marks shows.
type MarkOptions struct{ Title, X, Y string }

// Marks draws few points, each of a colour of its own with its name in the legend, and
// with bars from one error below to one above, in a picture of 900×620 pixels. Axes have
// their own units. A mark with a coordinate that is no number is left out, and a note says
// how many are.
func Marks(marks []Mark, o MarkOptions) (image.Image, error) {
	p := newPage(900, 620)
	if err := o.draw(p, marks); err != nil {
		return nil, err
	}
	return p.image(), nil
}

// WriteMarksSVG writes the chart of [Marks] as SVG.
func WriteMarksSVG(w io.Writer, marks []Mark, o MarkOptions) error {
	p, canvas := newVector(900, 620)
	if err := o.draw(p, marks); err != nil {
		return err
	}
	return writeSVG(w, canvas)
}

func (o MarkOptions) draw(p *page, marks []Mark) error {
	xs, ys := newExtent(), newExtent()
	var shown []bars
	var entries []entry
	for i, m := range marks {
		if !drawable(m.X) || !drawable(m.Y) || !drawable(m.XError) || !drawable(m.YError) {
			continue
		}
		style := draw.GlyphStyle{Color: hue(i), Radius: legendRadius, Shape: shape(i)}
		entries = append(entries, entry{m.Name, style})
		shown = append(shown, bars{m, style})
		for _, side := range []float64{-1, 1} {
			xs.add(m.X + float64(side*m.XError))
			ys.add(m.Y + float64(side*m.YError))
		}
	}
	p.title(o.Title)
	p.legendBeside(entries)
	if left := len(marks) - len(shown); left > 0 {
		p.note(fmt.Sprintf("%d of %d marks not finite", left, len(marks)))
	}
	f := newPlot(o.X, o.Y, p.free.Size())
	line := draw.LineStyle{Color: rule, Width: 0.75}
	f.Add(&plotter.Grid{Horizontal: line, Vertical: line})
	f.X.Tick.Marker, f.Y.Tick.Marker = linearTicks{count: 7}, linearTicks{count: 7}
	if xs.empty() {
		f.Add(words("no marks"))
		xs, ys = extent{lo: 0, hi: 1}, extent{lo: 0, hi: 1}
	}
	f.X.Min, f.X.Max = xs.padded(0.12)
	f.Y.Min, f.Y.Max = ys.padded(0.12)
	for _, b := range shown {
		f.Add(b)
	}
	f.Draw(p.free)
	return nil
}

// bars is a [plot.Plotter] of a mark and its errors.
type bars struct {
	Mark
	style draw.GlyphStyle
}

// Plot implements [plot.Plotter].
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	line := draw.LineStyle{Color: b.style.Color, Width: 1.2}
	const end = vg.Length(3)
	if b.XError > 0 {
		lo, hi, at := x(b.X-b.XError), x(b.X+b.XError), y(b.Y)
		c.StrokeLine2(line, lo, at, hi, at)
		c.StrokeLine2(line, lo, at-end, lo, at+end)
		c.StrokeLine2(line, hi, at-end, hi, at+end)
	}
	if b.YError > 0 {
		lo, hi, at := y(b.Y-b.YError), y(b.Y+b.YError), x(b.X)
		c.StrokeLine2(line, at, lo, at, hi)
		c.StrokeLine2(line, at-end, lo, at+end, lo)
		c.StrokeLine2(line, at-end, hi, at+end, hi)
	}
	c.DrawGlyph(b.style, vg.Point{X: x(b.X), Y: y(b.Y)})
}
