package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"latentspace/internal/untrusted"
)

// idx is the contents of an IDX file: an array in row-major order.
//
//	0 0 type rank   four bytes; type 0x08 for bytes, 0x0c for big-endian int32
//	size …          big-endian uint32, one for each axis
//	data            to the end of the file
//
// LeCun, Cortes and Burges, The MNIST Database of Handwritten Digits, file formats.
type idx struct {
	path string
	dims []int
	data []byte
}

const (
	idxBytes = 0x08
	idxInts  = 0x0c
)

// openIDX reads an IDX file of bytes of a rank, plain or in gzip. Its contents out of gzip
// must have the SHA-256 wanted, if that is not empty. The error names the file.
func openIDX(path string, rank int, wanted string) (idx, error) {
	return openIDXOf(idxBytes, path, rank, wanted)
}

// openIDXOf is openIDX for elements of a type.
func openIDXOf(elements byte, path string, rank int, wanted string) (idx, error) {
	f, _, err := untrusted.Open(path)
	if err != nil {
		return idx{}, err // names the file
	}
	defer f.Close()
	x, err := readIDX(f, elements, rank, wanted)
	if err != nil {
		return idx{}, fmt.Errorf("%s: %w", path, err)
	}
	x.path = path
	return x, nil
}

// readIDX is openIDX for a file that is open.
func readIDX(r io.Reader, elements byte, rank int, wanted string) (idx, error) {
	r, err := gunzip(r)
	if err != nil {
		return idx{}, err
	}
	h := sha256.New()
	x, err := parseIDX(io.TeeReader(r, h), elements, rank)
	if err != nil {
		return idx{}, err
	}
	if got := hex.EncodeToString(h.Sum(nil)); wanted != "" && got != wanted {
		return idx{}, fmt.Errorf("SHA-256 of the contents %s, want %s", got, wanted)
	}
	return x, nil
}

// gunzip returns what is in gzip, and anything else as it is.
func gunzip(r io.Reader) (io.Reader, error) {
	packed := &counter{r: r}
	b := bufio.NewReader(packed)
	magic, err := b.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, short("gzip", err)
	}
	return &unpacked{z: z, packed: packed}, nil
}

// counter counts the bytes that are read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// unpacked reads what is in gzip, no more than the packed bytes may have become.
type unpacked struct {
	z      *gzip.Reader
	packed *counter
	n      int64
}

func (u *unpacked) Read(b []byte) (int, error) {
	n, err := u.z.Read(b)
	if err == io.ErrUnexpectedEOF {
		err = fmt.Errorf("the gzip file is cut off: %w", err)
	}
	u.n += int64(n)
	if u.n <= untrusted.Slack {
		return n, err
	}
	if e := untrusted.Gzip.Check(u.n / max(u.packed.n, 1)); e != nil {
		return n, fmt.Errorf("%d bytes out of %d in gzip: %w", u.n, u.packed.n, e)
	}
	return n, err
}

// parseIDX reads an array. It takes no more memory than a small multiple of what is
// there, whatever the header says.
func parseIDX(file io.Reader, elements byte, rank int) (idx, error) {
	r := bufio.NewReaderSize(file, untrusted.HeadSize)
	head, err := r.Peek(untrusted.HeadSize)
	want := []byte{0, 0, elements, byte(rank)}
	if len(head) < len(want) && (err != io.EOF || len(head) > 0 && bytes.HasPrefix(want, head)) {
		return idx{}, short("magic number", err)
	}
	kind, width := "bytes", 1
	if elements == idxInts {
		kind, width = "int32", 4
	}
	if !bytes.HasPrefix(head, want) {
		return idx{}, untrusted.NotA(fmt.Sprintf("an IDX array of %s with rank %d, which begins with % x", kind, rank, want), head)
	}
	r.Discard(len(want)) // which are in the buffer
	header := make([]byte, 4*rank)
	if _, err := io.ReadFull(r, header); err != nil {
		return idx{}, short("sizes", err)
	}
	dims, size, empty := make([]int, rank), uint64(width), false
	for k := range dims {
		d := uint64(binary.BigEndian.Uint32(header[4*k:]))
		dims[k] = int(d)
		empty = empty || d == 0
		if size > math.MaxInt64/max(d, 1) {
			return idx{}, fmt.Errorf("sizes % x make more bytes than any file has", header)
		}
		size *= max(d, 1)
	}
	if err := untrusted.IDX.Check(int64(size)); err != nil {
		return idx{}, fmt.Errorf("sizes % x make %w", header, err)
	}
	if empty {
		size = 0
	}
	data, err := readExactly(r, int(size))
	if err != nil {
		return idx{}, err
	}
	return idx{dims: dims, data: data}, nil
}

// readExactly reads size bytes, and the end after them.
func readExactly(r io.Reader, size int) ([]byte, error) {
	const first = 1 << 16
	var data []byte
	for len(data) < size {
		from, chunk := len(data), min(size-len(data), max(len(data), first))
		data = slices.Grow(data, chunk)[:from+chunk]
		n, err := io.ReadFull(r, data[from:])
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("the file ends after %d bytes of data, want %d: %w", from+n, size, err)
		}
		if err != nil {
			return nil, err
		}
	}
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return nil, fmt.Errorf("the file goes on after %d bytes of data, want its end", size)
	case err != io.EOF:
		return nil, err
	}
	return data, nil
}

func short(what string, err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%s: %w", what, err)
}
