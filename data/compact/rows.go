// Package compact keeps rows of bytes in memory, in less of it where most are zero, as in drawings.
package compact

import (
	"encoding/binary"
	"math/bits"

	"latentspace/kernel"
)

// Rows are rows of bytes of one size. They may be read by several goroutines at once.
type Rows struct {
	size, n int
	shift   int // a chunk has 1 << shift rows, the last one as many as are left
	chunks  []chunk
}

// chunk is some rows, one after another: as they are if starts is nil, or else packed.
//
// A packed row is a bit for each byte, set where that is not zero, in whole words of 64 bits; and then
// the bytes that are not zero. Row k begins at starts[k], and the last one ends at the last of starts.
// Behind it is what [kernel.Expand] may read.
type chunk struct {
	bytes  []byte
	starts []uint32
}

// Of returns the rows of a size in bytes, of which it keeps a copy.
func Of(rows []byte, size int) *Rows {
	b := New(size)
	b.Write(rows) // never fails
	return b.Rows()
}

// Len is the number of rows.
func (r *Rows) Len() int { return r.n }

// Size is how many bytes a row has.
func (r *Rows) Size() int { return r.size }

// Row returns a row, which must not be changed: a part of the rows themselves, or what it writes to
// room, which is as long.
func (r *Rows) Row(i int, room []byte) []byte {
	row, packed := r.at(i)
	if !packed {
		return row
	}
	masks, values := r.halves(row)
	room = room[:r.size]
	clear(room)
	for at := 0; at < len(room); at += 64 {
		block := room[at:]
		for mask := binary.LittleEndian.Uint64(masks[at/8:]); mask != 0; mask &= mask - 1 {
			block[bits.TrailingZeros64(mask)] = values[0]
			values = values[1:]
		}
	}
	return room
}

// Bytes returns the bytes of all rows in memory of their own.
func (r *Rows) Bytes() []byte {
	all := make([]byte, r.n*r.size)
	for i := range r.n {
		to := all[i*r.size : (i+1)*r.size]
		copy(to, r.Row(i, to))
	}
	return all
}

// Floats writes the bytes of a row, each divided by a number.
func (r *Rows) Floats(i int, dst []float32, by float32) {
	row, packed := r.at(i)
	dst = dst[:r.size]
	switch {
	case packed:
		masks, values := r.halves(row)
		kernel.Expand(dst, masks, values, by)
	case by == 255:
		kernel.Fractions(dst, row)
	default:
		for k, b := range row {
			dst[k] = float32(b) / by
		}
	}
}

// FetchPlace starts to bring to the processor's cache what [Rows.Fetch] reads to find a row, if there is
// one.
func (r *Rows) FetchPlace(i int) {
	if i >= 0 && i < r.n {
		if c := &r.chunks[i>>r.shift]; c.starts != nil {
			kernel.FetchWord(&c.starts[i&(1<<r.shift-1)])
		}
	}
}

// Fetch starts to bring a row to the processor's cache, if there is one.
func (r *Rows) Fetch(i int) {
	if i >= 0 && i < r.n {
		row, _ := r.at(i)
		kernel.Fetch(row)
	}
}

// Change calls f with each row in turn, for f to change it.
func (r *Rows) Change(f func(row []byte)) {
	var room []byte
	for k := range r.chunks {
		first, count := k<<r.shift, r.rowsOf(k)
		c := &r.chunks[k]
		if c.starts == nil {
			eachRow(c.bytes, r.size, f)
			continue
		}
		room = room[:0]
		for i := first; i < first+count; i++ {
			room = append(room, make([]byte, r.size)...)
			r.Row(i, room[len(room)-r.size:])
		}
		eachRow(room, r.size, f)
		*c = store(room, r.size)
	}
}

func eachRow(rows []byte, size int, f func(row []byte)) {
	for at := 0; at < len(rows); at += size {
		f(rows[at : at+size : at+size])
	}
}

// rowsOf is how many rows a chunk has.
func (r *Rows) rowsOf(chunk int) int { return min(1<<r.shift, r.n-chunk<<r.shift) }

// at returns a row as it is stored.
func (r *Rows) at(i int) (row []byte, packed bool) {
	c, k := &r.chunks[i>>r.shift], i&(1<<r.shift-1)
	if c.starts == nil {
		return c.bytes[k*r.size : (k+1)*r.size], false
	}
	return c.bytes[c.starts[k]:c.starts[k+1]], true
}

// halves are the masks and the values of a packed row. The capacity of the values has room for what
// [kernel.Expand] reads behind them.
func (r *Rows) halves(row []byte) (masks, values []byte) {
	n := maskBytes(r.size)
	return row[:n], row[n : len(row)+kernel.ExpandSlack]
}

// maskBytes is how many bytes the masks of a row have.
func maskBytes(size int) int { return (size + 63) / 64 * 8 }
