package picture

// colours returns red, green and blue of luma and chroma.
func (o *rows) colours(y, cb, cr int32) (red, green, blue byte) {
	if o.narrow {
		return video(y, cb, cr)
	}
	r, g, b := jfif(y, cb, cr)
	return clamped(r), clamped(g), clamped(b)
}

// jfif returns R = Y + 1.402 Cr, G = Y − 0.344136 Cb − 0.714136 Cr, B = Y + 1.772 Cb, which may be
// outside a byte.
func jfif(y, cb, cr int32) (red, green, blue int32) {
	y = y<<16 + 1<<15
	cb, cr = cb-128, cr-128
	return (y + 91881*cr) >> 16, (y - 22554*cb - 46802*cr) >> 16, (y + 116130*cb) >> 16
}

// video returns the colours of luma from 16 to 235 and chroma from 16 to 240, which WebP has, as its
// reference decoder computes them.
func video(y, cb, cr int32) (red, green, blue byte) {
	y = y * 19077 >> 8
	return clamped((y + cr*26149>>8 - 14234) >> 6),
		clamped((y - cb*6419>>8 - cr*13320>>8 + 8708) >> 6),
		clamped((y + cb*33050>>8 - 17685) >> 6)
}

// brightness returns the grey of luma.
func (r *rows) brightness(y byte) byte {
	if r.narrow {
		return clamped((int32(y) - 16) * 255 / 219)
	}
	return y
}

func clamped(v int32) byte {
	if uint32(v) <= 255 {
		return byte(v)
	}
	return byte(^(v >> 31)) // 0 below, 255 above
}
