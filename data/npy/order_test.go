package npy

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// a = np.arange(6, dtype='u1').reshape(1, 2, 3); np.save(f, np.asfortranarray(a)) has the elements
// 0 3 1 4 2 5; of '>i2' each has a zero before it.
func TestFortransOrderAndHighBytesFirstAreReadInCsOrder(t *testing.T) {
	for name, file := range map[string][]byte{
		"Fortran's order":     version1("{'descr': '|u1', 'fortran_order': True, 'shape': (1, 2, 3), }\n", 0, 3, 1, 4, 2, 5),
		"the high byte first": version1("{'descr': '>i2', 'fortran_order': False, 'shape': (1, 2, 3), }\n", 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5),
		"both":                version1("{'descr': '>i2', 'fortran_order': True, 'shape': (1, 2, 3), }\n", 0, 0, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5),
	} {
		a, err := Open(bytes.NewReader(file), "x")
		if err != nil {
			t.Fatal(err)
		}
		got := make([]int64, 6)
		for k := 0; k < 6; k += 2 { // in parts
			if err := Read(a, got[k:k+2]); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if want := []int64{0, 1, 2, 3, 4, 5}; !slices.Equal(got, want) || a.Left() != 0 {
			t.Errorf("%s: got %v with %d left, want %v", name, got, a.Left(), want)
		}
	}
}

func TestAnArrayInFortransOrderHasItsEndChecked(t *testing.T) {
	text := "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 2), }\n"
	for want, file := range map[string][]byte{
		"npy: x: 2 elements before the end: unexpected EOF":               version1(text, 1, 0, 2, 0, 3),
		"npy: x: goes on after the elements of shape [2 2], want its end": version1(text, 1, 0, 2, 0, 3, 0, 4, 0, 5),
		"npy: x: 1000000000000 elements before the end: unexpected EOF":   version1("{'descr': '|u1', 'fortran_order': True, 'shape': (1000000, 1000000), }\n"),
	} {
		a, err := Open(bytes.NewReader(file), "x")
		if err != nil {
			t.Fatal(err)
		}
		dst := make([]int64, min(4, a.Left()))
		if err := Read(a, dst); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}
