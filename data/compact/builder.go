package compact

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"latentspace/kernel"
)

// chunkBytes is about how many bytes of rows a chunk has: little of what is read, and many pages of
// memory.
const chunkBytes = 1 << 19

// Builder makes [Rows] of bytes that are written to it one after another. Besides what the rows take it
// needs room for one chunk of them.
type Builder struct {
	rows Rows
	room []byte // a chunk that is not full
	full int    // how many bytes one has
}

// New returns a builder of rows of a size, which is at least 1.
func New(size int) *Builder {
	shift := max(0, bits.Len(uint(chunkBytes/size))-1)
	return &Builder{rows: Rows{size: size, shift: shift}, full: size << shift}
}

// Write implements [io.Writer]. It never fails.
func (b *Builder) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		some := min(len(p), b.full-len(b.room))
		if need := len(b.room) + some; need > cap(b.room) { // grows with what there is, whatever a row should have
			b.room = append(make([]byte, 0, min(b.full, max(need, 2*cap(b.room)))), b.room...)
		}
		b.room = append(b.room, p[:some]...)
		p = p[some:]
		if len(b.room) == b.full {
			b.store()
		}
	}
	return n, nil
}

// Rows returns the rows that were written, of which the last must be whole. Nothing may be written
// afterwards.
func (b *Builder) Rows() *Rows {
	if len(b.room)%b.rows.size != 0 {
		panic("compact: a row that is not whole")
	}
	if len(b.room) > 0 {
		b.store()
	}
	b.room = nil
	b.rows.chunks = slices.Clip(b.rows.chunks)
	return &b.rows
}

func (b *Builder) store() {
	b.rows.n += len(b.room) / b.rows.size
	c := store(b.room, b.rows.size)
	b.rows.chunks = append(b.rows.chunks, c)
	b.room = b.room[:0]
}

// store returns rows as a chunk: packed if that takes at most three quarters of the memory.
func store(rows []byte, size int) chunk {
	n := len(rows) / size
	packed := n*(maskBytes(size)+4) + 4 + nonZeros(rows) + kernel.ExpandSlack
	if packed > len(rows)/4*3 || uint64(packed) > math.MaxUint32 {
		return chunk{bytes: append(make([]byte, 0, len(rows)), rows...)}
	}
	c := chunk{bytes: make([]byte, packed-4*(n+1)), starts: make([]uint32, n+1)}
	at := 0
	for i := range n {
		at += pack(c.bytes[at:], rows[i*size:(i+1)*size])
		c.starts[i+1] = uint32(at)
	}
	return c
}

// pack writes a row in its packed form, and returns how many bytes that has.
func pack(to, row []byte) int {
	masks, n := to, maskBytes(len(row))
	for at := 0; at < len(row); at += 64 {
		block := row[at:min(at+64, len(row))]
		mask := maskOf(block)
		binary.LittleEndian.PutUint64(masks[at/8:], mask)
		for ; mask != 0; mask &= mask - 1 {
			to[n] = block[bits.TrailingZeros64(mask)]
			n++
		}
	}
	return n
}

// maskOf has a one for each of at most 64 bytes that is not zero.
func maskOf(block []byte) (mask uint64) {
	k := 0
	for ; k+8 <= len(block); k += 8 {
		ones := lowest(binary.LittleEndian.Uint64(block[k:]))
		// The product has bit 8i of ones at bit 56 + i, and no two of its terms meet.
		mask |= ones * 0x0102040810204080 >> 56 << k
	}
	for ; k < len(block); k++ {
		if block[k] != 0 {
			mask |= 1 << k
		}
	}
	return mask
}

// lowest has, of each byte of x that is not zero, the lowest bit.
func lowest(x uint64) uint64 {
	const seven = 0x7f7f7f7f7f7f7f7f
	return (x&seven + seven | x) >> 7 & 0x0101010101010101
}

// nonZeros counts the bytes that are not zero.
func nonZeros(b []byte) int {
	n := 0
	for ; len(b) >= 8; b = b[8:] {
		n += bits.OnesCount64(lowest(binary.LittleEndian.Uint64(b)))
	}
	for _, v := range b {
		if v != 0 {
			n++
		}
	}
	return n
}
