package render

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg/draw"

	"latentspace/tensor"
)

func TestUnitsAreAsLongAcrossAsUp(t *testing.T) {
	cases := []struct {
		name   string
		xs, ys extent
		o      ScatterOptions
	}{
		{"a wide cloud", extent{lo: -100, hi: 100}, extent{lo: 0, hi: 1}, ScatterOptions{X: "z₁", Y: "z₂"}},
		{"a tall cloud", extent{lo: 0, hi: 1}, extent{lo: -1e4, hi: 1e6}, ScatterOptions{X: "z₁", Y: "z₂"}},
		{"a map without axes", extent{lo: -3, hi: 8}, extent{lo: -4, hi: 2}, ScatterOptions{}},
		{"one point", extent{lo: 2, hi: 2}, extent{lo: 0, hi: 0}, ScatterOptions{X: "x"}},
	}
	for _, c := range cases {
		page := newPage(900, 760)
		f := c.o.axes(c.xs, c.ys, page.free)
		size := f.DataCanvas(page.free).Size()
		across, up := (f.X.Max-f.X.Min)/float64(size.X), (f.Y.Max-f.Y.Min)/float64(size.Y)
		if math.Abs(across/up-1) > 0.01 {
			t.Errorf("%s: a point is %g units across and %g up, want the same", c.name, across, up)
		}
		if f.X.Min > c.xs.lo || f.X.Max < c.xs.hi || f.Y.Min > c.ys.lo || f.Y.Max < c.ys.hi {
			t.Errorf("%s: the frame is %g to %g and %g to %g, too small", c.name, f.X.Min, f.X.Max, f.Y.Min, f.Y.Max)
		}
	}
}

func TestLabelsHaveColoursShapesAndNames(t *testing.T) {
	var all []int
	for i := range 23 {
		all = append(all, 22-i)
	}
	marks, entries := ScatterOptions{Names: []string{"zero", "one"}}.marks(23, append(all, -1))
	if len(entries) != 24 || entries[0].name != "-1" || entries[1].name != "zero" || entries[3].name != "2" {
		t.Errorf("%d entries %q, %q, …, %q, want 24 from -1, zero to 2", len(entries), entries[0].name, entries[1].name, entries[3].name)
	}
	type look struct {
		c any
		s draw.GlyphDrawer
	}
	seen := make(map[look]int)
	for label, mark := range marks {
		if other, ok := seen[look{mark.Color, mark.Shape}]; ok {
			t.Errorf("labels %d and %d look the same", label, other)
		}
		seen[look{mark.Color, mark.Shape}] = label
	}
}

func TestScatterDrawsEveryKindOfPoint(t *testing.T) {
	points := from(t, []float32{-1, -1, 1, 1, 0, 0}, 3, 2)
	behind := from(t, []float32{-1, 1}, 1, 2)
	img, err := Scatter(points, []int{0, 1, 0}, ScatterOptions{X: "x", Y: "y", Behind: behind, BehindName: "data"})
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size.X != 900 || size.Y != 760 {
		t.Errorf("got %v pixels, want 900×760", size)
	}
	// The colours of the legend are opaque and so found as they are.
	for i := range 2 {
		if bounds(img, hue(i)).Empty() {
			t.Errorf("no mark of label %d", i)
		}
	}
	without, err := Scatter(points, []int{0, 1, 0}, ScatterOptions{X: "x", Y: "y", BehindName: "data"})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(pixels(img), pixels(without)) {
		t.Error("the points behind leave no trace")
	}
}

func TestScatterSurvivesAnyNumbers(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, data := range [][]float32{
		{},
		{nan, 0},
		{0, inf},
		{1, 1},
		{math.MaxFloat32, -math.MaxFloat32, 0, 0},
		{1e-45, 0, 0, 0},
		{1, 1, nan, nan, 3, 2},
	} {
		n := len(data) / 2
		for _, labels := range [][]int{nil, make([]int, n)} {
			if _, err := Scatter(from(t, data, n, 2), labels, ScatterOptions{X: "x", Y: strings.Repeat("y ", 1000)}); err != nil {
				t.Errorf("%v: %v", data, err)
			}
		}
	}
}

func TestScatterHasRoomForManyLabels(t *testing.T) {
	labels := make([]int, 1000)
	for i := range labels {
		labels[i] = i
	}
	if _, err := Scatter(tensor.New(1000, 2), labels, ScatterOptions{Names: []string{strings.Repeat("long ", 100)}}); err != nil {
		t.Error(err)
	}
}

func TestScatterErrors(t *testing.T) {
	two := tensor.New(3, 2)
	cases := []struct {
		name   string
		points *tensor.Tensor
		labels []int
		o      ScatterOptions
		want   string
	}{
		{"points in space", tensor.New(4, 3), nil, ScatterOptions{}, "render: scatter: points of shape [4 3], want (n, 2)"},
		{"a list of numbers", tensor.New(4), nil, ScatterOptions{}, "render: scatter: points of shape [4], want (n, 2)"},
		{"a label too few", two, []int{0, 1}, ScatterOptions{}, "render: scatter: 2 labels for 3 points, want as many"},
		{"points in space behind", two, nil, ScatterOptions{Behind: tensor.New(4, 3)}, "render: scatter: points behind of shape [4 3], want (m, 2)"},
	}
	for _, c := range cases {
		if _, err := Scatter(c.points, c.labels, c.o); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
