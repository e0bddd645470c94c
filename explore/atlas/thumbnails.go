package atlas

import (
	"latentspace/render"
	"latentspace/tensor"
)

// widestThumbnail is the longest side of a thumbnail in pixels. Smaller pictures are as they are.
const widestThumbnail = 32

// thumbnails finds how large they are, if the points have pictures.
func (a *Atlas) thumbnails() {
	if !a.pictured() {
		a.lacks("The examples are no pictures.", "thumbnails")
		return
	}
	if a.Space.N == 0 || a.examples == nil && a.drawn == nil {
		a.lacks("The points have no pictures.", "thumbnails")
		return
	}
	h, w, c := a.m.Shape[0], a.m.Shape[1], a.m.Shape[2]
	s := shrinking(h, w)
	a.Space.Thumbnail = &Thumbnail{Height: (h + s - 1) / s, Width: (w + s - 1) / s, Channels: c}
}

// shrinking is the side of the square of pixels that become one.
func shrinking(h, w int) int { return (max(h, w) + widestThumbnail - 1) / widestThumbnail }

// Thumbnails are the pictures of points from one on, (n, height, width, channels) in the size that the
// space has: at most n, fewer at the end.
func (a *Atlas) Thumbnails(from, n int) ([]byte, error) {
	if a.Space.Thumbnail == nil {
		return nil, Lack(a.Space.Lacks["thumbnails"])
	}
	lo, hi, err := a.some(from, n)
	if err != nil {
		return nil, err
	}
	size := tensor.Size(a.m.Shape)
	var values []float32
	if a.drawn != nil {
		values = a.drawn.Data[lo*size : hi*size]
	} else {
		x, err := a.m.Values(a.examples, lo, hi-lo)
		if err != nil {
			return nil, err
		}
		values = x.Data
	}
	t := a.Space.Thumbnail
	out := make([]byte, 0, (hi-lo)*t.Height*t.Width*t.Channels)
	for ; len(values) > 0; values = values[size:] {
		out = a.shrink(out, values[:size])
	}
	return out, nil
}

// shrink appends the thumbnail of a picture: the means of squares of pixels.
func (a *Atlas) shrink(out []byte, values []float32) []byte {
	h, w, c := a.m.Shape[0], a.m.Shape[1], a.m.Shape[2]
	s := shrinking(h, w)
	for y := 0; y < h; y += s {
		for x := 0; x < w; x += s {
			for k := range c {
				sum, n := float32(0), 0
				for v := y; v < min(y+s, h); v++ {
					for u := x; u < min(x+s, w); u++ {
						sum += values[(v*w+u)*c+k]
						n++
					}
				}
				out = append(out, render.Level(sum/float32(n)))
			}
		}
	}
	return out
}
