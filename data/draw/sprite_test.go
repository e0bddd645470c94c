package draw

import (
	"math"
	"math/bits"
	"testing"
)

// white counts the white pixels of a picture, and returns their mean place.
func white(m Bitmap) (n int, centre point) {
	for y, row := range m {
		n += bits.OnesCount64(row)
		for x := range SpriteSide {
			if row>>x&1 == 1 {
				centre.x += float64(x) + 0.5
				centre.y += float64(y) + 0.5
			}
		}
	}
	centre.x /= float64(n)
	centre.y /= float64(n)
	return n, centre
}

func TestSpritesHaveTheAreaOfTheirFormula(t *testing.T) {
	// 19.2², π·12.8·7.2, and 8² times that of the heart.
	for shape, area := range []float64{19.2 * 19.2, math.Pi * 12.8 * 7.2, 64 * 3.66199} {
		for _, scale := range []float64{0.5, 0.6, 0.7, 0.8, 0.9, 1} {
			// Over rotations and places the pixels' centres are as good as random.
			sum := 0
			for k := range 40 {
				n, _ := white(Sprite{shape, scale, float64(k) / 40, 32 + float64(k)/17, 32 - float64(k)/23}.Draw())
				sum += n
			}
			if got, want := float64(sum)/40, area*scale*scale; math.Abs(got/want-1) > 0.02 {
				t.Errorf("%s at scale %.1f: %.1f pixels in the mean, want %.1f", outlines[shape].name, scale, got, want)
			}
		}
	}
}

func TestNoSpriteMeetsTheBorderOrItsReach(t *testing.T) {
	for shape, o := range outlines {
		for k := range 360 {
			for _, at := range []float64{16, 48} {
				m := Sprite{shape, 1, float64(k) / 360, at, at}.Draw()
				if m[0]|m[63] != 0 {
					t.Fatalf("%s turned by %d degrees at %v is cut off", o.name, k, at)
				}
			}
			sin, cos := math.Sincos(float64(k) * math.Pi / 180)
			if o.inside(float64(cos*o.reach*1.001), float64(sin*o.reach*1.001)) {
				t.Fatalf("%s goes beyond its reach at %d degrees", o.name, k)
			}
		}
	}
}
