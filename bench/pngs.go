package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"

	"latentspace/data"
	"latentspace/data/keyed"
)

// writePNGs fills a folder with n digits as PNG files of 32 to 160 pixels a side, in all modes: grey
// and colours of 8 and 16 bits, palettes and transparency. One in a hundred is cut off.
func writePNGs(ctx context.Context, dir string, n int) error {
	splits, err := data.Glyphs{Pictures: data.Pictures{Valid: 0}, Train: n}.Open(ctx)
	if err != nil {
		return err
	}
	digit := make([]float32, splits.Train.Schema().Width())
	var b bytes.Buffer
	for i := range n {
		if err := splits.Train.Read(i, digit); err != nil {
			return err
		}
		b.Reset()
		d := keyed.New(1, "bench.pngs", uint64(i))
		if err := png.Encode(&b, canvas(i, digit, &d)); err != nil {
			return err
		}
		file := b.Bytes()
		if i%100 == 99 {
			file = file[:len(file)/2]
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.png", i)), file, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// modes are pictures to draw on, with what a colour becomes on them.
var modes = []func(r image.Rectangle) settable{
	func(r image.Rectangle) settable { return image.NewGray(r) },
	func(r image.Rectangle) settable { return image.NewGray16(r) },
	func(r image.Rectangle) settable { return image.NewRGBA(r) },
	func(r image.Rectangle) settable { return image.NewNRGBA(r) },
	func(r image.Rectangle) settable { return image.NewNRGBA64(r) },
	func(r image.Rectangle) settable {
		var p color.Palette
		for k := range 256 {
			p = append(p, color.NRGBA{byte(k >> 5 * 36), byte(k >> 2 & 7 * 36), byte(k & 3 * 85), 255})
		}
		return image.NewPaletted(r, p)
	},
}

type settable interface {
	image.Image
	Set(x, y int, c color.Color)
}

// canvas is a digit in a colour on another, enlarged to a picture of random size.
func canvas(i int, digit []float32, d *keyed.Draws) image.Image {
	const side = 28
	width, height := 32+d.Below(129), 32+d.Below(129)
	m := modes[i%len(modes)](image.Rect(0, 0, width, height))
	var ink, paper [3]float64
	for c := range 3 {
		ink[c], paper[c] = d.Between(128, 255), d.Between(0, 127)
	}
	for y := range height {
		for x := range width {
			share := float64(digit[y*side/height*side+x*side/width])
			var rgb [3]byte
			for c := range rgb {
				rgb[c] = byte(paper[c] + float64(share*(ink[c]-paper[c])))
			}
			alpha := byte(255)
			if i%12 == 3 || i%12 == 4 { // half of those with alpha
				alpha = byte(255 * (x + y) / (width + height))
			}
			m.Set(x, y, color.NRGBA{rgb[0], rgb[1], rgb[2], alpha})
		}
	}
	return m
}
