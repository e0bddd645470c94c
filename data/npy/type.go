// Package npy reads and writes NumPy's files: .npy for one array, .npz for several.
// Both are streamed, so that an array can be larger than the memory. What a file
// declares is compared with its length before it is believed, and pickled objects,
// which run code when they are loaded, are refused.
//
// NumPy Enhancement Proposal 1, A Simple File Format for NumPy Arrays, with the
// versions 2 and 3 of numpy.lib.format.
package npy

import (
	"fmt"
	"slices"
	"strings"
)

// Type is that of an array's elements, in NumPy's notation. Files whose elements have their high
// byte first are read as the same type.
type Type string

// The types that are read and written.
const (
	Bool    Type = "|b1"
	Int8    Type = "|i1"
	Uint8   Type = "|u1"
	Int16   Type = "<i2"
	Uint16  Type = "<u2"
	Int32   Type = "<i4"
	Uint32  Type = "<u4"
	Int64   Type = "<i8"
	Uint64  Type = "<u8"
	Float16 Type = "<f2"
	Float32 Type = "<f4"
	Float64 Type = "<f8"
)

var types = []Type{Bool, Int8, Uint8, Int16, Uint16, Int32, Uint32, Int64, Uint64, Float16, Float32, Float64}

// Size is the number of bytes of an element.
func (t Type) Size() int { return int(t[2] - '0') }

func (t Type) isFloat() bool { return t[1] == 'f' }

// limits are the lowest and the highest value of a type of integers.
func (t Type) limits() (lo int64, hi uint64) {
	bits := 8 * t.Size()
	switch t[1] {
	case 'b':
		return 0, 1
	case 'u':
		return 0, ^uint64(0) >> (64 - bits)
	}
	return -1 << (bits - 1), 1<<(bits-1) - 1
}

// parseType is the type of a descr, and whether the high byte of its elements comes first, or an
// error that says why there is none.
func parseType(descr string) (t Type, swapped bool, err error) {
	if t := Type(descr); slices.Contains(types, t) {
		return t, false, nil
	}
	if rest, ok := strings.CutPrefix(descr, ">"); ok && slices.Contains(types, Type("<"+rest)) {
		return Type("<" + rest), true, nil
	}
	if strings.HasPrefix(descr, "|O") {
		return "", false, fmt.Errorf("descr %q: pickled objects, which could run code, are not read", descr)
	}
	return "", false, fmt.Errorf("descr %.40q, want one of %q", descr, types)
}
