package render

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
)

func TestWritePNGKeepsGreyPictures(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 16, 16))
	for i := range img.Pix {
		img.Pix[i] = uint8(i)
	}
	var b bytes.Buffer
	if err := WritePNG(&b, img); err != nil {
		t.Fatal(err)
	}
	read, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if gray, ok := read.(*image.Gray); !ok || !slices.Equal(gray.Pix, img.Pix) {
		t.Errorf("got a %T with other values, want the *image.Gray", read)
	}
}

var errFull = errors.New("disk is full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWritersReturnTheErrorBelow(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 1, 1))
	g, err := Animate([]image.Image{img}, 1e9, false)
	if err != nil {
		t.Fatal(err)
	}
	for prefix, err := range map[string]error{"render: png: ": WritePNG(full{}, img), "render: gif: ": WriteGIF(full{}, g)} {
		if !errors.Is(err, errFull) || !strings.HasPrefix(err.Error(), prefix) {
			t.Errorf("got %v, want %s%v", err, prefix, errFull)
		}
	}
}
