package render

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

// bounds returns the smallest rectangle with all pixels that have exactly a colour, as
// the inner ones of a line have.
func bounds(img image.Image, c color.NRGBA) image.Rectangle {
	var r image.Rectangle
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if color.NRGBAModel.Convert(img.At(x, y)) == c {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}

// pixels returns the bytes of a chart.
func pixels(img image.Image) []byte { return img.(*image.RGBA).Pix }

func curves(t *testing.T, series []Series, o CurveOptions) image.Image {
	t.Helper()
	img, err := Curves(series, o)
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size != image.Pt(900, 540) {
		t.Errorf("got %v pixels, want 900×540", size)
	}
	return img
}

// A line from the lower left to the upper right spans the frame but for the padding
// of 1% and 5%; the frame leaves the rest to words.
func TestCurvesFillTheFrame(t *testing.T) {
	got := bounds(curves(t, []Series{{"", []float64{0, 100}, []float64{0, 1}}}, CurveOptions{}), hue(0))
	if got.Dx() < 780 || got.Dx() > 870 || got.Dy() < 400 || got.Dy() > 500 {
		t.Errorf("the line has %v pixels, want most of 900×540", got.Size())
	}
}

// The first series runs along the top of the frame, where a legend inside would be.
func TestTheLegendIsAboveTheCurves(t *testing.T) {
	series := []Series{
		{"train", []float64{1, 2}, []float64{5, 5}},
		{"valid", []float64{1, 2}, []float64{1, 1}},
	}
	img := curves(t, series, CurveOptions{Title: "loss", X: "epoch", Y: "nats per example"})
	mark := bounds(img, hue(0)).Min // of the legend
	if other := bounds(img, hue(1)).Min; other.Y != mark.Y {
		t.Errorf("the marks of the legend are at %v and %v, want one row", mark, other)
	}
	below := img.(*image.RGBA).SubImage(image.Rect(0, mark.Y+8, 900, 540))
	if line := bounds(below, hue(0)); line.Dx() < 700 || line.Min.Y < mark.Y+20 {
		t.Errorf("the curve is in %v, want it well below the legend at %v", line, mark)
	}
}

func TestCurvesSkipWhatCannotBeDrawn(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -1e101} {
		x, y := []float64{1, 2, 3, 4, 5}, []float64{1, 2, bad, 2, 1}
		with := pixels(curves(t, []Series{{"a", x, y}}, CurveOptions{}))
		if whole := pixels(curves(t, []Series{{"a", x, []float64{1, 2, 2, 2, 1}}}, CurveOptions{})); bytes.Equal(with, whole) {
			t.Errorf("a point at %g leaves no gap", bad)
		}
		// The gap alone: two series of one name.
		parts := []Series{{"a", x[:2], y[:2]}, {"a", x[3:], y[3:]}}
		if apart := pixels(curves(t, parts, CurveOptions{})); !bytes.Equal(with, apart) {
			t.Errorf("a point at %g changes more than its own place", bad)
		}
	}
}

func TestCurvesWithoutPointsSaySo(t *testing.T) {
	empty := curves(t, nil, CurveOptions{})
	nan := curves(t, []Series{{"", []float64{1}, []float64{math.NaN()}}}, CurveOptions{})
	if !bytes.Equal(pixels(empty), pixels(nan)) {
		t.Error("no series and a series of NaN give different frames")
	}
	f := Panel{}.frame("", nil, vg.Point{X: 300, Y: 200})
	if f.X.Min != 0 || f.X.Max != 1 {
		t.Errorf("an empty frame spans %g to %g, want 0 to 1", f.X.Min, f.X.Max)
	}
	ink := 0
	for y := 200; y < 340; y++ {
		for x := 400; x < 500; x++ {
			if color.GrayModel.Convert(empty.At(x, y)).(color.Gray).Y < 128 {
				ink++
			}
		}
	}
	if ink < 50 {
		t.Errorf("%d dark pixels in the middle, want words", ink)
	}
}

func TestTheScaleFollowsTheRange(t *testing.T) {
	cases := []struct {
		name string
		y    []float64
		log  bool
	}{
		{"three decades are logarithmic", []float64{1, 1000}, true},
		{"two decades are linear", []float64{1, 100}, false},
		{"three decades with a zero are linear", []float64{0, 1, 1000}, false},
		{"three decades with a negative value are linear", []float64{-1, 1, 1000}, false},
		{"a NaN does not count", []float64{1, math.NaN(), 1000}, true},
	}
	for _, c := range cases {
		s := Series{"a", []float64{1, 2, 3}[:len(c.y)], c.y}
		f := Panel{Series: []Series{s}}.frame("", []string{"a"}, vg.Point{X: 300, Y: 200})
		if _, log := f.Y.Tick.Marker.(logTicks); log != c.log {
			t.Errorf("%s: logarithmic %v, want %v", c.name, log, c.log)
		}
	}
}

func TestCurvesSurviveAnyNumbers(t *testing.T) {
	values := []float64{0, 5e-324, -5e-324, 1, 1e100, -1e100, 1e15, math.NaN(), math.Inf(1), math.MaxFloat64}
	for i, a := range values {
		for _, b := range values[i:] {
			curves(t, []Series{{"a\nb", []float64{a, b, 1}, []float64{b, a, b}}}, CurveOptions{})
		}
	}
	long := strings.Repeat("long ", 1000)
	curves(t, []Series{{long, nil, nil}}, CurveOptions{long, long, long})
}

func TestManySeriesLeaveRoomForTheFrame(t *testing.T) {
	var series []Series
	for i := range 500 {
		series = append(series, Series{fmt.Sprintf("series %d", i), []float64{1, 2}, []float64{0, 1}})
	}
	if line := bounds(curves(t, series, CurveOptions{Title: "many"}), hue(9)); line.Max.Y < 450 {
		t.Errorf("curves end at %d of 540 pixels", line.Max.Y)
	}
}

func TestCurvesHaveTheSameBytes(t *testing.T) {
	series := []Series{{"train", []float64{1, 2, 3}, []float64{3, 1, 2}}}
	o := CurveOptions{"vae", "step", "loss (nats per example)"}
	if !bytes.Equal(pixels(curves(t, series, o)), pixels(curves(t, series, o))) {
		t.Error("a second chart of the same numbers has other bytes")
	}
}

func TestCurvesErrors(t *testing.T) {
	_, err := Curves([]Series{{"train", []float64{1, 2}, []float64{1}}}, CurveOptions{})
	if want := `render: curves: series "train" has 2 X and 1 Y, want as many`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
