// Package idx reads IDX files, the format of MNIST and similar sets.
package idx

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"

	"latentspace/data/compact"
	"latentspace/internal/untrusted"
)

// Array is the contents of an IDX file: an array in row-major order.
//
//	0 0 type rank   four bytes; type 0x08 for bytes, 0x0c for big-endian int32
//	size …          big-endian uint32, one for each axis
//	data            to the end of the file
//
// LeCun, Cortes and Burges, The MNIST Database of Handwritten Digits, file formats.
type Array struct {
	Path string        // of the file; empty for none
	Dims []int         // the sizes of the axes
	Rows *compact.Rows // along the first axis, of at least one byte
}

// The types of elements.
const (
	Bytes = 0x08
	Ints  = 0x0c // big-endian int32
)

// Open reads an IDX file of bytes with the given rank, plain or packed by gzip. If
// wanted is not empty, it must be the SHA-256 of the unpacked contents. Errors name the
// file.
func Open(path string, rank int, wanted string) (Array, error) {
	return openOf(Bytes, path, rank, wanted)
}

// openOf is Open for elements of a type.
func openOf(elements byte, path string, rank int, wanted string) (Array, error) {
	f, _, err := untrusted.Open(path)
	if err != nil {
		return Array{}, err // names the file
	}
	defer f.Close()
	x, err := Read(f, elements, rank, wanted)
	if err != nil {
		return Array{}, fmt.Errorf("%s: %w", path, err)
	}
	x.Path = path
	return x, nil
}

// Read is [Open] for a file that is open.
func Read(r io.Reader, elements byte, rank int, wanted string) (Array, error) {
	r, err := untrusted.Gunzip(r, untrusted.Slack)
	if err != nil {
		return Array{}, err
	}
	h := sha256.New()
	x, err := parse(io.TeeReader(r, h), elements, rank)
	if err != nil {
		return Array{}, err
	}
	if got := hex.EncodeToString(h.Sum(nil)); wanted != "" && got != wanted {
		return Array{}, fmt.Errorf("SHA-256 of the contents %s, want %s", got, wanted)
	}
	return x, nil
}

// parse reads an array. Its memory is a small multiple of the file's actual size, whatever the header
// says.
func parse(file io.Reader, elements byte, rank int) (Array, error) {
	r := bufio.NewReaderSize(file, untrusted.HeadSize)
	head, err := r.Peek(untrusted.HeadSize)
	want := []byte{0, 0, elements, byte(rank)}
	if len(head) < len(want) && (err != io.EOF || len(head) > 0 && bytes.HasPrefix(want, head)) {
		return Array{}, short("magic number", err)
	}
	kind, width := "bytes", 1
	if elements == Ints {
		kind, width = "int32", 4
	}
	if !bytes.HasPrefix(head, want) {
		return Array{}, untrusted.NotA(fmt.Sprintf("an IDX array of %s with rank %d, which begins with % x", kind, rank, want), head)
	}
	r.Discard(len(want)) // which are in the buffer
	header := make([]byte, 4*rank)
	if _, err := io.ReadFull(r, header); err != nil {
		return Array{}, short("sizes", err)
	}
	dims, size, empty := make([]int, rank), uint64(width), false
	for k := range dims {
		d := uint64(binary.BigEndian.Uint32(header[4*k:]))
		dims[k] = int(d)
		empty = empty || d == 0
		if size > math.MaxInt64/max(d, 1) {
			return Array{}, fmt.Errorf("sizes % x make more bytes than any file has", header)
		}
		size *= max(d, 1)
	}
	if err := untrusted.IDX.Check(int64(size)); err != nil {
		return Array{}, fmt.Errorf("sizes % x make %w", header, err)
	}
	if empty {
		size = 0
	}
	row := width
	if !empty {
		row = int(size) / dims[0]
	}
	rows, err := readExactly(r, int(size), row)
	if err != nil {
		return Array{}, err
	}
	return Array{Dims: dims, Rows: rows}, nil
}

// readExactly reads size bytes, which must be the last, as rows.
func readExactly(r io.Reader, size, row int) (*compact.Rows, error) {
	rows := compact.New(row)
	n, err := io.Copy(rows, io.LimitReader(r, int64(size)))
	if err == nil && n < int64(size) {
		err = io.ErrUnexpectedEOF
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("the file ends after %d bytes of data, want %d: %w", n, size, err)
	}
	if err != nil {
		return nil, err
	}
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return nil, fmt.Errorf("the file goes on after %d bytes of data, want its end", size)
	case err != io.EOF:
		return nil, err
	}
	return rows.Rows(), nil
}

func short(what string, err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%s: %w", what, err)
}

// ReadBytes reads an array of bytes with whatever rank it has.
func ReadBytes(r io.Reader) (Array, error) {
	r, err := untrusted.Gunzip(r, untrusted.Slack)
	if err != nil {
		return Array{}, err
	}
	b := bufio.NewReaderSize(r, untrusted.HeadSize)
	head, err := b.Peek(untrusted.HeadSize)
	if err != nil && err != io.EOF {
		return Array{}, err
	}
	const most = 8
	if len(head) < 4 || !bytes.HasPrefix(head, []byte{0, 0, Bytes}) || head[3] < 1 || head[3] > most {
		return Array{}, untrusted.NotA("an IDX array of bytes", head)
	}
	return parse(b, Bytes, int(head[3]))
}
