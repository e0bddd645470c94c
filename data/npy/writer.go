package npy

import (
	"fmt"
	"io"
	"slices"
)

// Writer writes one array from front to back.
type Writer struct {
	typ   Type
	shape []int
	name  string // for errors
	w     io.Writer
	left  int64 // elements
	buf   []byte
	err   error // of the first write that went wrong
}

// Create starts a .npy file of an array. Name stands in errors.
func Create(w io.Writer, name string, t Type, shape ...int) (*Writer, error) {
	a, err := create(w, name, t, shape)
	if err != nil {
		return nil, fmt.Errorf("npy: %s: %w", name, err)
	}
	return a, nil
}

func create(w io.Writer, name string, t Type, shape []int) (*Writer, error) {
	if !slices.Contains(types, t) {
		return nil, fmt.Errorf("type %.40q, want one of %q", t, types)
	}
	if err := checkShape(t, shape); err != nil {
		return nil, err
	}
	h := header{typ: t, shape: slices.Clone(shape)}
	if _, err := w.Write(h.encode()); err != nil {
		return nil, err
	}
	return &Writer{typ: t, shape: h.shape, name: name, w: w, left: h.bytes() / int64(t.Size())}, nil
}

// Write appends elements. They are rounded to the type if it is one of floats, where
// a finite number that becomes infinite is an error; a type of whole numbers takes
// only those that fit.
func Write[T Number](a *Writer, src []T) error {
	if a.err == nil {
		if err := write(a, src); err != nil {
			a.err = fmt.Errorf("npy: %s: %w", a.name, err)
		}
	}
	return a.err
}

func write[T Number](a *Writer, src []T) error {
	if int64(len(src)) > a.left {
		return fmt.Errorf("%d elements written, %d are left of shape %v", len(src), a.left, a.shape)
	}
	if isFloat[T]() && !a.typ.isFloat() {
		return fmt.Errorf("floats written, want whole numbers for %s", a.typ)
	}
	for len(src) > 0 {
		n := min(len(src), piece/a.typ.Size())
		b, k, ok := encode(a.buf[:0], a.typ, src[:n])
		if !ok {
			return fmt.Errorf("element %d before the end: %v does not fit %s", a.left-int64(k), src[k], a.typ)
		}
		a.buf = b
		if _, err := a.w.Write(b); err != nil {
			return err
		}
		a.left -= int64(n)
		src = src[n:]
	}
	return nil
}

// Close reports an array that is not whole. It does not close what it writes to.
func (a *Writer) Close() error {
	if a.err == nil && a.left > 0 {
		a.err = fmt.Errorf("npy: %s: %d elements are missing of shape %v", a.name, a.left, a.shape)
	}
	return a.err
}
