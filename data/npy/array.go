package npy

import (
	"fmt"
	"io"
)

// Number is what elements are read into and written from.
type Number interface {
	int8 | uint8 | int64 | float32 | float64
}

// Array is an array that is read from front to back, in C's order. One that the file has in
// Fortran's order is held in memory from the first read on.
type Array struct {
	Type  Type
	Shape []int

	name    string // for errors
	r       io.Reader
	columns bool  // of an array in Fortran's order that is still in the file
	swapped bool  // the high byte of an element comes first in the file
	left    int64 // elements
	done    bool  // the end of the file has been seen
	buf     []byte
}

// Open reads the header of a .npy file. Name stands in errors.
func Open(r io.Reader, name string) (*Array, error) {
	h, err := readHeader(r)
	if err != nil {
		return nil, fmt.Errorf("npy: %s: %w", name, err)
	}
	return newArray(r, name, h), nil
}

func newArray(r io.Reader, name string, h header) *Array {
	return &Array{
		Type: h.typ, Shape: h.shape, name: name, r: r, left: h.bytes() / int64(h.typ.Size()),
		columns: h.columns && len(h.shape) > 1, swapped: h.swapped,
	}
}

// Left is the number of elements that have not been read. That many may be missing
// in the file of an array that [Open] has opened; of one in an [Archive] they were
// compared with the file's length.
func (a *Array) Left() int64 { return a.left }

const piece = 1 << 16 // bytes read or written at once

// Read fills dst with the next elements. Whole numbers must fit T exactly, except
// that they are rounded to floats, as floats are to smaller ones; floats are not
// read as whole numbers. With the last element the end of the file, and the
// checksum of an archive, are checked.
func Read[T Number](a *Array, dst []T) error {
	if err := read(a, dst); err != nil {
		return fmt.Errorf("npy: %s: %w", a.name, err)
	}
	return nil
}

func read[T Number](a *Array, dst []T) error {
	if int64(len(dst)) > a.left {
		return fmt.Errorf("%d elements wanted, %d are left of shape %v", len(dst), a.left, a.Shape)
	}
	if a.Type.isFloat() && !isFloat[T]() {
		return fmt.Errorf("elements %s, want whole numbers", a.Type)
	}
	if a.columns {
		if err := a.turn(); err != nil {
			return err
		}
	}
	size := a.Type.Size()
	if a.buf == nil {
		a.buf = make([]byte, piece)
	}
	for len(dst) > 0 {
		n := min(len(dst), piece/size)
		b := a.buf[:n*size]
		if m, err := io.ReadFull(a.r, b); err != nil {
			return cut(fmt.Sprintf("%d elements before the end", a.left-int64(m/size)), err)
		}
		if a.swapped {
			swap(b, size)
		}
		if k, ok := decode(a.Type, b, dst[:n]); !ok {
			return fmt.Errorf("element %d before the end: one of %s that does not fit %T", a.left-int64(k), a.Type, dst[0])
		}
		a.left -= int64(n)
		dst = dst[n:]
	}
	return a.end()
}

// end checks that the file ends with the last element.
func (a *Array) end() error {
	if a.left > 0 || a.done {
		return nil
	}
	a.done = true
	switch n, err := io.ReadFull(a.r, make([]byte, 1)); {
	case n > 0:
		return fmt.Errorf("goes on after the elements of shape %v, want its end", a.Shape)
	case err != io.EOF:
		return err // zip's for a wrong checksum among them
	}
	return nil
}

func isFloat[T Number]() bool {
	var zero T
	switch any(zero).(type) {
	case float32, float64:
		return true
	}
	return false
}
