package npy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

// version1 is a file with a header of that version.
func version1(text string, data ...byte) []byte {
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(append(b, text...), data...)
}

func TestHeadersThatAreRead(t *testing.T) {
	long := append([]byte(magic), 2, 0)
	text := "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n"
	long = binary.LittleEndian.AppendUint32(long, uint32(len(text)))
	long = append(append(long, text...), 7, 8)
	for name, b := range map[string][]byte{
		"version 1":           version1(text, 7, 8),
		"version 2":           long,
		"Python 2's":          version1("{'descr': '|u1', 'fortran_order': False, 'shape': (2L,), }", 7, 8),
		"other quotes, order": version1(`{"shape":(2),"fortran_order":False,"descr":"|u1"}`, 7, 8),
	} {
		a, err := Open(bytes.NewReader(b), "x")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got [2]uint8
		if err := Read(a, got[:]); err != nil || got != [2]uint8{7, 8} {
			t.Errorf("%s: got %v, %v, want 7, 8", name, got, err)
		}
	}
	a, err := Open(bytes.NewReader(version1("{'descr': '<f8', 'fortran_order': False, 'shape': (), }")), "x")
	if err != nil || a.Left() != 1 {
		t.Errorf("a number alone: got %v, %v, want an array of one element", a, err)
	}
}

// sized is what is said of a size that is too large for an int of 32 bits, or otherwise what is given.
func sized(size, otherwise string) string {
	if strconv.IntSize == 32 {
		return "header: a size of " + size + " in the shape, want at most 2147483647"
	}
	return otherwise
}

func TestHeadersThatAreRefused(t *testing.T) {
	with := func(descr, order, shape string) []byte {
		return version1("{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }\n")
	}
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"an empty file", nil, "the header: unexpected EOF"},
		{"a zip file", []byte("PK\x03\x04aaaaaaaa"), "a zip archive, want an array of NumPy, which begins with 93 4e 55 4d 50 59; unpack it, and name what was in it"},
		{"version 9", append([]byte(magic), 9, 1, 0, 0), "version 9.1 of the format, want 1, 2 or 3"},
		{"a header of 4 GB", append([]byte(magic), 2, 0, 255, 255, 255, 255), "a header of 4294967295 bytes, want at most 65536"},
		{"a header that is cut off", version1("{'descr'")[:14], "the header: unexpected EOF"},
		{"pickled objects", with("'|O'", "False", "(2,)"), `header: descr "|O": pickled objects, which could run code, are not read`},
		{"numbers of sixteen bytes", with("'>c16'", "False", "(2,)"), `header: descr ">c16", want one of ["|b1" "|i1"`},
		{"text", with("'<U8'", "False", "(2,)"), `header: descr "<U8", want one of ["|b1" "|i1"`},
		{"a structured type", with("[('x', '<f4')]", "False", "(2,)"), "header: descr [('x', '<f4')], 'fortran_order': False, : a structured type, want one of"},
		{"a negative size", with("'<f4'", "False", "(-2,)"), `header: "-2,), }", want a size of the shape`},
		{"a size that is no int", with("'<f4'", "False", "(99999999999999999999,)"), fmt.Sprintf("header: a size of 99999999999999999999 in the shape, want at most %d", math.MaxInt)},
		{"sizes that overflow", with("'<f4'", "False", "(4294967296, 4294967296, 0)"), sized("4294967296", "shape [4294967296 4294967296 0], want sizes that make at most 2⁶² bytes")},
		{"33 axes", with("'<f4'", "False", "("+strings.Repeat("1, ", 33)+")"), "header: a shape of 33 dimensions, want at most 32; LATENTSPACE_LIMITS=array-rank=N allows N, for a file that you trust"},
		{"a key twice", version1("{'shape': (), 'shape': (), 'descr': '<f4'}"), `header: a second "shape"`},
		{"an unknown key", version1("{'shapes': ()}"), `header: key "shapes", want descr, fortran_order, shape`},
		{"a missing key", version1("{'shape': ()}"), `header: "{'shape': ()}", want descr, fortran_order and shape`},
		{"something behind it", version1("{} 1"), `header: "1" after its end`},
		{"no dictionary", version1("import os"), `header: "import os", want "{"`},
		{"an endless word", version1("{'desc"), `header: "desc", want a word in quotes`},
	} {
		_, err := Open(bytes.NewReader(c.file), "x")
		if err == nil || !strings.HasPrefix(err.Error(), "npy: x: "+c.want) {
			t.Errorf("%s: got error %v, want npy: x: %s", c.name, err, c.want)
		}
	}
}

func TestElementsThatAreMissing(t *testing.T) {
	good := file(t, Float32, 1, 2, 3)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"cut off", good[:len(good)-6], "npy: x: 2 elements before the end: unexpected EOF"},
		{"with more behind", append(good, 0), "npy: x: goes on after the elements of shape [3], want its end"},
	} {
		a, err := Open(bytes.NewReader(c.file), "x")
		if err == nil {
			err = Read(a, make([]float32, 3))
		}
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got error %v, want %s", c.name, err, c.want)
		}
	}
}
