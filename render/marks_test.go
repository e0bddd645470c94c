package render

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestMarksHaveTheirNamesAndBars(t *testing.T) {
	marks := []Mark{
		{Name: "first", X: 25, Y: 81, XError: 0.5, YError: 1}, {Name: "second <b>", X: 20, Y: 90, YError: 2},
		{Name: "broken", X: math.NaN(), Y: 1},
	}
	o := MarkOptions{Title: "Rate against distortion", X: "kl in nats", Y: "reconstruction_nll in nats"}
	var b bytes.Buffer
	if err := WriteMarksSVG(&b, marks, o); err != nil {
		t.Fatal(err)
	}
	var root element
	if err := xml.Unmarshal(b.Bytes(), &root); err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]int{"first": 1, "second <b>": 1, "broken": 0, "1 of 3 marks not finite": 1, o.Title: 1, o.X: 1} {
		if got := root.count("text", func(e element) bool { return e.Text == word }); got != want {
			t.Errorf("%q is written %d times, want %d", word, got, want)
		}
	}
	// Each bar is a line and its two ends: two of the first mark and one of the second.
	lines := 0
	for i := range 2 {
		stroke := hexOf(i)
		lines += root.count("path", func(e element) bool { return strings.Contains(e.Style, "stroke:"+stroke) })
	}
	if lines != 9 {
		t.Errorf("%d lines of bars, want 9", lines)
	}
	img, err := Marks(marks, o)
	if err != nil || img.Bounds().Dx() != 900 || img.Bounds().Dy() != 620 {
		t.Errorf("got %v, %v, want a picture of 900×620", img.Bounds(), err)
	}
	if _, err := Marks(nil, MarkOptions{}); err != nil {
		t.Errorf("no marks: %v", err)
	}
}

// hexOf is a hue as SVG spells it.
func hexOf(i int) string {
	return fmt.Sprintf("#%02X%02X%02X", hue(i).R, hue(i).G, hue(i).B)
}
