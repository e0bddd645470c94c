package tensorboard

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// A frame is the length of its data in 8 bytes, the checksum of these 8 bytes, the data and
// their checksum. Numbers are little-endian.
const (
	headSize = 12
	sumSize  = 4
)

// mostData is the longest data that a frame is believed to have.
const mostData = 1 << 28

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// masked is the CRC-32C of b, rotated by 15 bits to the right, plus a constant. So a checksum of
// data that hold checksums is no weaker.
func masked(b []byte) uint32 {
	c := crc32.Checksum(b, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

// Append adds the frame of an event to b.
func Append(b []byte, e Event) []byte {
	data := e.marshal()
	head := len(b)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(data)))
	b = binary.LittleEndian.AppendUint32(b, masked(b[head:]))
	b = append(b, data...)
	return binary.LittleEndian.AppendUint32(b, masked(data))
}

// Read returns the next event and the number of bytes of its frame. The error is [io.EOF] after
// the last frame, and another one for a frame that is not whole.
func Read(r *bufio.Reader) (Event, int64, error) {
	var head [headSize]byte
	if _, err := io.ReadFull(r, head[:]); err == io.EOF {
		return Event{}, 0, err
	} else if err != nil {
		return Event{}, 0, fmt.Errorf("tensorboard: the head of a frame: %w", err)
	}
	size, sum := binary.LittleEndian.Uint64(head[:8]), binary.LittleEndian.Uint32(head[8:])
	if got := masked(head[:8]); got != sum || size > mostData {
		return Event{}, 0, fmt.Errorf("tensorboard: a frame of %d bytes with checksum %08x of its length, want %08x and at most %d bytes", size, got, sum, mostData)
	}
	data := make([]byte, size+sumSize)
	if _, err := io.ReadFull(r, data); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return Event{}, 0, fmt.Errorf("tensorboard: the data of a frame: %w", err)
	}
	sum = binary.LittleEndian.Uint32(data[size:])
	if got := masked(data[:size]); got != sum {
		return Event{}, 0, fmt.Errorf("tensorboard: a frame with checksum %08x, want %08x", got, sum)
	}
	e, err := parseEvent(data[:size])
	return e, headSize + int64(len(data)), err
}
