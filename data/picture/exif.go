package picture

import "encoding/binary"

// directory reads the first directory of TIFF data, which is what EXIF has, too: the value of the
// tag Orientation, 1 if it has none, and whether another directory follows.
func directory(b []byte) (orientation int, more bool) {
	const tag, short, size = 0x0112, 3, 12
	orientation = 1
	if len(b) < 8 {
		return orientation, false
	}
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return orientation, false
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return orientation, false
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < size {
			return orientation, false
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if v := order.Uint16(entries[8:]); v >= 1 && v <= 8 {
				orientation = int(v)
			}
		}
		entries = entries[size:]
	}
	return orientation, len(entries) >= 4 && order.Uint32(entries) != 0
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
