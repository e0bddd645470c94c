package wav

import (
	"encoding/binary"
	"fmt"
	"math"

	"latentspace/internal/untrusted"
)

// The numbers by which a file says how its samples are coded.
const (
	integers   = 1
	floats     = 3
	extensible = 0xfffe
)

// codings are the names of what is not read.
var codings = map[uint16]string{
	2: "Microsoft ADPCM", 6: "A-law", 7: "µ-law", 0x11: "IMA ADPCM", 0x31: "GSM 6.10", 0x50: "MPEG", 0x55: "MP3", 0x161: "WMA", 0xf1ac: "FLAC",
}

// subformat is how the sixteen bytes end that stand for a coding in an extensible format: those of
// the first two are its number.
const subformat = "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"

// The range of rates of sound, in Hz.
const (
	LeastRate = 100
	MostRate  = 1_000_000
)

// format is what the chunk "fmt " says.
type format struct {
	coding   uint16
	channels int
	rate     int
	bits     int
}

// parseFormat reads the content of the chunk, which begins at a byte of the file.
func parseFormat(c []byte, at int) (f format, err error) {
	if len(c) < 16 {
		return f, fmt.Errorf("byte %d: a format of %d bytes, want at least 16", at, len(c))
	}
	f = format{
		coding: binary.LittleEndian.Uint16(c), channels: int(binary.LittleEndian.Uint16(c[2:])),
		rate: int(min(binary.LittleEndian.Uint32(c[4:]), math.MaxInt32)), bits: int(binary.LittleEndian.Uint16(c[14:])),
	}
	block := int(binary.LittleEndian.Uint16(c[12:]))
	where := at
	if f.coding == extensible {
		if len(c) < 40 {
			return f, fmt.Errorf("byte %d: an extensible format of %d bytes, want at least 40", at, len(c))
		}
		if string(c[26:40]) != subformat {
			return f, fmt.Errorf("byte %d: a coding with the number %x, want that of integers or floats", at+24, c[24:40])
		}
		f.coding, where = binary.LittleEndian.Uint16(c[24:]), at+24
	}
	if f.rate < LeastRate || f.rate > MostRate {
		return f, fmt.Errorf("byte %d: a rate of %d Hz, want one from %d to %d", at+4, f.rate, LeastRate, MostRate)
	}
	if f.channels == 0 {
		return f, fmt.Errorf("byte %d: 0 channels, want at least 1", at+2)
	}
	if err := untrusted.Channels.Check(int64(f.channels)); err != nil {
		return f, fmt.Errorf("byte %d: %w", at+2, err)
	}
	switch {
	case f.coding == integers && (f.bits == 8 || f.bits == 16 || f.bits == 24 || f.bits == 32):
	case f.coding == floats && (f.bits == 32 || f.bits == 64):
	case f.coding == integers, f.coding == floats:
		return f, fmt.Errorf("byte %d: %s, want integers of 8, 16, 24 or 32 bits, or floats of 32 or 64", at+14, f)
	default:
		name := codings[f.coding]
		if name == "" {
			name = "which has no name here"
		}
		return f, fmt.Errorf("byte %d: coding %d (%s), want integers (1) or floats (3); ffmpeg -i FILE -c:a pcm_s16le NEW.wav converts it", where, f.coding, name)
	}
	if block != f.frame() {
		return f, fmt.Errorf("byte %d: %d bytes for a sample of each channel, want %d for %d of %s", at+12, block, f.frame(), f.channels, f)
	}
	return f, nil
}

// frame is the bytes of a sample of each channel.
func (f format) frame() int { return f.channels * f.bits / 8 }

func (f format) String() string {
	what := "integers"
	if f.coding == floats {
		what = "floats"
	}
	return fmt.Sprintf("%s of %d bits", what, f.bits)
}

// sample is the value of a sample: integers are divided by the size of the least one.
func (f format) sample(b []byte) float64 {
	switch {
	case f.coding == floats && f.bits == 32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	case f.coding == floats:
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	case f.bits == 8:
		return (float64(b[0]) - 128) / 128
	case f.bits == 16:
		return float64(int16(binary.LittleEndian.Uint16(b))) / (1 << 15)
	case f.bits == 24:
		return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
	}
	return float64(int32(binary.LittleEndian.Uint32(b))) / (1 << 31)
}
