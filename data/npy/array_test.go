package npy

import (
	"bytes"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

// file is a .npy file of float64 numbers, of shape (n).
func file(t testing.TB, typ Type, values ...float64) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := Create(&b, "x", typ, len(values))
	if err != nil {
		t.Fatal(err)
	}
	if typ.isFloat() {
		err = Write(w, values)
	} else {
		whole := make([]int64, len(values))
		for k, v := range values {
			whole[k] = int64(v)
		}
		err = Write(w, whole)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAFileIsTheBytesOfNumPy(t *testing.T) {
	// np.save(f, np.array([[1, -2, 0.5]], '<f4')): 128 bytes of header.
	var b bytes.Buffer
	w, err := Create(&b, "x", Float32, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(w, []float32{1, -2, 0.5}); err != nil {
		t.Fatal(err)
	}
	text := "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }"
	want := "\x93NUMPY\x01\x00\x76\x00" + text + strings.Repeat(" ", 117-len(text)) + "\n" +
		"\x00\x00\x80\x3f\x00\x00\x00\xc0\x00\x00\x00\x3f"
	if got := b.String(); got != want {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
}

func TestEveryTypeIsReadBack(t *testing.T) {
	for _, c := range []struct {
		typ    Type
		values []float64
	}{
		{Bool, []float64{0, 1}},
		{Int8, []float64{-128, -1, 127}},
		{Uint8, []float64{0, 255}},
		{Int16, []float64{-32768, 32767}},
		{Uint16, []float64{0, 65535}},
		{Int32, []float64{-1 << 31, 1<<31 - 1}},
		{Uint32, []float64{0, 1<<32 - 1}},
		{Int64, []float64{-1 << 62, 1 << 62}},
		{Uint64, []float64{0, 1 << 62}},
		{Float16, []float64{0.5, -2, 65504, 0x1p-24}},
		{Float32, []float64{0.1, math.Inf(-1)}},
		{Float64, []float64{math.Pi, math.MaxFloat64}},
	} {
		a, err := Open(bytes.NewReader(file(t, c.typ, c.values...)), "x")
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(c.values)
		if c.typ == Float32 {
			want[0] = float64(float32(0.1))
		}
		got := make([]float64, len(want))
		if err := Read(a, got); err != nil || !slices.Equal(got, want) || a.Type != c.typ || !slices.Equal(a.Shape, []int{len(want)}) {
			t.Errorf("%s: got %v of %s %v, %v, want %v", c.typ, got, a.Type, a.Shape, err, want)
		}
	}
}

func TestReadingInPieces(t *testing.T) {
	values := make([]float64, 100_000) // more than a piece
	for k := range values {
		values[k] = float64(k)
	}
	a, err := Open(bytes.NewReader(file(t, Int32, values...)), "x")
	if err != nil {
		t.Fatal(err)
	}
	var got []int64
	for _, n := range []int{1, 0, 70_000, 29_999} {
		dst := make([]int64, n)
		if err := Read(a, dst); err != nil {
			t.Fatal(err)
		}
		got = append(got, dst...)
	}
	for k, v := range got {
		if v != int64(k) {
			t.Fatalf("element %d is %d", k, v)
		}
	}
	if a.Left() != 0 || Read(a, make([]int64, 1)) == nil {
		t.Errorf("%d elements left, and one more is read without an error", a.Left())
	}
}

func TestValuesThatDoNotFit(t *testing.T) {
	open := func(b []byte) *Array {
		a, err := Open(bytes.NewReader(b), "x")
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	create := func(typ Type) *Writer {
		w, err := Create(io.Discard, "x", typ, 2)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	two := file(t, Bool, 0, 1)
	two[len(two)-1] = 2
	large := file(t, Uint64, 0, 0)
	large[len(large)-1] = 0x80
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"256 as a byte", Read(open(file(t, Int16, 0, 256)), make([]uint8, 2)), "npy: x: element 1 before the end: one of <i2 that does not fit uint8"},
		{"−1 as a byte", Read(open(file(t, Int8, -1, 0)), make([]uint8, 2)), "npy: x: element 2 before the end: one of |i1 that does not fit uint8"},
		{"2⁶³ as an int64", Read(open(large), make([]int64, 2)), "npy: x: element 1 before the end: one of <u8 that does not fit int64"},
		{"a truth value of 2", Read(open(two), make([]float32, 2)), "npy: x: element 1 before the end: one of |b1 that does not fit float32"},
		{"floats as whole numbers", Read(open(file(t, Float32, 1, 2)), make([]int64, 2)), "npy: x: elements <f4, want whole numbers"},
		{"more than there are", Read(open(file(t, Float32, 1, 2)), make([]float32, 3)), "npy: x: 3 elements wanted, 2 are left of shape [2]"},
		{"a large float16", Write(create(Float16), []float32{1, 70000}), "npy: x: element 1 before the end: 70000 does not fit <f2"},
		{"a large float32", Write(create(Float32), []float64{-1e300}), "npy: x: element 2 before the end: -1e+300 does not fit <f4"},
		{"128 as an int8", Write(create(Int8), []int64{128}), "npy: x: element 2 before the end: 128 does not fit |i1"},
		{"−1 as a uint64", Write(create(Uint64), []int64{-1}), "npy: x: element 2 before the end: -1 does not fit <u8"},
		{"floats for whole numbers", Write(create(Int8), []float64{1}), "npy: x: floats written, want whole numbers for |i1"},
		{"more than declared", Write(create(Int8), make([]int8, 3)), "npy: x: 3 elements written, 2 are left of shape [2]"},
		{"fewer than declared", create(Int8).Close(), "npy: x: 2 elements are missing of shape [2]"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("%s: got error %v, want %s", c.name, c.err, c.want)
		}
	}
	x := make([]float64, 2)
	if err := Read(open(large), x); err != nil || x[1] != 1<<63 {
		t.Errorf("2⁶³ as a float64: got %v, %v", x[1], err)
	}
}

func TestHalf(t *testing.T) {
	// Every float16 is itself; the middle of two goes to the even one.
	for h := range uint16(0x7c00) {
		x := fromHalf(h)
		if got := toHalf(x); got != h {
			t.Fatalf("%#04x is %v, which becomes %#04x", h, x, got)
		}
		next := fromHalf(h + 1)
		if h == 0x7bff {
			next = 65536
		}
		even := h + h&1
		if got := toHalf((x + next) / 2); got != even {
			t.Fatalf("the middle of %v and %v: got %#04x, want %#04x", x, next, got, even)
		}
		if got := toHalf(-x); got != h|0x8000 {
			t.Fatalf("%v: got %#04x, want %#04x", -x, got, h|0x8000)
		}
	}
	if h := toHalf(math.NaN()); !math.IsNaN(fromHalf(h)) {
		t.Errorf("NaN becomes %#04x", h)
	}
	if x := fromHalf(toHalf(math.Inf(-1))); x != math.Inf(-1) {
		t.Errorf("−∞ becomes %v", x)
	}
}
