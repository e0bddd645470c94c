package render

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"slices"
	"strings"
	"testing"
	"time"
)

// uniform returns a frame of 2×2 pixels, an image.Gray for a grey.
func uniform(c color.Color) image.Image {
	var img draw.Image = image.NewRGBA(image.Rect(0, 0, 2, 2))
	if _, ok := c.(color.Gray); ok {
		img = image.NewGray(image.Rect(0, 0, 2, 2))
	}
	draw.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

// roundTrip writes an animation of frames and reads it again.
func roundTrip(t *testing.T, frames []image.Image, delay time.Duration, bounce bool) *gif.GIF {
	t.Helper()
	g, err := Animate(frames, delay, bounce)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteGIF(&b, g); err != nil {
		t.Fatal(err)
	}
	read, err := gif.DecodeAll(&b)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestAnimationsKeepGreysAndFewColours(t *testing.T) {
	cases := []struct {
		name   string
		frames []color.Color
	}{
		{"greys", []color.Color{color.Gray{0}, color.Gray{127}, color.Gray{254}}},
		{"colours", []color.Color{color.RGBA{1, 2, 3, 255}, color.RGBA{250, 3, 4, 255}, color.RGBA{1, 2, 4, 255}}},
		{"greys with one coloured frame", []color.Color{color.Gray{7}, color.RGBA{255, 0, 255, 255}, color.Gray{8}}},
	}
	for _, c := range cases {
		var frames []image.Image
		for _, colour := range c.frames {
			frames = append(frames, uniform(colour))
		}
		read := roundTrip(t, frames, 100*time.Millisecond, false)
		for i, frame := range read.Image {
			got, want := color.RGBAModel.Convert(frame.At(1, 1)), color.RGBAModel.Convert(c.frames[i])
			if got != want {
				t.Errorf("%s: frame %d: got %v, want %v", c.name, i, got, want)
			}
		}
	}
}

func TestBouncingRunsBackWithoutItsEnds(t *testing.T) {
	for n, want := range map[int][]uint8{1: {0}, 2: {0, 1}, 3: {0, 1, 2, 1}, 4: {0, 1, 2, 3, 2, 1}} {
		var frames []image.Image
		for i := range n {
			frames = append(frames, uniform(color.Gray{uint8(i)}))
		}
		read := roundTrip(t, frames, 54*time.Millisecond, true)
		var got []uint8
		for i, frame := range read.Image {
			got = append(got, color.GrayModel.Convert(frame.At(0, 0)).(color.Gray).Y)
			if read.Delay[i] != 5 {
				t.Errorf("frame %d: delay %d, want 5 hundredths for 54 ms", i, read.Delay[i])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d frames: got %v, want %v", n, got, want)
		}
		if n > 1 && read.LoopCount != 0 {
			t.Errorf("loop count %d, want 0 for ever", read.LoopCount)
		}
	}
}

// The frames need a palette chosen from many colours, the way of which must not
// depend on the order of a map.
func TestAnimationsHaveTheSameBytes(t *testing.T) {
	frame := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 * 64 {
		frame.Set(i%64, i/64, color.RGBA{uint8(4 * (i % 64)), uint8(i / 16), uint8(i * i), 255})
	}
	var first []byte
	for range 3 {
		g, err := Animate([]image.Image{frame}, 100*time.Millisecond, false)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := WriteGIF(&b, g); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b.Bytes()
		} else if !bytes.Equal(first, b.Bytes()) {
			t.Fatal("a second animation of the same frames has other bytes")
		}
	}
}

// A picture that is a part of another has neither its origin nor its stride.
func TestAnimationsTakePartsOfPictures(t *testing.T) {
	whole := image.NewGray(image.Rect(0, 0, 4, 4))
	for i := range whole.Pix {
		whole.Pix[i] = uint8(i)
	}
	part := whole.SubImage(image.Rect(1, 1, 3, 3))
	read := roundTrip(t, []image.Image{part}, 100*time.Millisecond, false)
	if got, want := read.Image[0].Pix, []uint8{5, 6, 9, 10}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAnimateErrors(t *testing.T) {
	small := uniform(color.Gray{0})
	large := image.NewGray(image.Rect(0, 0, 3, 2))
	cases := []struct {
		name   string
		frames []image.Image
		delay  time.Duration
		want   string
	}{
		{"no frames", nil, time.Second, "render: gif: 0 frames, want at least 1"},
		{"a delay that viewers ignore", []image.Image{small}, 10 * time.Millisecond, "render: gif: delay of 10ms between frames, want 20ms to 10m"},
		{"a delay past the format", []image.Image{small}, time.Hour, "render: gif: delay of 1h0m0s between frames"},
		{"a frame of another size", []image.Image{small, large}, time.Second, "render: gif: frame 1 has 3×2 pixels, want 2×2 as frame 0"},
		{"a frame without pixels", []image.Image{image.NewGray(image.Rectangle{})}, time.Second, "render: gif: frames of 0×0 pixels, want 1 to 65535"},
	}
	for _, c := range cases {
		if _, err := Animate(c.frames, c.delay, false); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
