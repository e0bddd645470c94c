package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"latentspace/internal/untrusted"
)

// header is what stands before an array's elements:
//
//	"\x93NUMPY" major minor   eight bytes
//	length                    little-endian, uint16 in version 1, uint32 in 2 and 3
//	{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
//
// with spaces and a newline that make it a multiple of 64 bytes long.
type header struct {
	typ   Type
	shape []int
	size  int64 // bytes of the header itself

	columns bool // Fortran's order: the first index runs fastest
	swapped bool // the high byte of an element comes first
}

const (
	magic    = "\x93NUMPY"
	maxBytes = 1 << 62 // of an array, so that no sum of them overflows
)

// readHeader reads up to the first element.
func readHeader(r io.Reader) (header, error) {
	var start [12]byte
	if _, err := io.ReadFull(r, start[:10]); err != nil {
		return header{}, cut("the header", err)
	}
	if string(start[:6]) != magic {
		return header{}, untrusted.NotA(fmt.Sprintf("an array of NumPy, which begins with % x", magic), start[:10])
	}
	size, length := int64(10), int64(binary.LittleEndian.Uint16(start[8:]))
	switch start[6] {
	case 1:
	case 2, 3:
		if _, err := io.ReadFull(r, start[10:]); err != nil {
			return header{}, cut("the header", err)
		}
		size, length = 12, int64(binary.LittleEndian.Uint32(start[8:]))
	default:
		return header{}, fmt.Errorf("version %d.%d of the format, want 1, 2 or 3", start[6], start[7])
	}
	if err := untrusted.ArrayHeader.Check(length); err != nil {
		return header{}, fmt.Errorf("a header of %w", err)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return header{}, cut("the header", err)
	}
	h, err := parseHeader(string(text))
	h.size = size + length
	return h, err
}

// cut says that a file ends too early.
func cut(where string, err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%s: %w", where, err)
}

// bytes is the size of the elements.
func (h header) bytes() int64 {
	n := int64(h.typ.Size())
	for _, d := range h.shape {
		n *= int64(d)
	}
	return n
}

// parseHeader reads the dictionary.
func parseHeader(text string) (header, error) {
	var h header
	p := literal{strings.TrimRight(text, " \n\x00")}
	if err := p.want("{"); err != nil {
		return h, err
	}
	seen := map[string]bool{}
	for !p.take("}") {
		key, err := p.word()
		if err != nil {
			return h, err
		}
		if seen[key] {
			return h, fmt.Errorf("header: a second %.40q", key)
		}
		seen[key] = true
		if err := p.want(":"); err != nil {
			return h, err
		}
		switch key {
		case "descr":
			h.typ, h.swapped, err = p.descr()
		case "fortran_order":
			h.columns, err = p.order()
		case "shape":
			h.shape, err = p.shape()
		default:
			err = fmt.Errorf("header: key %.40q, want descr, fortran_order, shape", key)
		}
		if err != nil {
			return h, err
		}
		if !p.take(",") {
			if err := p.want("}"); err != nil {
				return h, err
			}
			break
		}
	}
	if p.rest != "" {
		return h, fmt.Errorf("header: %.40q after its end", p.rest)
	}
	if len(seen) < 3 {
		return h, fmt.Errorf("header: %.100q, want descr, fortran_order and shape", text)
	}
	return h, checkShape(h.typ, h.shape)
}

// checkShape reports sizes whose product is beyond any file.
func checkShape(t Type, shape []int) error {
	if err := untrusted.ArrayRank.Check(int64(len(shape))); err != nil {
		return fmt.Errorf("an array of %w", err)
	}
	n := int64(t.Size())
	for _, d := range shape {
		if d < 0 || int64(d) > maxBytes/n {
			return fmt.Errorf("shape %v, want sizes that make at most 2⁶² bytes", shape)
		}
		n *= max(int64(d), 1)
	}
	return nil
}

// encode is the inverse of readHeader, in version 1.
func (h header) encode() []byte {
	sizes := make([]string, len(h.shape))
	for k, d := range h.shape {
		sizes[k] = strconv.Itoa(d)
	}
	tuple := strings.Join(sizes, ", ")
	if len(sizes) == 1 {
		tuple += ","
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", h.typ, tuple)
	const prefix = 10
	length := (prefix+len(text)+1+63)/64*64 - prefix
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(length))
	b = append(b, text...)
	for len(b) < prefix+length-1 {
		b = append(b, ' ')
	}
	return append(b, '\n')
}
