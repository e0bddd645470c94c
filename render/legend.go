package render

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// entry is a name in a legend with the mark it explains: a line, or a point where
// shape is not nil.
type entry struct {
	name string
	mark draw.GlyphStyle
}

const (
	markWidth = vg.Length(18) // of a line in a legend
	markGap   = vg.Length(5)  // from a mark to its name
	entryGap  = vg.Length(18) // from a name to the next mark
	entryLine = vg.Length(15) // from a row of entries to the next
)

// draw draws an entry with the middle of its left side at a point, no wider than
// width, and returns where it ends.
func (e entry) draw(c draw.Canvas, at vg.Point, width vg.Length) (end vg.Length) {
	style := textStyle(10, ink)
	style.YAlign = draw.YCenter
	markRight := at.X + markWidth
	if e.mark.Shape == nil {
		c.StrokeLine2(draw.LineStyle{Color: e.mark.Color, Width: lineWidth + 0.6}, at.X, at.Y, markRight, at.Y)
	} else {
		markRight = at.X + 2*e.mark.Radius
		c.DrawGlyphNoClip(e.mark, vg.Point{X: at.X + e.mark.Radius, Y: at.Y})
	}
	name := shorten(e.name, style, width-(markRight+markGap-at.X))
	c.FillText(style, vg.Point{X: markRight + markGap, Y: at.Y + 1}, name)
	return markRight + markGap + style.Width(name)
}

// legendAbove writes entries in rows at the top of the page and takes their place, so
// that no curve passes below a name. A last row counts the entries past the eighth row.
func (p *page) legendAbove(entries []entry) {
	if len(entries) == 0 {
		return
	}
	const rows = 8
	bottom := p.free.Max.Y - rows*entryLine
	style := textStyle(10, ink)
	left, right := p.free.Min.X, p.free.Max.X
	x, y := left, p.free.Max.Y-entryLine/2
	for i, e := range entries {
		if x > left && x+markWidth+markGap+style.Width(e.name) > right {
			x, y = left, y-entryLine
		}
		if y < bottom {
			style.YAlign, style.Color = draw.YCenter, faded
			p.free.FillText(style, vg.Point{X: x, Y: y + 1}, more(len(entries)-i))
			break
		}
		x = e.draw(p.free, vg.Point{X: x, Y: y}, right-left) + entryGap
	}
	p.free.Max.Y = y - entryLine/2 - 8
}

func more(n int) string { return fmt.Sprintf("and %d more", n) }

// legendBeside writes entries in one column at the right of the page and takes its
// place. The last line counts the entries for which there is no room.
func (p *page) legendBeside(entries []entry) {
	const widest = vg.Length(150)
	if len(entries) == 0 {
		return
	}
	room := int(p.free.Size().Y / entryLine)
	var rest string
	if len(entries) > room {
		rest = more(len(entries) - (room - 1))
		entries = entries[:room-1]
	}
	style := textStyle(10, ink)
	width := style.Width(rest)
	for _, e := range entries {
		width = max(width, min(widest, 2*e.mark.Radius+markGap+style.Width(e.name)))
	}
	at := vg.Point{X: p.free.Max.X - width, Y: p.free.Max.Y - entryLine/2}
	for _, e := range entries {
		e.draw(p.free, at, width)
		at.Y -= entryLine
	}
	style.YAlign, style.Color = draw.YCenter, faded
	p.free.FillText(style, at, rest)
	p.free.Max.X -= width + entryGap
}
