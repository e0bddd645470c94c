package picture

import "encoding/binary"

// The tags of TIFF data that are looked at.
const (
	tagOrientation  = 0x0112
	tagRowsPerStrip = 0x0116
	tagTileWidth    = 0x0142
	tagTileLength   = 0x0143
)

// directory is the first directory of TIFF data, which is what EXIF has, too.
type directory struct {
	values map[uint16]uint32 // of the tags with one number
	more   bool              // another directory follows
}

// readDirectory reads TIFF data as far as they are whole.
func readDirectory(b []byte) (d directory) {
	const short, long, size = 3, 4, 12
	if len(b) < 8 {
		return d
	}
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return d
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return d
	}
	d.values = map[uint16]uint32{}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < size {
			return d
		}
		switch order.Uint16(entries[2:]) {
		case short:
			d.values[order.Uint16(entries)] = uint32(order.Uint16(entries[8:]))
		case long:
			d.values[order.Uint16(entries)] = order.Uint32(entries[8:])
		}
		entries = entries[size:]
	}
	d.more = len(entries) >= 4 && order.Uint32(entries) != 0
	return d
}

// orientation is 1 … 8, and 1 where none is said.
func (d directory) orientation() int {
	if v := d.values[tagOrientation]; v >= 1 && v <= 8 {
		return int(v)
	}
	return 1
}

// block is how many pixels of a picture are decompressed at once: a tile or a strip.
func (d directory) block(width, height int) int64 {
	if w, h := d.values[tagTileWidth], d.values[tagTileLength]; w > 0 {
		return min(int64(w)*int64(h), 1<<32)
	}
	rows := int64(height)
	if r := d.values[tagRowsPerStrip]; r > 0 {
		rows = min(rows, int64(r))
	}
	return int64(width) * rows
}

// gifFrames counts the frames of a GIF file, at most two.
func gifFrames(b []byte) (n int) {
	const header, extension, frame, descriptor = 13, 0x21, 0x2c, 10
	// table is how many bytes a table of colours has.
	table := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (1 + flags&7)
	}
	if len(b) < header {
		return 0
	}
	b = b[min(len(b), header+table(b[10])):]
	for len(b) > 0 && n < 2 {
		switch {
		case b[0] == extension && len(b) > 2:
			b = b[2:]
		case b[0] == frame && len(b) > descriptor:
			n++
			b = b[min(len(b), descriptor+table(b[9])+1):]
		default:
			return n
		}
		for len(b) > 0 && b[0] > 0 { // the blocks of data
			b = b[min(len(b), 1+int(b[0])):]
		}
		b = b[min(len(b), 1):]
	}
	return n
}
