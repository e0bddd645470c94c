package picture

import (
	"image"
	"image/color"
)

// word is a pixel of three channels.
func word(r, g, b uint32) uint64 { return uint64(r) | uint64(g)<<lane | uint64(b)<<(2*lane) }

// rows writes rows of pictures as words, over a background. Transparent is set when a pixel is.
type rows struct {
	background  Colour
	transparent bool
	narrow      bool // luma and chroma are those of video, as in WebP
}

// over is a pixel of bytes and an alpha that they are not yet multiplied with.
func (r *rows) over(red, green, blue, alpha uint32) uint64 {
	if alpha == 255 {
		return word(red, green, blue)
	}
	r.transparent = true
	mix := func(c uint32, behind byte) uint32 { return (c*alpha + uint32(behind)*(255-alpha) + 127) / 255 }
	return word(mix(red, r.background[0]), mix(green, r.background[1]), mix(blue, r.background[2]))
}

// premultiplied is a pixel whose bytes are multiplied with its alpha.
func (r *rows) premultiplied(red, green, blue, alpha uint32) uint64 {
	if alpha == 255 {
		return word(red, green, blue)
	}
	r.transparent = true
	mix := func(c uint32, behind byte) uint32 { return min(255, c+(uint32(behind)*(255-alpha)+127)/255) }
	return word(mix(red, r.background[0]), mix(green, r.background[1]), mix(blue, r.background[2]))
}

// byteOf rounds 16 bits to 8.
func byteOf(v uint32) uint32 { return (v*255 + 32767) / 65535 }

// of returns a function that writes rows of a picture, from pixel x on.
func (r *rows) of(m image.Image) func(dst []uint64, x, y int) {
	at := m.Bounds().Min
	switch m := m.(type) {
	case *image.NRGBA:
		return func(dst []uint64, x, y int) {
			p := m.Pix[m.PixOffset(at.X+x, at.Y+y):]
			for k := range dst {
				q := p[4*k : 4*k+4 : 4*k+4]
				dst[k] = r.over(uint32(q[0]), uint32(q[1]), uint32(q[2]), uint32(q[3]))
			}
		}
	case *image.RGBA:
		return func(dst []uint64, x, y int) {
			p := m.Pix[m.PixOffset(at.X+x, at.Y+y):]
			for k := range dst {
				q := p[4*k : 4*k+4 : 4*k+4]
				dst[k] = r.premultiplied(uint32(q[0]), uint32(q[1]), uint32(q[2]), uint32(q[3]))
			}
		}
	case *image.Gray16:
		return func(dst []uint64, x, y int) {
			p := m.Pix[m.PixOffset(at.X+x, at.Y+y):]
			for k := range dst {
				v := byteOf(uint32(p[2*k])<<8 | uint32(p[2*k+1]))
				dst[k] = word(v, v, v)
			}
		}
	case *image.CMYK:
		return func(dst []uint64, x, y int) {
			p := m.Pix[m.PixOffset(at.X+x, at.Y+y):]
			for k := range dst {
				q := p[4*k : 4*k+4 : 4*k+4]
				red, green, blue := color.CMYKToRGB(q[0], q[1], q[2], q[3])
				dst[k] = word(uint32(red), uint32(green), uint32(blue))
			}
		}
	case *image.Paletted:
		return r.paletted(m)
	case *image.NYCbCrA:
		return func(dst []uint64, x, y int) {
			for k := range dst {
				at, c := m.YOffset(x+k, y), m.COffset(x+k, y)
				red, green, blue := r.colours(int32(m.Y[at]), int32(m.Cb[c]), int32(m.Cr[c]))
				dst[k] = r.over(uint32(red), uint32(green), uint32(blue), uint32(m.A[m.AOffset(x+k, y)]))
			}
		}
	case *image.NRGBA64:
		return func(dst []uint64, x, y int) {
			for k := range dst {
				c := m.NRGBA64At(at.X+x+k, at.Y+y)
				dst[k] = r.over(byteOf(uint32(c.R)), byteOf(uint32(c.G)), byteOf(uint32(c.B)), byteOf(uint32(c.A)))
			}
		}
	}
	return func(dst []uint64, x, y int) { // such as 16 bits of a TIFF file, with alpha multiplied
		for k := range dst {
			red, green, blue, alpha := m.At(at.X+x+k, at.Y+y).RGBA()
			dst[k] = r.premultiplied(byteOf(red), byteOf(green), byteOf(blue), byteOf(alpha))
		}
	}
}

// paletted looks the colours of a palette up once. Of a GIF the first frame can be a part of the
// picture, beyond which it is transparent.
func (r *rows) paletted(m *image.Paletted) func(dst []uint64, x, y int) {
	var words [256]uint64
	var seen [256]bool // transparent
	for i := range words {
		c := color.NRGBA{A: 255} // an index beyond the palette is black
		if i < len(m.Palette) {
			c = color.NRGBAModel.Convert(m.Palette[i]).(color.NRGBA)
		}
		seen[i] = c.A < 255
		before := r.transparent
		words[i] = r.over(uint32(c.R), uint32(c.G), uint32(c.B), uint32(c.A))
		r.transparent = before
	}
	at := m.Bounds().Min
	return func(dst []uint64, x, y int) {
		p := m.Pix[m.PixOffset(at.X+x, at.Y+y):]
		for k := range dst {
			dst[k] = words[p[k]]
			r.transparent = r.transparent || seen[p[k]]
		}
	}
}

// framed returns rows of a picture of width × height of which m is a part, and nothing around it.
func (r *rows) framed(m image.Image) func(dst []uint64, x, y int) {
	inner, b := r.of(m), m.Bounds()
	return func(dst []uint64, x, y int) {
		behind := r.background
		nothing := word(uint32(behind[0]), uint32(behind[1]), uint32(behind[2]))
		from, to := max(x, b.Min.X), min(x+len(dst), b.Max.X)
		if y < b.Min.Y || y >= b.Max.Y || from >= to {
			from, to = x, x
		}
		for k := range dst {
			if k < from-x || k >= to-x {
				dst[k], r.transparent = nothing, true
			}
		}
		if from < to {
			inner(dst[from-x:to-x], from-b.Min.X, y-b.Min.Y)
		}
	}
}

// planes returns rows of two planes, as the first two channels.
func planes(a, b []byte, stride int) func(dst []uint64, x, y int) {
	return func(dst []uint64, x, y int) {
		p, q := a[y*stride+x:], b[y*stride+x:]
		p, q = p[:len(dst)], q[:len(dst)]
		for k, v := range p {
			dst[k] = uint64(v) | uint64(q[k])<<lane
		}
	}
}
