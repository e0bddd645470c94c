// Package pickle reads the few kinds of value that data sets keep in Python's pickles, and runs
// nothing: numbers, text, lists, tuples, dictionaries and arrays of NumPy. A pickle is a program for
// a small machine, which may call any function of Python. Here only the calls that rebuild an array
// are understood, and any other is an error that names the function.
//
// Python's pickletools has the operations; protocols 2 to 5 are read.
package pickle

import (
	"fmt"

	"latentspace/internal/untrusted"
)

// Tuple is a tuple of Python.
type Tuple []any

// List is a list of Python.
type List struct{ Items []any }

// Dict is a dictionary of Python, by the keys that are text or bytes.
type Dict map[string]any

// Array is an array of NumPy whose elements are bytes.
type Array struct {
	Shape   []int
	Columns bool // Fortran's order: the first index runs fastest
	Data    []byte
}

// Is reports whether a file begins as pickles of these protocols do.
func Is(head []byte) bool {
	return len(head) > 2 && head[0] == opProto && head[1] >= 2 && head[1] <= 5
}

// Read returns the value of a pickle: nil, a bool, an int64, a float64, a string, a []byte, a
// [Tuple], a *[List], a [Dict] or an *[Array]. Text of Python 2 is a string. Parts of large values
// lie in b.
func Read(b []byte) (any, error) {
	if !Is(b) {
		return nil, untrusted.NotA("a pickle of protocol 2 to 5", b[:min(len(b), untrusted.HeadSize)])
	}
	m := machine{b: b, memo: map[int]any{}}
	for n := int64(1); ; n++ {
		if err := untrusted.PickleSteps.Check(n); err != nil {
			return nil, fmt.Errorf("byte %d: %w", m.at, err)
		}
		at := m.at
		done, err := m.step()
		if err != nil {
			return nil, fmt.Errorf("byte %d: %w", at, err)
		}
		if done {
			return m.stack[0], nil
		}
	}
}

// Text returns a value that is text, of Python 2 or 3.
func Text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case []byte:
		return string(v), true
	}
	return "", false
}
