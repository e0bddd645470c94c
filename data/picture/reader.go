package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"latentspace/internal/panics"
)

// Reader reads pictures. It has memory that is used again, and is for one goroutine.
type Reader struct {
	rows          rows
	first, second scaler // the second for chroma
}

// Read reads a picture file to dst, which has the size of the options. The file is refused before
// it is decoded if it is no picture or declares more pixels than it can have.
func (r *Reader) Read(file []byte, dst []byte, o Options) (Info, error) {
	if len(dst) != o.Size() {
		return Info{}, fmt.Errorf("picture: room for %d bytes, want %d", len(dst), o.Size())
	}
	h, err := readHeader(file)
	if err != nil {
		return h.Info, err
	}
	var m image.Image
	err = panics.Caught(func() (err error) { // of a decoder, which is an error of its file
		m, err = decode(h, file)
		return err
	})
	if err != nil {
		return h.Info, fmt.Errorf("%s: %w", h.Format, cause(err))
	}
	if h.orientation > 4 {
		h.Width, h.Height = h.Height, h.Width
	}
	r.rows = rows{background: o.Background, narrow: h.Format == WebP}
	r.write(m, h, dst, o)
	h.Transparent = r.rows.transparent
	return h.Info, nil
}

// decode decodes the pixels.
func decode(h header, file []byte) (m image.Image, err error) {
	b := bytes.NewReader(file)
	switch h.Format {
	case PNG:
		m, err = png.Decode(b)
	case JPEG:
		m, err = jpeg.Decode(b)
	case GIF:
		m, err = gif.Decode(b)
	case BMP:
		m, err = bmp.Decode(b)
	case TIFF:
		m, err = tiff.Decode(b)
	case WebP:
		m, err = webp.Decode(b)
	default:
		m, err = decodePNM(file)
	}
	if err != nil {
		return nil, err
	}
	if size := m.Bounds().Size(); h.Format != GIF && (size.X != h.Width || size.Y != h.Height) {
		return nil, fmt.Errorf("%d × %d pixels, want %d × %d as the header says", size.X, size.Y, h.Width, h.Height)
	}
	return m, nil
}

// write writes the part of a picture that is read to dst.
func (r *Reader) write(m image.Image, h header, dst []byte, o Options) {
	from, to := o.fit(h.Width, h.Height)
	t := turns[h.orientation]
	from = t.stored(from, h.Width, h.Height)
	width, height := to.width, to.height
	if t.transposed {
		width, height = height, width
	}
	if to != (box{0, 0, o.Width, o.Height}) {
		o.fill(dst)
	}
	start, across, down := t.strides(o.Width, o.Height)
	left, top := to.x, to.y // from the corner that the first pixel goes to
	if t.mirrored {
		left = to.x + to.width - o.Width
	}
	if t.flipped {
		top = to.y + to.height - o.Height
	}
	start += left + top*o.Width
	p := target{dst, o.Channels(), start, across, down, width, height}
	switch m := m.(type) {
	case *image.Gray:
		r.rows.grey(p, r.first.plane(width, height, from, m.Pix, m.Stride))
	case *image.YCbCr:
		luma := r.first.plane(width, height, from, m.Y, m.YStride)
		if o.Grey {
			r.rows.grey(p, luma)
			return
		}
		wide, high := subsampling(m.SubsampleRatio)
		r.rows.chrominance(p, luma, r.second.scale(width, height, from, wide, high, planes(m.Cb, m.Cr, m.CStride)))
	default:
		row := r.rows.of(m)
		if h.Format == GIF {
			row = r.rows.framed(m)
		}
		p.colour(r.first.scale(width, height, from, 1, 1, row))
	}
}

// fill paints all of dst with the background.
func (o Options) fill(dst []byte) {
	for k := range dst {
		if o.Grey {
			dst[k] = o.Background.grey()
		} else {
			dst[k] = o.Background[k%3]
		}
	}
}

// subsampling is how many pixels a sample of chroma is for, along either axis.
func subsampling(s image.YCbCrSubsampleRatio) (wide, high int) {
	switch s {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}
