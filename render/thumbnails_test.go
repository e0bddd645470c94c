package render

import (
	"errors"
	"image"
	"image/color"
	"io"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

func TestThumbnailSizes(t *testing.T) {
	cases := []struct {
		name  string
		shape []int
		want  image.Point
	}{
		{"a digit stays", []int{28, 28, 1}, image.Pt(28, 28)},
		{"a small picture is enlarged", []int{8, 6, 1}, image.Pt(18, 24)},
		{"a large one is averaged", []int{64, 64, 1}, image.Pt(32, 32)},
		{"an odd one is averaged to its edge", []int{81, 41, 1}, image.Pt(14, 27)},
		{"a coloured one has a frame", []int{32, 32, 3}, image.Pt(36, 36)},
	}
	for _, c := range cases {
		img := (&Thumbnails{Shape: c.shape}).image(make([]float32, tensor.Size(c.shape)), color.NRGBA{})
		if got := img.Bounds().Size(); got != c.want {
			t.Errorf("%s: %v pixels, want %v", c.name, got, c.want)
		}
	}
}

func TestThumbnailColours(t *testing.T) {
	blue := color.NRGBA{0, 0, 200, 255}
	grey := (&Thumbnails{Shape: []int{24, 24, 1}}).image(slices.Repeat([]float32{0.6}, 576), blue)
	if got, want := grey.NRGBAAt(3, 3), (color.NRGBA{0, 0, 200, 153}); got != want {
		t.Errorf("0.6 is %v, want %v", got, want)
	}
	// Averaged over 2×2: of 0 and 1 in turns, a half.
	chess := make([]float32, 80*80)
	for i := range chess {
		chess[i] = float32((i + i/80) % 2)
	}
	if got := (&Thumbnails{Shape: []int{80, 80, 1}}).image(chess, blue).NRGBAAt(7, 9); got.A != 128 {
		t.Errorf("half of the values are 1: opaque %d, want 128", got.A)
	}
	coloured := (&Thumbnails{Shape: []int{24, 24, 3}}).image(slices.Repeat([]float32{1, 0.2, 0}, 576), blue)
	if got, want := coloured.NRGBAAt(2, 2), (color.NRGBA{255, 51, 0, 255}); got != want {
		t.Errorf("a coloured value is %v, want %v", got, want)
	}
	if got := coloured.NRGBAAt(1, 5); got != blue {
		t.Errorf("its frame is %v, want %v", got, blue)
	}
}

func TestPlacesDoNotOverlap(t *testing.T) {
	p := newPlaces(image.Pt(10, 5))
	for _, c := range []struct {
		at   image.Point
		room bool
	}{
		{image.Pt(100, 100), true},
		{image.Pt(109, 104), false},
		{image.Pt(91, 96), false},
		{image.Pt(110, 100), true},
		{image.Pt(100, 105), true},
		{image.Pt(90, 95), true},
		{image.Pt(-3, -2), true},
		{image.Pt(5, 1), false},
	} {
		if got := p.take(c.at); got != c.room {
			t.Errorf("at %v: room %v, want %v", c.at, got, c.room)
		}
	}
}

// Of three points in one place the first is drawn, and one far from them.
func TestThumbnailsAreReadWhereThereIsRoom(t *testing.T) {
	points := from(t, []float32{0, 0, 0, 0.001, 1, 1, 0.001, 0}, 4, 2)
	var read []int
	o := ScatterOptions{Thumbnails: &Thumbnails{Shape: []int{28, 28, 1}, Read: func(i int, dst []float32) error {
		read = append(read, i)
		for k := range dst {
			dst[k] = 1
		}
		return nil
	}}}
	img, err := Scatter(points, []int{0, 0, 1, 0}, o)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(read, []int{0, 2}) {
		t.Errorf("read %v, want 0 and 2", read)
	}
	// An opaque square of 28 pixels to the right of the legend's mark.
	for i := range 2 {
		square := bounds(img.(*image.RGBA).SubImage(image.Rect(0, 0, 1380, 1216)), hue(i))
		if square.Dx() != 28 || square.Dy() != 28 {
			t.Errorf("label %d is drawn in %v, want 28 pixels each way", i, square)
		}
	}
}

func TestThumbnailErrors(t *testing.T) {
	points := tensor.New(2, 2)
	broken := &Thumbnails{Shape: []int{28, 28, 1}, Read: func(int, []float32) error { return errors.New("disk on fire") }}
	for _, c := range []struct {
		name string
		t    *Thumbnails
		want string
	}{
		{"two channels", &Thumbnails{Shape: []int{28, 28, 2}}, "render: scatter: thumbnails of shape [28 28 2], want (height, width, channels) with 1 or 3 channels"},
		{"vectors", &Thumbnails{Shape: []int{2}}, "render: scatter: thumbnails of shape [2], want"},
		{"a picture that cannot be read", broken, "render: scatter: thumbnail of point 0: disk on fire"},
	} {
		_, err := Scatter(points, nil, ScatterOptions{Thumbnails: c.t})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
		if err := WriteScatterSVG(io.Discard, points, nil, ScatterOptions{Thumbnails: c.t}); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s as SVG: got %v, want %s", c.name, err, c.want)
		}
	}
}
