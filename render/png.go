// Package render makes pictures of numbers: grids and strips of generated images,
// animations, maps of codes and curves of losses. It opens no files: functions
// return images and write to an [io.Writer].
//
// Pictures are tensors (n, height, width, channels) with one channel for grey or
// three for red, green and blue, and values in [0, 1]. Values outside are clamped; a
// NaN is drawn in magenta so that it is not taken for black. The same numbers give
// the same bytes.
package render

import (
	"fmt"
	"image"
	"image/png"
	"io"
)

// WritePNG writes an image as PNG.
func WritePNG(w io.Writer, img image.Image) error {
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(w, img); err != nil {
		return fmt.Errorf("render: png: %w", err)
	}
	return nil
}
