package pixelcache

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"latentspace/data/files"
	"latentspace/data/picture"
)

// record is what became of one file.
type record struct {
	name        string
	size, stamp int64
	content     [16]byte // the first half of the SHA-256 of the file
	why         string   // it was left out; empty if it was read
	foreign     bool     // it was left out because it is no picture, by its first bytes

	row  int      // of the pixels
	crc  uint32   // of the pixels
	sum  [32]byte // SHA-256 of the pixels
	info picture.Info
}

// current reports whether the record is still what would become of a file. One that could not be
// read, or only with a higher limit, is tried again: neither is told by its size and time.
func (r *record) current(e files.Entry) bool {
	unread := r.why != "" && r.content == [16]byte{}
	return r.size == e.Size && r.stamp == e.Stamp && !unread && !strings.Contains(r.why, "LATENTSPACE_LIMITS=")
}

// The order of formats and modes in records.
var (
	formats = []picture.Format{picture.PNG, picture.JPEG, picture.GIF, picture.BMP, picture.TIFF, picture.WebP, picture.PNM}
	modes   = []picture.Mode{picture.Grey, picture.RGB, picture.Palette, picture.CMYK}
)

const (
	flagRead = 1 << iota
	flagForeign
	flagDeep
	flagTransparent
	flagTurned
	flagFrames
)

// append encodes a record.
func (r *record) append(b []byte) []byte {
	flags := byte(0)
	for bit, yes := range map[byte]bool{flagRead: r.why == "", flagForeign: r.foreign, flagDeep: r.info.Deep,
		flagTransparent: r.info.Transparent, flagTurned: r.info.Turned, flagFrames: r.info.Frames} {
		if yes {
			flags |= bit
		}
	}
	b = appendString(append(b, flags), r.name)
	b = binary.AppendVarint(binary.AppendVarint(b, r.size), r.stamp)
	b = append(b, r.content[:]...)
	if r.why != "" {
		return appendString(b, r.why)
	}
	b = binary.AppendUvarint(b, uint64(r.row))
	b = append(binary.LittleEndian.AppendUint32(b, r.crc), r.sum[:]...)
	b = append(b, byte(slices.Index(formats, r.info.Format)), byte(slices.Index(modes, r.info.Mode)))
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(r.info.Width)), uint64(r.info.Height))
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

var errRecord = errors.New("pixelcache: not a record")

// parser reads records. After an error it returns zeros.
type parser struct {
	b   []byte
	bad bool
}

func (p *parser) bytes(n uint64) []byte {
	if p.bad || n > uint64(len(p.b)) {
		p.bad = true
		return nil
	}
	b := p.b[:n]
	p.b = p.b[n:]
	return b
}

func (p *parser) uvarint(most uint64) uint64 {
	v, n := binary.Uvarint(p.b)
	if p.bad || n <= 0 || v > most {
		p.bad = true
		return 0
	}
	p.b = p.b[n:]
	return v
}

func (p *parser) varint() int64 {
	v, n := binary.Varint(p.b)
	if p.bad || n <= 0 {
		p.bad = true
		return 0
	}
	p.b = p.b[n:]
	return v
}

func (p *parser) text() string { return string(p.bytes(p.uvarint(1 << 20))) }

// pick returns an element by the index that follows.
func pick[T any](p *parser, of []T) (x T) {
	b := p.bytes(1)
	if p.bad || int(b[0]) >= len(of) {
		p.bad = true
		return x
	}
	return of[b[0]]
}

// record reads the next record.
func (p *parser) record() (r record, err error) {
	flags := p.bytes(1)
	if p.bad {
		return r, errRecord
	}
	has := func(bit byte) bool { return flags[0]&bit != 0 }
	r.name, r.size, r.stamp = p.text(), p.varint(), p.varint()
	copy(r.content[:], p.bytes(uint64(len(r.content))))
	r.foreign = has(flagForeign)
	if !has(flagRead) {
		if r.why = p.text(); p.bad || r.why == "" {
			return r, errRecord
		}
		return r, nil
	}
	const mostRows = 1 << 40
	r.row = int(p.uvarint(mostRows))
	if crc := p.bytes(4); !p.bad {
		r.crc = binary.LittleEndian.Uint32(crc)
	}
	copy(r.sum[:], p.bytes(uint64(len(r.sum))))
	r.info = picture.Info{
		Format: pick(p, formats), Mode: pick(p, modes), Width: int(p.uvarint(1 << 31)), Height: int(p.uvarint(1 << 31)),
		Deep: has(flagDeep), Transparent: has(flagTransparent), Turned: has(flagTurned), Frames: has(flagFrames),
	}
	if p.bad {
		return r, errRecord
	}
	return r, nil
}
