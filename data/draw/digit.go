// Package draw draws the pictures of data sets that need no files: digits and sprites.
package draw

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"latentspace/data/keyed"
	"latentspace/nn/elementary"
)

// Digit is what a picture of a digit is drawn from, save for the elastic distortion and the
// pressure of the pen. The units are those of the glyphs of package data.
type Digit struct {
	Class, Style                   int
	Slant, Scale, Stroke, Rotation float64
	ShiftX, ShiftY                 float64
}

// Styles returns the names of the ways in which glyphs draw a digit.
func Styles() []string {
	var names []string
	for _, f := range faces {
		names = append(names, f.name)
	}
	for k := range hands {
		names = append(names, fmt.Sprintf("hand %d", k+1))
	}
	return names
}

// NewDigit draws all factors but the class, each uniform and independent of the
// others, save for the style: two digits in three are written by hand.
func NewDigit(d *keyed.Draws, class int) Digit {
	style := d.Below(len(faces))
	if d.Below(3) > 0 {
		style = len(faces) + d.Below(hands)
	}
	return Digit{
		Class: class, Style: style,
		Slant:    d.Between(-0.2, 0.35),
		Scale:    d.Between(0.85, 1.1),
		Stroke:   d.Between(-0.7, 0.9),
		Rotation: d.Between(-0.2, 0.2),
		ShiftX:   d.Between(-1.5, 1.5),
		ShiftY:   d.Between(-1.5, 1.5),
	}
}

// shapes has each digit in each style: outlines for the faces, the paths of a pen
// for the hands. A digit is 20 pixels high, with the width of the pen, and has its
// middle at the origin.
var shapes = sync.OnceValue(func() (s [10][len(faces) + hands][][]point) {
	for k, f := range faces {
		digits, err := printed(f.font)
		if err != nil {
			panic(fmt.Sprintf("draw: font %s: %v", f.name, err)) // the fonts are part of the program
		}
		for class, contours := range digits {
			s[class][k] = fit(contours, height)
		}
	}
	for class, ways := range written {
		for k, strokes := range ways {
			var curves [][]point
			for _, p := range strokes {
				curves = append(curves, smooth(p))
			}
			s[class][len(faces)+k] = fit(curves, height-pen)
		}
	}
	return s
})

// fit returns the lines with the middle of their box at the origin.
func fit(lines [][]point, height float64) [][]point {
	all := slices.Concat(lines...)
	lo, hi := all[0], all[0]
	for _, p := range all {
		lo = point{min(lo.x, p.x), min(lo.y, p.y)}
		hi = point{max(hi.x, p.x), max(hi.y, p.y)}
	}
	scale := height / (hi.y - lo.y)
	middle := point{float64((lo.x + hi.x) / 2), float64((lo.y + hi.y) / 2)}
	out := make([][]point, len(lines))
	for k, line := range lines {
		for _, p := range line {
			out[k] = append(out[k], point{float64((p.x - middle.x) * scale), float64((p.y - middle.y) * scale)})
		}
	}
	return out
}

const (
	height     = 20  // pixels, of a digit without scale
	pen        = 2.4 // pixels, the width of a line by hand without stroke
	handReach  = 4.6 // pixels, of the elastic distortion by hand
	printReach = 2.0 // pixels, of that in print
)

// Artist draws digits one after the other, without allocation once it is warm.
type Artist struct {
	ink   ink
	lines [][]point
}

// Draw writes a picture of 28 × 28 bytes, white on black. The numbers that d gives
// after the factors decide the rest.
func (a *Artist) Draw(f Digit, d *keyed.Draws, dst []byte) {
	byHand := f.Style >= len(faces)
	reach := printReach
	if byHand {
		reach = handReach
	}
	a.place(f, shapes()[f.Class][f.Style], newWarp(d, reach))
	a.ink.clear()
	if byHand {
		a.write((pen+f.Stroke)/2, d.Between(0.8, 1.2), d.Between(0.8, 1.2))
	} else {
		a.ink.fill(a.lines, f.Stroke/2)
	}
	a.ink.shade(dst)
}

// place puts a shape into the picture: warped, slanted, scaled, turned and moved, in
// this order.
func (a *Artist) place(f Digit, shape [][]point, w warp) {
	sin, cos := elementary.Circle(f.Rotation / (2 * math.Pi))
	sin, cos = float64(sin*f.Scale), float64(cos*f.Scale)
	a.lines = slices.Grow(a.lines[:0], len(shape))[:len(shape)]
	for k, line := range shape {
		a.lines[k] = a.lines[k][:0]
		for _, p := range line {
			p = w.move(p)
			p.x -= float64(f.Slant * p.y)
			a.lines[k] = append(a.lines[k], point{
				DigitSide/2 + f.ShiftX + float64(p.x*cos) - float64(p.y*sin),
				DigitSide/2 + f.ShiftY + float64(p.x*sin) + float64(p.y*cos),
			})
		}
	}
}

// write draws the lines with a pen of some radius, times a pressure that goes from
// that at the start of the first line to that at the end of the last.
func (a *Artist) write(radius, start, end float64) {
	n := 0
	for _, line := range a.lines {
		n += len(line)
	}
	at := 0
	pressure := func() float64 { return float64(radius * (start + float64((end-start)*(float64(at)/float64(n))))) }
	for _, line := range a.lines {
		ra := pressure()
		for k := range line[1:] {
			at++
			rb := pressure()
			a.ink.line(line[k], line[k+1], ra, rb)
			ra = rb
		}
		at++
	}
}
