package draw

import (
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// faces are the fonts in which digits are printed.
var faces = [...]struct {
	name string
	font []byte
}{
	{"regular", goregular.TTF},
	{"medium", gomedium.TTF},
	{"bold", gobold.TTF},
	{"italic", goitalic.TTF},
	{"mono", gomono.TTF},
	{"mono bold", gomonobold.TTF},
}

// printed returns the outlines of the digits in a font, as closed polygons. Their
// size is arbitrary, and y points down.
func printed(ttf []byte) (digits [10][][]point, err error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return digits, err
	}
	var b sfnt.Buffer
	for class := range digits {
		glyph, err := f.GlyphIndex(&b, rune('0'+class))
		if err != nil {
			return digits, err
		}
		segments, err := f.LoadGlyph(&b, glyph, fixed.I(1000), nil)
		if err != nil {
			return digits, err
		}
		digits[class] = flatten(segments)
	}
	return digits, nil
}

// flatten replaces the curves of an outline by short lines.
func flatten(segments sfnt.Segments) (contours [][]point) {
	const pieces = 3
	var c []point
	var at point
	for _, s := range segments {
		p, q, r := exact(s.Args[0]), exact(s.Args[1]), exact(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if len(c) > 0 {
				contours = append(contours, c)
			}
			c, at = []point{p}, p
		case sfnt.SegmentOpLineTo:
			c, at = append(c, p), p
		case sfnt.SegmentOpQuadTo: // a cubic whose middle points are two thirds of the way to p
			third := func(a, b float64) float64 { return a + float64(2*(b-a))/3 }
			r, q = q, point{third(q.x, p.x), third(q.y, p.y)}
			p = point{third(at.x, p.x), third(at.y, p.y)}
			fallthrough
		case sfnt.SegmentOpCubeTo:
			for k := 1; k <= pieces; k++ {
				t := float64(k) / pieces
				c = append(c, point{bezier(at.x, p.x, q.x, r.x, t), bezier(at.y, p.y, q.y, r.y, t)})
			}
			at = r
		}
	}
	return append(contours, c)
}

// bezier goes from a at t = 0 to d at t = 1.
func bezier(a, b, c, d, t float64) float64 {
	mix := func(a, b float64) float64 { return a + float64(t*(b-a)) }
	ab, bc, cd := mix(a, b), mix(b, c), mix(c, d)
	return mix(mix(ab, bc), mix(bc, cd))
}

func exact(p fixed.Point26_6) point {
	return point{float64(float64(p.X) / 64), float64(float64(p.Y) / 64)}
}
