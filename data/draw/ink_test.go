package draw

import (
	"math"
	"testing"
)

// inked returns the ink of a drawing in pixels, and its centre.
func inked(k *ink) (area float64, centre point) {
	var b [DigitSide * DigitSide]byte
	k.shade(b[:])
	for i, v := range b {
		cover := float64(v) / 255
		area += cover
		centre.x += cover * (float64(i%DigitSide) + 0.5)
		centre.y += cover * (float64(i/DigitSide) + 0.5)
	}
	return area, point{centre.x / area, centre.y / area}
}

func TestInkHasTheAreaOfWhatIsDrawn(t *testing.T) {
	box := func(x0, y0, x1, y1 float64) []point { return []point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}} }
	back := func(p []point) []point { return []point{p[3], p[2], p[1], p[0]} }
	for _, c := range []struct {
		name   string
		draw   func(k *ink)
		area   float64
		centre point
	}{
		{"a level line with round ends is a rectangle and a disc",
			func(k *ink) { k.line(point{8, 14.3}, point{20, 14.3}, 2, 2) }, 4*12 + 4*math.Pi, point{14, 14.3}},
		{"a slanted line has the area of a level one",
			func(k *ink) { k.line(point{9, 8}, point{18, 20}, 1.5, 1.5) }, 3*15 + 2.25*math.Pi, point{13.5, 14}},
		{"a line without length is a disc",
			func(k *ink) { k.line(point{14.2, 13}, point{14.2, 13}, 5, 5) }, 25 * math.Pi, point{14.2, 13}},
		{"a square on the pixels is whole pixels",
			func(k *ink) { k.fill([][]point{box(5, 6, 15, 16)}, 0) }, 100, point{10, 11}},
		{"a square between the pixels has the same area",
			func(k *ink) { k.fill([][]point{box(5.4, 6.3, 15.4, 16.3)}, 0) }, 100, point{10.4, 11.3}},
		{"growth adds a border with round corners",
			func(k *ink) { k.fill([][]point{box(5, 6, 15, 16)}, 0.4) }, 100 + 40*0.4 + math.Pi*0.16, point{10, 11}},
		{"a contour the other way round is a hole",
			func(k *ink) { k.fill([][]point{box(4, 4, 20, 20), back(box(8, 8, 16, 16))}, 0) }, 256 - 64, point{12, 12}},
		{"a contour the same way round is none",
			func(k *ink) { k.fill([][]point{back(box(4, 4, 20, 20))}, 0) }, 256, point{12, 12}},
		{"what leaves the picture is cut off",
			func(k *ink) { k.fill([][]point{box(-10, -10, 10, 40)}, 0) }, 280, point{5, 14}},
	} {
		var k ink
		k.clear()
		c.draw(&k)
		// Cover by distance is exact for straight edges along the axes and off by
		// less than 2 % elsewhere.
		area, centre := inked(&k)
		if math.Abs(area/c.area-1) > 0.02 || math.Hypot(centre.x-c.centre.x, centre.y-c.centre.y) > 0.05 {
			t.Errorf("%s: got area %.2f around %.2f, want %.2f around %.2f", c.name, area, centre, c.area, c.centre)
		}
	}
}

func TestInkOutsideThePictureIsHarmless(t *testing.T) {
	var k ink
	k.clear()
	k.line(point{-100, -100}, point{-50, 200}, 3, 3)
	k.fill([][]point{{{100, 5}, {200, 5}, {150, 90}}, {{-100, 30}, {0, 40}, {-3, 90}}}, 0)
	var b [DigitSide * DigitSide]byte
	k.shade(b[:])
	if b != [DigitSide * DigitSide]byte{} {
		t.Error("something was drawn in the picture, want nothing")
	}
}
