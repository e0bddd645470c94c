package latentspace

import (
	"fmt"
	"image"
	"image/color"

	"latentspace/tensor"
)

// Image is an example as a picture, a pixel for each of its positions: an [image.Gray] of one channel,
// an [image.NRGBA] of three. Values in [0, 1] are rounded to 0 … 255, others are clamped, and what is
// no number is black. A model of something else, and an example of another length, are errors.
func (m *Model) Image(x []float32) (image.Image, error) {
	if !m.of.Schema.IsPicture() {
		return nil, fmt.Errorf("latentspace: an example of a model of shape %v is no picture", m.of.Shape)
	}
	shape := m.of.Schema.Shape()
	if size := tensor.Size(shape); len(x) != size {
		return nil, fmt.Errorf("latentspace: a picture of %d values, want %d", len(x), size)
	}
	bounds := image.Rect(0, 0, shape[1], shape[0])
	if shape[2] == 1 {
		img := image.NewGray(bounds)
		for i, v := range x {
			img.Pix[i] = level(v)
		}
		return img, nil
	}
	img := image.NewNRGBA(bounds)
	for i := range len(x) / 3 {
		img.Set(i%shape[1], i/shape[1], color.NRGBA{level(x[3*i]), level(x[3*i+1]), level(x[3*i+2]), 255})
	}
	return img, nil
}

// level maps [0, 1] to 0 … 255, to the nearest, and clamps the rest.
func level(v float32) byte {
	if !(v > 0) {
		return 0
	}
	return byte(float32(min(v, 1)*255) + 0.5)
}
