package render

import (
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"io"
	"slices"
	"time"
)

// Animate makes an endless animation of frames of one size. With bounce it runs back
// and forth, which hides the jump from the last frame to the first.
//
// The delay between frames is rounded to hundredths of a second, the unit of the
// format. Where every frame is an [image.Gray] the 256 greys are kept as they are;
// other frames share up to 256 colours chosen from all of them. Colours are not
// dithered: on enlarged pixels that shows as noise, and it flickers.
//
// It is an error if there are no frames, if they differ in size or exceed 65,535
// pixels on a side, and if the delay is below 20 ms, which viewers slow down to
// 100 ms, or above ten minutes.
func Animate(frames []image.Image, delay time.Duration, bounce bool) (*gif.GIF, error) {
	if len(frames) == 0 {
		return nil, fmt.Errorf("render: gif: 0 frames, want at least 1")
	}
	if delay < 20*time.Millisecond || delay > 10*time.Minute {
		return nil, fmt.Errorf("render: gif: delay of %v between frames, want 20ms to 10m", delay)
	}
	size := frames[0].Bounds().Size()
	if size.X < 1 || size.Y < 1 || size.X > 65535 || size.Y > 65535 {
		return nil, fmt.Errorf("render: gif: frames of %d×%d pixels, want 1 to 65535 on each side", size.X, size.Y)
	}
	for i, frame := range frames {
		if got := frame.Bounds().Size(); got != size {
			return nil, fmt.Errorf("render: gif: frame %d has %d×%d pixels, want %d×%d as frame 0", i, got.X, got.Y, size.X, size.Y)
		}
	}
	images := greys(frames)
	if images == nil {
		images = quantized(frames)
	}
	if bounce && len(images) > 2 {
		back := slices.Clone(images[1 : len(images)-1])
		slices.Reverse(back)
		images = append(images, back...)
	}
	hundredths := int((delay + 5*time.Millisecond) / (10 * time.Millisecond))
	return &gif.GIF{
		Image: images,
		Delay: slices.Repeat([]int{hundredths}, len(images)),
		Config: image.Config{
			ColorModel: images[0].Palette,
			Width:      size.X,
			Height:     size.Y,
		},
	}, nil
}

// WriteGIF writes an animation.
func WriteGIF(w io.Writer, g *gif.GIF) error {
	if err := gif.EncodeAll(w, g); err != nil {
		return fmt.Errorf("render: gif: %w", err)
	}
	return nil
}

// greys returns the frames with the palette of the 256 greys, nil if a frame is no
// image.Gray.
func greys(frames []image.Image) []*image.Paletted {
	palette := make(color.Palette, 256)
	for i := range palette {
		palette[i] = color.Gray{Y: uint8(i)}
	}
	images := make([]*image.Paletted, len(frames))
	for i, frame := range frames {
		gray, ok := frame.(*image.Gray)
		if !ok {
			return nil
		}
		img := image.NewPaletted(image.Rectangle{Max: gray.Rect.Size()}, palette)
		for y := range gray.Rect.Dy() {
			copy(img.Pix[y*img.Stride:][:gray.Rect.Dx()], gray.Pix[y*gray.Stride:])
		}
		images[i] = img
	}
	return images
}

// quantized returns the frames with one palette of their own colours.
func quantized(frames []image.Image) []*image.Paletted {
	counts := make(map[rgb]int)
	for _, frame := range frames {
		for _, c := range colours(frame) {
			counts[c]++
		}
	}
	centres, nearest := medianCut(counts, 256)
	palette := make(color.Palette, len(centres))
	for i, c := range centres {
		palette[i] = color.RGBA{c[0], c[1], c[2], 255}
	}
	images := make([]*image.Paletted, len(frames))
	for i, frame := range frames {
		img := image.NewPaletted(image.Rectangle{Max: frame.Bounds().Size()}, palette)
		for k, c := range colours(frame) {
			img.Pix[k] = nearest[c]
		}
		images[i] = img
	}
	return images
}
