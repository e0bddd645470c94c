package render

import (
	"fmt"
	"image"
	"strings"
	"testing"
)

func TestPanelsAreATable(t *testing.T) {
	for n, want := range map[int]image.Point{
		1: image.Pt(450, 360), 2: image.Pt(900, 360), 3: image.Pt(1350, 360), 4: image.Pt(900, 660), 5: image.Pt(1350, 660), 7: image.Pt(1350, 960),
	} {
		var panels []Panel
		for i := range n {
			x, y := []float64{0, 1, 2}, []float64{2, 1, float64(i)}
			panels = append(panels, Panel{fmt.Sprintf("term %d", i), "nats", []Series{{"train", x, y}, {"valid", x, x}}})
		}
		img, err := Panels(panels, "terms", "epoch")
		if err != nil {
			t.Fatal(err)
		}
		if got := img.Bounds().Size(); got != want {
			t.Errorf("%d panels: got %v pixels, want %v", n, got, want)
		}
		// The last panel is in the last row and has a line of the second colour.
		if lines := bounds(img, hue(1)); lines.Max.Y < want.Y-120 {
			t.Errorf("%d panels: lines end at %d of %d pixels", n, lines.Max.Y, want.Y)
		}
	}
}

func TestPanelsErrors(t *testing.T) {
	cases := []struct {
		name   string
		panels []Panel
		want   string
	}{
		{"no panels", nil, "render: panels: 0 panels, want at least 1"},
		{"more than a picture holds", make([]Panel, 61), "render: panels: 61 panels, want at most 60"},
		{"a series without its X", []Panel{{Series: []Series{{"kl", nil, []float64{1}}}}}, `render: panels: series "kl" has 0 X and 1 Y, want as many`},
	}
	for _, c := range cases {
		if _, err := Panels(c.panels, "", ""); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
