package draw

import (
	"math"
	"testing"

	"latentspace/data/keyed"
)

func TestFactorsShowInThePicture(t *testing.T) {
	// Each factor is moved over its range with the rest held; what it should change
	// is measured on the picture.
	measure := func(f Digit) (area float64, centre point, slant float64) {
		d := keyed.New(1, "test")
		var a Artist
		var b [DigitSide * DigitSide]byte
		a.Draw(f, &d, b[:])
		area, centre = inked(&a.ink)
		var xy, yy float64
		for i, v := range b {
			x, y := float64(i%DigitSide)+0.5-centre.x, float64(i/DigitSide)+0.5-centre.y
			xy += float64(v) * x * y
			yy += float64(v) * y * y
		}
		return area, centre, -xy / yy
	}
	for style, name := range Styles() {
		f := Digit{Class: 1, Style: style, Scale: 0.9}
		area, centre, slant := measure(f)
		for _, c := range []struct {
			name   string
			change func(f *Digit)
			shows  func(area1 float64, centre1 point, slant1 float64) bool
		}{
			{"scale", func(f *Digit) { f.Scale = 1.05 }, func(a float64, _ point, _ float64) bool { return a > 1.1*area }},
			{"stroke", func(f *Digit) { f.Stroke = 0.9 }, func(a float64, _ point, _ float64) bool { return a > 1.2*area }},
			{"shift right", func(f *Digit) { f.ShiftX = 1 }, func(_ float64, p point, _ float64) bool { return math.Abs(p.x-centre.x-1) < 0.1 }},
			{"shift down", func(f *Digit) { f.ShiftY = 1 }, func(_ float64, p point, _ float64) bool { return math.Abs(p.y-centre.y-1) < 0.1 }},
			{"slant", func(f *Digit) { f.Slant = 0.3 }, func(_ float64, _ point, s float64) bool { return math.Abs(s-slant-0.3) < 0.06 }},
			{"rotation", func(f *Digit) { f.Rotation = 0.2 }, func(_ float64, _ point, s float64) bool { return s > slant+0.1 }},
		} {
			g := f
			c.change(&g)
			if a, p, s := measure(g); !c.shows(a, p, s) {
				t.Errorf("%s, %s: area %.1f → %.1f, centre %.2f → %.2f, slant %.2f → %.2f", name, c.name, area, a, centre, p, slant, s)
			}
		}
	}
}

func BenchmarkDigits(b *testing.B) {
	var a Artist
	var dst [DigitSide * DigitSide]byte
	i := 0
	for b.Loop() {
		d := keyed.New(1, "bench", uint64(i))
		f := NewDigit(&d, i%10)
		a.Draw(f, &d, dst[:])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "examples/s")
}
