package picture

import (
	"bytes"
	"encoding/binary"
	"errors"

	"golang.org/x/image/webp"
)

// webpHeader reads the header of a WebP file, and the orientation in its chunk EXIF.
func webpHeader(b []byte) (header, error) {
	at := 1
	for chunks := b[12:]; len(chunks) >= 8; {
		n := int64(binary.LittleEndian.Uint32(chunks[4:]))
		content := chunks[8:]
		switch kind := string(chunks[:4]); {
		case kind == "ANIM":
			return header{}, errors.New("an animation, which is not read")
		case kind == "EXIF" && n <= int64(len(content)):
			at = readDirectory(bytes.TrimPrefix(content[:n], []byte("Exif\x00\x00"))).orientation()
		}
		if n += n & 1; n > int64(len(content)) {
			break
		}
		chunks = content[n:]
	}
	h, err := configured(webp.DecodeConfig(bytes.NewReader(b)))
	h.orientation = at
	// The transforms of a lossless picture and the alpha of another take as much again.
	h.memory = 2 * h.stored
	return h, err
}
