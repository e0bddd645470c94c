package render

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"latentspace/nn/elementary"
)

// lineWidth is that of curves.
const lineWidth = vg.Length(1.6)

// curve is a [plot.Plotter] of the runs of a series: lines, with dots on the points
// where they are few or stand alone.
type curve struct {
	runs  [][]plotter.XY
	color color.Color
	log   bool // the vertical axis is of decimal logarithms
}

// runs returns the points of a series, cut where some cannot be drawn.
func runs(s Series) [][]plotter.XY {
	var all [][]plotter.XY
	open := false
	for i, x := range s.X {
		if !drawable(x) || !drawable(s.Y[i]) {
			open = false
			continue
		}
		if !open {
			all, open = append(all, nil), true
		}
		last := &all[len(all)-1]
		*last = append(*last, plotter.XY{X: x, Y: s.Y[i]})
	}
	return all
}

// Plot implements [plot.Plotter].
func (c curve) Plot(canvas draw.Canvas, p *plot.Plot) {
	const few = 40
	toX, toY := p.Transforms(&canvas)
	n := 0
	for _, run := range c.runs {
		n += len(run)
	}
	line := draw.LineStyle{Color: c.color, Width: lineWidth}
	dot := draw.GlyphStyle{Color: c.color, Radius: 2.2, Shape: draw.CircleGlyph{}}
	for _, run := range c.runs {
		points := make([]vg.Point, len(run))
		for i, xy := range run {
			if c.log {
				xy.Y = elementary.Log10(xy.Y)
			}
			points[i] = vg.Point{X: toX(xy.X), Y: toY(xy.Y)}
		}
		canvas.StrokeLines(line, thin(points))
		if n <= few || len(run) == 1 {
			for _, at := range points {
				canvas.DrawGlyphNoClip(dot, at)
			}
		}
	}
}

// thin returns a line that looks the same with at most four points in a row for one
// column of pixels: the first, the lowest, the highest and the last.
func thin(points []vg.Point) []vg.Point {
	column := func(i int) float64 { return math.Floor(points[i].X.Dots(dpi)) }
	var kept []vg.Point
	for first := 0; first < len(points); {
		low, high, last := first, first, first
		for i := first; i < len(points) && column(i) == column(first); i++ {
			if points[i].Y < points[low].Y {
				low = i
			}
			if points[i].Y > points[high].Y {
				high = i
			}
			last = i
		}
		previous := -1
		for _, i := range []int{first, min(low, high), max(low, high), last} {
			if i != previous {
				kept = append(kept, points[i])
			}
			previous = i
		}
		first = last + 1
	}
	return kept
}
