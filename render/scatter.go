package render

import (
	"fmt"
	"image"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// ScatterOptions name what a chart of points shows.
type ScatterOptions struct {
	// Title stands above.
	Title string
	// X and Y name the axes. Where both are empty, as for a map whose coordinates mean
	// nothing, the axes have no numbers.
	X, Y string
	// Names[i] is that of label i. A label without one is its number.
	Names []string
	// Behind has points (m, 2) that are drawn in grey behind the others, as data
	// behind samples, and BehindName is theirs. Nil for none.
	Behind     *tensor.Tensor
	BehindName string
	// Thumbnails are drawn in place of the points. Nil for dots.
	Thumbnails *Thumbnails
}

// Scatter draws points in the plane, a unit being as long across as up, in a picture
// of 900×760 pixels, or 1440×1216 with thumbnails:
//
//	points (n, 2)   labels (n), nil for points without
//
// Points of one label share one of ten colours and, past ten labels, one of four
// shapes; the forty-first label looks like the first again. Later points are drawn
// above earlier ones. A point with a NaN or an infinity is skipped, and a note says
// how many are. Without points the frame says "no points".
//
// Points of another shape, as many labels as there are not points and thumbnails that
// are no pictures are errors.
func Scatter(points *tensor.Tensor, labels []int, o ScatterOptions) (image.Image, error) {
	p := newPage(o.size())
	if err := o.draw(p, points, labels); err != nil {
		return nil, fmt.Errorf("render: scatter: %w", err)
	}
	return p.image(), nil
}

// size is that of the chart in pixels.
func (o ScatterOptions) size() (width, height int) {
	if o.Thumbnails != nil {
		return 1440, 1216
	}
	return 900, 760
}

// draw fills a page.
func (o ScatterOptions) draw(p *page, points *tensor.Tensor, labels []int) error {
	if len(points.Shape) != 2 || points.Shape[1] != 2 {
		return fmt.Errorf("points of shape %v, want (n, 2)", points.Shape)
	}
	if labels != nil && len(labels) != points.Shape[0] {
		return fmt.Errorf("%d labels for %d points, want as many", len(labels), points.Shape[0])
	}
	if o.Behind != nil && (len(o.Behind.Shape) != 2 || o.Behind.Shape[1] != 2) {
		return fmt.Errorf("points behind of shape %v, want (m, 2)", o.Behind.Shape)
	}
	if o.Thumbnails != nil {
		if err := o.Thumbnails.check(); err != nil {
			return err
		}
	}
	marks, entries := o.marks(points.Shape[0], labels)
	markOf := func(i int) draw.GlyphStyle {
		if labels == nil {
			return marks[0]
		}
		return marks[labels[i]]
	}
	front := newDots(points, markOf)
	all, layers := points.Shape[0], []dots{front}
	if o.Behind != nil {
		mark := draw.GlyphStyle{Color: backdrop, Radius: radius(o.Behind.Shape[0]), Shape: draw.CircleGlyph{}}
		all += o.Behind.Shape[0]
		layers = []dots{newDots(o.Behind, func(int) draw.GlyphStyle { return mark }), front}
		if o.BehindName != "" {
			large := mark
			large.Radius = legendRadius
			entries = append(entries, entry{o.BehindName, large})
		}
	}

	xs, ys, drawn := newExtent(), newExtent(), 0
	for _, l := range layers {
		for _, at := range l.at {
			xs.add(at.X)
			ys.add(at.Y)
			drawn++
		}
	}
	p.title(o.Title)
	p.legendBeside(entries)
	if drawn < all {
		p.note(fmt.Sprintf("%d of %d points not finite", all-drawn, all))
	}
	f := o.axes(xs, ys, p.free)
	if o.Thumbnails != nil {
		layers = layers[:len(layers)-1]
	}
	for _, l := range layers {
		f.Add(l)
	}
	f.Draw(p.free)
	if o.Thumbnails != nil {
		return o.Thumbnails.draw(p.free, f, front)
	}
	return nil
}

// legendRadius is that of points in a legend.
const legendRadius = vg.Length(4)

// radius shrinks the marks of many points, so that crowds keep their inner structure.
func radius(n int) vg.Length {
	return vg.Length(min(max(2.4*elementary.Pow(1000/float64(n+1), 0.25), 0.9), 3.4))
}

// marks returns the mark of each label among n points, and the legend of the labels in
// order.
func (o ScatterOptions) marks(n int, labels []int) (map[int]draw.GlyphStyle, []entry) {
	kinds := slices.Clone(labels)
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	if labels == nil {
		kinds = []int{0}
	}
	marks := make(map[int]draw.GlyphStyle)
	var entries []entry
	for i, kind := range kinds {
		c := hue(i)
		c.A = 0xd0 // where points overlap it is darker
		mark := draw.GlyphStyle{Color: c, Radius: radius(n), Shape: shape(i)}
		marks[kind] = mark

		name := strconv.Itoa(kind)
		if kind >= 0 && kind < len(o.Names) {
			name = o.Names[kind]
		} else if labels == nil {
			continue
		}
		mark.Color, mark.Radius = hue(i), legendRadius
		entries = append(entries, entry{name, mark})
	}
	return marks, entries
}

// axes returns the frame for a range of points, to be drawn on c. The shorter range is
// widened about its middle until units are as long across as up; that changes the
// width of the numbers and with it the frame, so it takes a few rounds.
func (o ScatterOptions) axes(xs, ys extent, c draw.Canvas) *plot.Plot {
	f := newPlot(o.X, o.Y, c.Size())
	f.X.LineStyle.Width = 0
	f.X.Tick.LineStyle.Width, f.Y.Tick.LineStyle.Width = 0, 0
	line := draw.LineStyle{Color: rule, Width: 0.75}
	f.Add(&plotter.Grid{Horizontal: line, Vertical: line})
	f.X.Tick.Marker, f.Y.Tick.Marker = linearTicks{count: 7}, linearTicks{count: 7}
	if o.X == "" && o.Y == "" {
		f.X.Tick.Marker, f.Y.Tick.Marker = plot.ConstantTicks{}, plot.ConstantTicks{}
	}
	if xs.empty() {
		f.X.Tick.Marker, f.Y.Tick.Marker = plot.ConstantTicks{}, plot.ConstantTicks{}
		f.Add(words("no points"))
		xs, ys = extent{lo: 0, hi: 1}, extent{lo: 0, hi: 1}
	}
	f.X.Min, f.X.Max = xs.padded(0.04)
	f.Y.Min, f.Y.Max = ys.padded(0.04)
	for range 4 {
		size := f.DataCanvas(c).Size()
		unit := max((f.X.Max-f.X.Min)/float64(size.X), (f.Y.Max-f.Y.Min)/float64(size.Y))
		widen(&f.X, float64(unit*float64(size.X)))
		widen(&f.Y, float64(unit*float64(size.Y)))
	}
	return f
}

// widen sets the length of the range of an axis about its middle.
func widen(a *plot.Axis, length float64) {
	middle, half := a.Min+float64((a.Max-a.Min)/2), float64(length/2)
	a.Min, a.Max = middle-half, middle+half
}
