package explore

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// codesOf reads a table of codes of two values, three rows at a time.
func codesOf(text string) ([]float32, error) {
	next, err := codeFile{dim: 2}.csv(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	var all []float32
	for room := make([]float32, 6); ; {
		n, err := next(room)
		if err != nil || n == 0 {
			return all, err
		}
		all = append(all, room[:2*n]...)
	}
}

func TestTablesOfCodes(t *testing.T) {
	for name, text := range map[string]string{
		"columns in order":     "z0,z1\n1,2\n3,-4e-3\n5,6\n7,8\n",
		"columns out of order": "name,z1,index,z0\nthis,2,0,1\n,-0.004,1,3\n\"a,b\",6,2,5\nz0,8,3,7\n",
		"spaces and a mark":    "\ufeffz0,z1\r\n 1,2\r\n3, -.004 \r\n5,6\r\n7,8",
	} {
		got, err := codesOf(text)
		if want := []float32{1, 2, 3, -0.004, 5, 6, 7, 8}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, want)
		}
	}
}

func FuzzCodes(f *testing.F) {
	for _, text := range []string{"z0,z1\n1,2\n", "z1,z0,z0\n1,2,3\n4,5\n", "z0,z1\n1e39,NaN\n", "\"z0\",z1\n\"1\n", "z0,z1,z2\n", "\n\n", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		codes, err := codesOf(text)
		if err != nil {
			return
		}
		if len(codes)%2 != 0 || len(codes) > len(text) {
			t.Errorf("%d values of %d bytes", len(codes), len(text))
		}
		for _, v := range codes {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Errorf("value %v", v)
			}
		}
	})
}
