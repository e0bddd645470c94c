package npy

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// Rows reads the rows of an array, which its first axis counts, in any order. The array stays where it
// is: memory does not grow with it. It is safe for concurrent use.
type Rows struct {
	Type  Type
	Shape []int

	name    string // for errors
	r       io.ReaderAt
	begin   int64 // of the first element
	width   int   // elements of a row
	swapped bool
	buffers sync.Pool // of *[]byte
}

// OpenRows reads the header of a .npy file of size bytes. An array in Fortran's order, whose rows do not
// lie in one piece, is an error, and so is a file that ends too early or goes on.
func OpenRows(r io.ReaderAt, size int64, name string) (*Rows, error) {
	a, err := openRows(r, size, name)
	if err != nil {
		return nil, fmt.Errorf("npy: %s: %w", name, err)
	}
	return a, nil
}

func openRows(r io.ReaderAt, size int64, name string) (*Rows, error) {
	h, err := readHeader(io.NewSectionReader(r, 0, size))
	switch {
	case err != nil:
		return nil, err
	case len(h.shape) == 0:
		return nil, errors.New("shape [], want rows")
	case h.columns && len(h.shape) > 1:
		return nil, errors.New("an array in Fortran's order, whose rows do not lie in one piece, want C's: np.ascontiguousarray")
	case h.bytes() != size-h.size:
		return nil, fmt.Errorf("%d bytes of elements, want the %d of shape %v", size-h.size, h.bytes(), h.shape)
	}
	width := 1
	for _, d := range h.shape[1:] {
		width *= d
	}
	return &Rows{Type: h.typ, Shape: h.shape, name: name, r: r, begin: h.size, width: width, swapped: h.swapped}, nil
}

// Len is the number of rows.
func (a *Rows) Len() int { return a.Shape[0] }

// Width is the number of elements of a row.
func (a *Rows) Width() int { return a.width }

// Read fills dst with the elements of the rows from the first on, as [Read] converts them. As many as
// fit, or else an error.
func (a *Rows) Read(first int, dst []float32) error {
	size := a.Type.Size()
	n := len(dst) / max(1, a.width)
	if first < 0 || n*a.width != len(dst) || first+n > a.Len() {
		return fmt.Errorf("npy: %s: rows %d to %d into %d values, want rows of %d values from 0 to %d", a.name, first, first+n-1, len(dst), a.width, a.Len()-1)
	}
	kept, _ := a.buffers.Get().(*[]byte)
	if kept == nil || len(*kept) < min(piece, len(dst)*size) {
		b := make([]byte, min(piece, len(dst)*size))
		kept = &b
	}
	defer a.buffers.Put(kept)
	at := a.begin + int64(first)*int64(a.width)*int64(size)
	for len(dst) > 0 {
		n := min(len(dst), len(*kept)/size)
		b := (*kept)[:n*size]
		if m, err := a.r.ReadAt(b, at); m < len(b) {
			return fmt.Errorf("npy: %s: row %d: %w", a.name, first, cut("its elements", err))
		}
		if a.swapped {
			swap(b, size)
		}
		if k, ok := decode(a.Type, b, dst[:n]); !ok {
			return fmt.Errorf("npy: %s: row %d: element %d of %s that does not fit float32", a.name, first, k, a.Type)
		}
		dst, at = dst[n:], at+int64(len(b))
	}
	return nil
}
