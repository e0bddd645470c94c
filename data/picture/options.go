// Package picture reads a picture file to bytes of a given size. The bytes are a function of the
// file and the options alone: everything after the decoder is computed in integers.
package picture

import (
	"fmt"
	"strconv"
	"strings"
)

// Version changes when the same file and options give other bytes.
const Version = 1

// Options say what a picture is read to.
type Options struct {
	Height, Width int
	// Grey reads one channel in place of red, green and blue.
	Grey bool
	// Pad keeps the whole picture, with a border in the colour of Background where the shape
	// differs. Without it the middle is cut out.
	Pad bool
	// Background is the colour behind transparent pixels and around padded pictures.
	Background Colour
}

// Channels is how many bytes a pixel has.
func (o Options) Channels() int {
	if o.Grey {
		return 1
	}
	return 3
}

// Size is how many bytes a picture has: rows of pixels of channels.
func (o Options) Size() int { return o.Height * o.Width * o.Channels() }

// Colour is red, green and blue.
type Colour [3]byte

// named are the colours that have a name.
var named = map[string]Colour{"black": {}, "grey": {128, 128, 128}, "white": {255, 255, 255}}

// ParseColour reads black, grey, white, or red, green and blue in hexadecimal digits, such as
// #ff8000.
func ParseColour(s string) (Colour, error) {
	if c, ok := named[s]; ok {
		return c, nil
	}
	digits, ok := strings.CutPrefix(s, "#")
	n, err := strconv.ParseUint(digits, 16, 32)
	if !ok || len(digits) != 6 || err != nil {
		return Colour{}, fmt.Errorf("%.40q, want black, grey, white or a colour such as #ff8000", s)
	}
	return Colour{byte(n >> 16), byte(n >> 8), byte(n)}, nil
}

// grey is how bright a colour is, 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).
func (c Colour) grey() byte {
	return byte((19595*uint32(c[0]) + 38470*uint32(c[1]) + 7471*uint32(c[2]) + 1<<15) >> 16)
}
