package render

import (
	"fmt"
	"image"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"latentspace/nn/elementary"
)

// Panel is one of the frames of a chart: the series of one quantity.
type Panel struct {
	Title, Y string
	Series   []Series
}

// Panels draws at most 60 frames of 450×300 pixels, up to three in a row, with a common
// legend and each with a vertical axis of its own, as the terms of a loss want it; x
// names the horizontal axes. In all else it is as [Curves]. It is also an error if there
// are no panels, or more than 60.
func Panels(panels []Panel, title, x string) (image.Image, error) {
	if len(panels) == 0 {
		return nil, fmt.Errorf("render: panels: 0 panels, want at least 1")
	}
	columns := min(len(panels), 3)
	if len(panels) == 4 {
		columns = 2
	}
	rows := (len(panels) + columns - 1) / columns
	if rows > 20 {
		return nil, fmt.Errorf("render: panels: %d panels, want at most 60", len(panels))
	}
	img, err := drawPanels(panels, newPage(450*columns, 300*rows+60), columns, title, x)
	if err != nil {
		return nil, fmt.Errorf("render: panels: %w", err)
	}
	return img, nil
}

// drawPanels fills a page with frames in a table.
func drawPanels(panels []Panel, p *page, columns int, title, x string) (image.Image, error) {
	var names []string
	for _, panel := range panels {
		for _, s := range panel.Series {
			if len(s.X) != len(s.Y) {
				return nil, fmt.Errorf("series %q has %d X and %d Y, want as many", s.Name, len(s.X), len(s.Y))
			}
			if !slices.Contains(names, s.Name) {
				names = append(names, s.Name)
			}
		}
	}
	var entries []entry
	for i, name := range names {
		if name != "" {
			entries = append(entries, entry{name, draw.GlyphStyle{Color: hue(i)}})
		}
	}
	p.title(title)
	p.legendAbove(entries)

	plots := make([][]*plot.Plot, (len(panels)+columns-1)/columns)
	tile := p.free.Size()
	tile.X, tile.Y = tile.X/vg.Length(columns), tile.Y/vg.Length(len(plots))
	for i, panel := range panels {
		if i%columns == 0 {
			plots[i/columns] = make([]*plot.Plot, columns)
		}
		plots[i/columns][i%columns] = panel.frame(x, names, tile)
	}
	tiles := draw.Tiles{Rows: len(plots), Cols: columns, PadX: 22, PadY: 16}
	canvases := plot.Align(plots, tiles, p.free)
	for row := range plots {
		for column, f := range plots[row] {
			if f != nil {
				f.Draw(canvases[row][column])
			}
		}
	}
	return p.image(), nil
}

// frame returns the axes and lines of a panel for a place of a size. The place of a
// series among the names picks its colour.
func (panel Panel) frame(x string, names []string, size vg.Point) *plot.Plot {
	f := newPlot(x, panel.Y, size)
	f.Title.Text = shorten(panel.Title, f.Title.TextStyle, size.X)
	xs, ys := newExtent(), newExtent()
	curves := make([]curve, len(panel.Series))
	for i, s := range panel.Series {
		curves[i] = curve{runs: runs(s), color: hue(slices.Index(names, s.Name))}
		for _, run := range curves[i].runs {
			for _, p := range run {
				xs.add(p.X)
				ys.add(p.Y)
			}
		}
	}
	if xs.empty() {
		f.X.Min, f.X.Max, f.Y.Min, f.Y.Max = 0, 1, 0, 1
		f.X.Tick.Marker, f.Y.Tick.Marker = plot.ConstantTicks{}, plot.ConstantTicks{}
		f.Add(words("no points"))
		return f
	}
	f.X.Tick.Marker = linearTicks{count: 8, integer: xs.whole}
	f.Y.Tick.Marker = linearTicks{count: 8}
	log := ys.lo > 0 && ys.hi/ys.lo > elementary.Pow(10, 2.5)
	if log {
		// Not plot.LogScale: with it the room for the axis title is reserved askew.
		ys.lo, ys.hi = elementary.Log10(ys.lo), elementary.Log10(ys.hi)
		f.Y.Tick.Marker = logTicks{}
	}
	f.X.Min, f.X.Max = xs.padded(0.01)
	f.Y.Min, f.Y.Max = ys.padded(0.05)
	f.Y.Tick.LineStyle.Width = 0
	f.Add(&plotter.Grid{Horizontal: draw.LineStyle{Color: rule, Width: 0.75}})
	for _, c := range curves {
		c.log = log
		f.Add(c)
	}
	return f
}
