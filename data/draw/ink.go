package draw

import "math"

// DigitSide is the height and the width of a digit's picture.
const DigitSide = 28

// point is a place in a picture, in pixels: x to the right, y down.
type point struct{ x, y float64 }

// ink holds for the centre of each pixel its distance from what is drawn, in pixels
// and negative inside. The cover of a pixel follows from it: with the edge at the
// centre a half, and all or nothing half a pixel away.
type ink [DigitSide * DigitSide]float64

// far is a distance at which a pixel stays empty.
const far = 4

// clear takes everything away.
func (k *ink) clear() {
	for i := range k {
		k[i] = far
	}
}

// line draws a straight line with round ends whose radius goes from ra to rb.
func (k *ink) line(a, b point, ra, rb float64) {
	reach := max(ra, rb) + 1
	dx, dy := b.x-a.x, b.y-a.y
	square := float64(dx*dx) + float64(dy*dy)
	inverse := 0.0 // a point is a line along which nothing changes
	if square > 0 {
		inverse = 1 / square
	}
	x0, x1 := pixels(min(a.x, b.x)-reach, max(a.x, b.x)+reach)
	y0, y1 := pixels(min(a.y, b.y)-reach, max(a.y, b.y)+reach)
	for y := y0; y < y1; y++ {
		py := float64(y) + 0.5 - a.y
		row := k[y*DigitSide : (y+1)*DigitSide]
		for x := x0; x < x1; x++ {
			px := float64(x) + 0.5 - a.x
			t := min(max(float64((float64(px*dx)+float64(py*dy))*inverse), 0), 1)
			ex, ey := px-float64(t*dx), py-float64(t*dy)
			d := math.Sqrt(float64(ex*ex)+float64(ey*ey)) - (ra + float64(t*(rb-ra)))
			row[x] = min(row[x], d)
		}
	}
}

// fill draws what closed contours have inside, by their winding numbers, and grows
// it by a distance on all sides. Nothing may have been drawn before.
func (k *ink) fill(contours [][]point, grow float64) {
	var turns [DigitSide * DigitSide]int8 // to be added up along each row
	for _, c := range contours {
		a := c[len(c)-1]
		for _, b := range c {
			k.line(a, b, 0, 0)
			wind(&turns, a, b)
			a = b
		}
	}
	for y := range DigitSide {
		winding := int8(0)
		for i := y * DigitSide; i < (y+1)*DigitSide; i++ {
			if winding += turns[i]; winding != 0 {
				k[i] = -k[i]
			}
			k[i] -= grow
		}
	}
}

// wind counts an edge of a contour in each row whose middle it crosses, at the first
// pixel whose centre is right of it.
func wind(turns *[DigitSide * DigitSide]int8, a, b point) {
	sign := int8(1)
	if a.y > b.y {
		a, b, sign = b, a, -1
	}
	slope := (b.x - a.x) / (b.y - a.y) // of no use to a level edge, which crosses no row
	y0, y1 := pixels(a.y-0.5, b.y-0.5)
	for y := y0; y < y1; y++ {
		crossing := a.x + float64((float64(y)+0.5-a.y)*slope)
		if x, _ := pixels(crossing-0.5, crossing); x < DigitSide {
			turns[y*DigitSide+x] += sign
		}
	}
}

// pixels returns the range of pixels from lo to hi, within the picture.
func pixels(lo, hi float64) (from, to int) {
	return int(min(max(math.Ceil(lo), 0), DigitSide)), int(min(max(math.Ceil(hi), 0), DigitSide))
}

// shade writes the cover of each pixel, 0 … 255.
func (k *ink) shade(dst []byte) {
	for i, d := range k {
		cover := min(max(0.5-d, 0), 1)
		dst[i] = byte(float64(cover*255) + 0.5)
	}
}
