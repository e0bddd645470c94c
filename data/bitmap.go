package data

import "encoding/binary"

// bitmap is a picture of 64 × 64 pixels, each black or white: bit x of row y is the
// pixel there.
type bitmap [bitmapSide]uint64

const bitmapSide = 64

// whites has for each eight pixels their values, 0 or 1, and their bytes, 0 or 255.
var whites = func() (w struct {
	values [256][8]float32
	bytes  [256]uint64
}) {
	for b := range 256 {
		for k := range 8 {
			if b>>k&1 == 1 {
				w.values[b][k] = 1
				w.bytes[b] |= 0xff << (8 * k)
			}
		}
	}
	return w
}()

// values writes the pixels row by row, 0 or 1.
func (m *bitmap) values(dst []float32) {
	for y, row := range m {
		for x := 0; x < bitmapSide; x += 8 {
			copy(dst[y*bitmapSide+x:], whites.values[row>>x&0xff][:])
		}
	}
}

// bytes writes the pixels row by row, 0 or 255.
func (m *bitmap) bytes(dst []byte) {
	for y, row := range m {
		for x := 0; x < bitmapSide; x += 8 {
			binary.LittleEndian.PutUint64(dst[y*bitmapSide+x:], whites.bytes[row>>x&0xff])
		}
	}
}

// pack is the inverse of bytes, of pixels that are 0 or 1. It returns the first that
// is neither, or −1.
func (m *bitmap) pack(pixels []byte) int {
	for y := range m {
		m[y] = 0
		for x, p := range pixels[y*bitmapSide : (y+1)*bitmapSide] {
			if p > 1 {
				return y*bitmapSide + x
			}
			m[y] |= uint64(p) << x
		}
	}
	return -1
}
