package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// jpegHeader reads the first frame header of a JPEG file, and the orientation in its EXIF data.
func jpegHeader(b []byte) (header, error) {
	const sof, dht, jpg, dac, sos, eoi, app1 = 0xc0, 0xc4, 0xc8, 0xcc, 0xda, 0xd9, 0xe1
	h := header{orientation: 1}
	for b = b[2:]; ; {
		at := bytes.IndexByte(b, 0xff)
		if at < 0 || at+4 > len(b) {
			return h, io.ErrUnexpectedEOF
		}
		b = b[at:]
		marker := b[1]
		if marker == 0xff { // padding
			b = b[1:]
			continue
		}
		if marker == 0 || marker == 1 || marker >= 0xd0 && marker <= 0xd8 { // no length follows
			b = b[2:]
			continue
		}
		if marker == sos || marker == eoi {
			return h, errors.New("no frame before the first scan")
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < 2 {
			return h, errors.New("a segment of less than its length")
		}
		if n+2 > len(b) {
			return h, io.ErrUnexpectedEOF
		}
		content := b[4 : n+2]
		switch {
		case marker == app1 && bytes.HasPrefix(content, []byte("Exif\x00\x00")):
			h.orientation = readDirectory(content[6:]).orientation()
		case marker >= sof && marker < sof+16 && marker != dht && marker != jpg && marker != dac:
			return h, h.frame(content, marker == sof+2)
		}
		b = b[n+2:]
	}
}

// frame reads a frame header.
func (h *header) frame(b []byte, progressive bool) error {
	const fixed, each = 6, 3
	if len(b) < fixed || len(b) < fixed+each*int(b[5]) {
		return io.ErrUnexpectedEOF
	}
	h.Height, h.Width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	components := int(b[5])
	var across, down [4]int64
	if components < 1 || components > 4 {
		return errors.New("want one to four components")
	}
	most := [2]int64{1, 1}
	for c := range components {
		factors := b[fixed+each*c+1]
		across[c], down[c] = int64(factors>>4), int64(factors&15)
		most[0], most[1] = max(most[0], across[c]), max(most[1], down[c])
	}
	// Each component is stored in whole blocks of 8 × 8.
	columns := (int64(h.Width) + 8*most[0] - 1) / (8 * most[0])
	rows := (int64(h.Height) + 8*most[1] - 1) / (8 * most[1])
	for c := range components {
		h.stored += columns * across[c] * rows * down[c] * 64
	}
	pixels := int64(h.Width) * int64(h.Height)
	h.memory = h.stored
	if progressive {
		h.memory += 4 * h.stored // the coefficients, until the last scan
	}
	switch components {
	case 1:
		h.Mode = Grey
	case 4:
		h.Mode = CMYK
		h.memory += 4 * pixels
	default:
		h.Mode = RGB
		if b[fixed] == 'R' {
			h.memory += 4 * pixels
		}
	}
	return nil
}
