package picture

import (
	"encoding/binary"
	"errors"
)

// pngHeader reads the header of a PNG file and the orientation in its chunk eXIf.
func pngHeader(b []byte) (header, error) {
	const (
		signature, length, name, sum = 8, 4, 4, 4
		colourBit, alphaBit          = 2, 4
		paletted                     = 3
	)
	h := header{orientation: 1}
	var depth int64
	interlaced, transparent := false, false
	for b = b[signature:]; len(b) >= length+name; {
		n := int64(binary.BigEndian.Uint32(b))
		content := b[length+name:]
		whole := n+sum <= int64(len(content))
		switch kind := string(b[length : length+name]); {
		case kind == "IHDR" && n == 13 && len(content) >= 13:
			width, height := binary.BigEndian.Uint32(content), binary.BigEndian.Uint32(content[4:])
			if width > 1<<30 || height > 1<<30 {
				return h, errors.New("sides of more than 2³⁰ pixels")
			}
			h.Width, h.Height = int(width), int(height)
			colour := content[9]
			depth, interlaced = int64(content[8]), content[12] != 0
			switch h.Deep = depth == 16; {
			case colour == paletted:
				h.Mode = Palette
			case colour&colourBit != 0:
				h.Mode = RGB
			default:
				h.Mode = Grey
			}
			transparent = colour&alphaBit != 0
		case kind == "tRNS" && h.Mode != Palette:
			transparent = true
		case kind == "acTL":
			h.Frames = true
		case kind == "eXIf" && whole:
			h.orientation = readDirectory(content[:n]).orientation()
		case kind == "IEND":
			whole = false // nothing follows
		}
		if !whole { // or it is cut off, as the decoder says
			break
		}
		b = content[n+sum:]
	}
	if h.Width == 0 {
		return h, errors.New("no header")
	}
	channels := int64(1)
	if h.Mode == RGB || transparent {
		channels = 4 // as it is decoded
	}
	h.stored = int64(h.Width) * int64(h.Height) * channels * max(1, depth/8)
	if h.memory = h.stored; interlaced {
		h.memory *= 2 // for the passes
	}
	return h, nil
}
