package render

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"latentspace/tensor"
)

// dots is a [plot.Plotter] of the drawable points of a set.
type dots struct {
	at    []plotter.XY
	index []int // of each in the set
	mark  func(index int) draw.GlyphStyle
}

// newDots returns those of points (n, 2).
func newDots(points *tensor.Tensor, mark func(index int) draw.GlyphStyle) dots {
	d := dots{mark: mark}
	for i := range points.Shape[0] {
		x, y := float64(points.Data[2*i]), float64(points.Data[2*i+1])
		if drawable(x) && drawable(y) {
			d.at = append(d.at, plotter.XY{X: x, Y: y})
			d.index = append(d.index, i)
		}
	}
	return d
}

// Plot implements [plot.Plotter].
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	for i, at := range d.at {
		c.DrawGlyphNoClip(d.mark(d.index[i]), vg.Point{X: toX(at.X), Y: toY(at.Y)})
	}
}
