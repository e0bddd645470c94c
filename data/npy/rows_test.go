package npy

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

// npyFile is a .npy file of an array.
func npyFile[T Number](t *testing.T, typ Type, values []T, shape ...int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := Create(&b, "a", typ, shape...)
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(w, values); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Rows in any order, from several goroutines at once, are those of the array read from front to back.
func TestRowsAreThoseOfTheArray(t *testing.T) {
	const n, width = 50, 3 * 2
	values := make([]float64, n*width)
	for i := range values {
		values[i] = float64(i) - 20
	}
	for _, typ := range []Type{Float16, Float32, Float64} {
		b := npyFile(t, typ, values, n, 3, 2)
		a, err := Open(bytes.NewReader(b), "a")
		if err != nil {
			t.Fatal(err)
		}
		want := make([]float32, n*width)
		if err := Read(a, want); err != nil {
			t.Fatal(err)
		}
		rows, err := OpenRows(bytes.NewReader(b), int64(len(b)), "a")
		if err != nil || rows.Len() != n || rows.Width() != width {
			t.Fatalf("%d rows of %d, %v, want %d of %d", rows.Len(), rows.Width(), err, n, width)
		}
		var wg sync.WaitGroup
		for g := range 4 {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(uint64(g), 1))
				for range 100 {
					first := rng.IntN(n)
					some := make([]float32, (1+rng.IntN(n-first))*width)
					if err := rows.Read(first, some); err != nil || !slices.Equal(some, want[first*width:][:len(some)]) {
						t.Errorf("%s: rows from %d on: %v, %v", typ, first, some, err)
					}
				}
			})
		}
		wg.Wait()
	}
}

// A row that is longer than a piece is read in several.
func TestRowsAreReadInPieces(t *testing.T) {
	values := make([]float32, 2*(piece/4+3))
	for i := range values {
		values[i] = float32(i)
	}
	b := npyFile(t, Float32, values, 2, len(values)/2)
	rows, err := OpenRows(bytes.NewReader(b), int64(len(b)), "a")
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float32, len(values)/2)
	if err := rows.Read(1, got); err != nil || !slices.Equal(got, values[len(got):]) {
		t.Errorf("the second row is not that of the array: %v", err)
	}
}

func TestWhatHasNoRows(t *testing.T) {
	whole := npyFile(t, Float32, make([]float32, 6), 3, 2)
	turned := bytes.Replace(whole, []byte("False"), []byte("True "), 1)
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"Fortran's order":  {turned, "npy: a: an array in Fortran's order, whose rows do not lie in one piece, want C's: np.ascontiguousarray"},
		"one number":       {npyFile(t, Float32, []float32{1}), "npy: a: shape [], want rows"},
		"a file cut short": {whole[:len(whole)-1], "npy: a: 23 bytes of elements, want the 24 of shape [3 2]"},
		"a file that grew": {append(slices.Clone(whole), 0), "npy: a: 25 bytes of elements, want the 24 of shape [3 2]"},
		"not an array":     {[]byte("PK\x03\x04 and so on"), "npy: a: "},
		"an empty file":    {nil, "npy: a: the header: unexpected EOF"},
	} {
		if _, err := OpenRows(bytes.NewReader(c.b), int64(len(c.b)), "a"); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	rows, err := OpenRows(bytes.NewReader(whole), int64(len(whole)), "a")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ first, n int }{{-1, 2}, {3, 2}, {0, 3}, {2, 4}} {
		err := rows.Read(c.first, make([]float32, c.n))
		if want := fmt.Sprintf("into %d values, want rows of 2 values from 0 to 2", c.n); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d values from row %d on: got %v, want %s", c.n, c.first, err, want)
		}
	}
	rows.r = bytes.NewReader(whole[:len(whole)-4])
	if err := rows.Read(2, make([]float32, 2)); err == nil || err.Error() != "npy: a: row 2: its elements: unexpected EOF" {
		t.Errorf("a file that shrank: got %v", err)
	}
}

// No file makes the reader panic, and what it reads is what reading from front to back gives.
func FuzzRows(f *testing.F) {
	f.Add([]byte("\x93NUMPY\x01\x00\x46\x00{'descr': '<f2', 'fortran_order': False, 'shape': (2, 2), }           \n\x00\x3c\x00\x40\x00\x42\x00\x44"))
	f.Add([]byte("\x93NUMPY\x01\x00\x46\x00{'descr': '>i4', 'fortran_order': True, 'shape': (1,), }              \n\x00\x00\x00\x07"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := OpenRows(bytes.NewReader(b), int64(len(b)), "fuzz")
		if err != nil || rows.Len() > len(b) { // rows of no values are as many as the header says
			return
		}
		a, err := Open(bytes.NewReader(b), "fuzz")
		if err != nil {
			t.Fatalf("it has rows, and %v", err)
		}
		want := make([]float32, a.Left())
		whole := Read(a, want)
		for i := range rows.Len() {
			got := make([]float32, rows.Width())
			if err := rows.Read(i, got); err != nil {
				if whole == nil {
					t.Fatalf("row %d: %v", i, err)
				}
				continue
			}
			for k, v := range want[i*len(got) : (i+1)*len(got)] {
				if whole == nil && v != got[k] && v == v {
					t.Fatalf("row %d is %v, want %v there", i, got, v)
				}
			}
		}
	})
}
