package draw

import (
	"encoding/binary"
	"math/bits"
)

// Bitmap is a picture of 64 × 64 pixels, each black or white: bit x of row y is the
// pixel there.
type Bitmap [SpriteSide]uint64

// SpriteSide is the height and the width of a sprite's picture.
const SpriteSide = 64

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

// Values writes the pixels row by row, 0 or 1.
func (m *Bitmap) Values(dst []float32) {
	for y, row := range m {
		for x := 0; x < SpriteSide; x += 8 {
			copy(dst[y*SpriteSide+x:], whites.values[row>>x&0xff][:])
		}
	}
}

// Bytes writes the pixels row by row, 0 or 255.
func (m *Bitmap) Bytes(dst []byte) {
	for y, row := range m {
		for x := 0; x < SpriteSide; x += 8 {
			binary.LittleEndian.PutUint64(dst[y*SpriteSide+x:], whites.bytes[row>>x&0xff])
		}
	}
}

// Pack is the inverse of Values, of bytes that are 0 or 1. It returns the place of the
// first that is neither, or −1.
func (m *Bitmap) Pack(pixels []byte) int {
	const (
		ones   = 0x0101010101010101
		gather = 0x0102040810204080 // takes the lowest bit of byte k to bit 56 + k
	)
	for y := range m {
		m[y] = 0
		for x := 0; x < SpriteSide; x += 8 {
			at := y*SpriteSide + x
			eight := binary.LittleEndian.Uint64(pixels[at:])
			if other := eight &^ ones; other != 0 {
				return at + bits.TrailingZeros64(other)/8
			}
			m[y] |= eight * gather >> 56 << x
		}
	}
	return -1
}
