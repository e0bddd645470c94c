package arrays

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/npy"
	"latentspace/example"
)

// row is example i of a part, as a data set has it.
func row(t *testing.T, s *Set, i int) []float32 {
	t.Helper()
	dst := make([]float32, s.Field.Size())
	switch p := s.Train; {
	case p.Kept != nil:
		if err := p.Kept.Read(i, dst); err != nil {
			t.Fatal(err)
		}
	case p.Bytes == nil:
		copy(dst, p.Floats[i*len(dst):])
	case s.Field.Kind == example.Unit:
		p.Bytes.Floats(i, dst, 255)
	default:
		p.Bytes.Floats(i, dst, 1)
	}
	return dst
}

// An array that stays in its file means what it means in memory, and has the same bits, whatever its
// type and its shape are.
func TestAnArrayThatStaysInItsFileIsTheSame(t *testing.T) {
	count := func(n int, f func(i int) float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = f(i)
		}
		return out
	}
	for name, a := range map[string]numbers{
		"bytes":                 {typ: npy.Uint8, shape: []int{3, 7}, values: count(21, func(i int) float64 { return float64(i * 12) })},
		"dark bytes":            {typ: npy.Uint8, shape: []int{3, 7}, values: count(21, func(i int) float64 { return float64(i) })},
		"bytes of 0 and 1":      {typ: npy.Uint8, shape: []int{3, 7}, values: count(21, func(i int) float64 { return float64(i % 2) })},
		"floats":                {typ: npy.Float32, shape: []int{3, 7}, values: count(21, func(i int) float64 { return math.Sin(float64(i)) })},
		"halves":                {typ: npy.Float16, shape: []int{3, 7}, values: count(21, func(i int) float64 { return math.Sin(float64(i)) })},
		"doubles in [0, 1]":     {typ: npy.Float64, shape: []int{3, 7}, values: count(21, func(i int) float64 { return float64(i) / 33 })},
		"doubles of 0 and 1":    {typ: npy.Float64, shape: []int{3, 7}, values: count(21, func(i int) float64 { return float64(i % 2) })},
		"pictures of integers":  {typ: npy.Int64, shape: []int{2, 4, 4}, values: count(32, func(i int) float64 { return float64(i * 8) })},
		"pictures of uint16":    {typ: npy.Uint16, shape: []int{2, 4, 4}, values: count(32, func(i int) float64 { return float64(i * 2000) })},
		"channels first":        {typ: npy.Uint8, shape: []int{2, 3, 2, 2}, values: count(24, func(i int) float64 { return float64(i * 10) })},
		"channels first, reals": {typ: npy.Float32, shape: []int{2, 3, 2, 2}, values: count(24, func(i int) float64 { return float64(i) - 7 })},
		"numbers alone":         {typ: npy.Float32, shape: []int{5}, values: count(5, func(i int) float64 { return float64(i) / 2 })},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.npy")
			if err := os.WriteFile(path, array(t, a), 0o644); err != nil {
				t.Fatal(err)
			}
			want, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := Open(t.Context(), path, Options{Memory: 1})
			if err != nil {
				t.Fatal(err)
			}
			if got.Train.Kept == nil || got.Train.N != want.Train.N || got.Field.Kind != want.Field.Kind || !slices.Equal(got.Field.Shape, want.Field.Shape) {
				t.Fatalf("got %+v and %d examples, want %+v and %d in the file", got.Field, got.Train.N, want.Field, want.Train.N)
			}
			if !strings.HasSuffix(got.Notes[0], "they stay in the file") || !slices.Equal(got.Notes[1:], want.Notes) {
				t.Errorf("notes %q, want that they stay in the file and %q", got.Notes, want.Notes)
			}
			if got.Train.Kept.IsBytes() != (want.Train.Bytes != nil) {
				t.Errorf("examples are bytes: %v, want %v", got.Train.Kept.IsBytes(), want.Train.Bytes != nil)
			}
			for i := range want.Train.N {
				a, b := row(t, got, i), row(t, want, i)
				for k := range a {
					if math.Float32bits(a[k]) != math.Float32bits(b[k]) {
						t.Fatalf("example %d is %v, want %v", i, a, b)
					}
				}
				if want.Train.Bytes == nil {
					continue
				}
				bytes := make([]byte, len(a))
				if err := got.Train.Kept.ReadBytes(i, bytes, a); err != nil || !slices.Equal(bytes, want.Train.Bytes.Row(i, make([]byte, len(a)))) {
					t.Fatalf("example %d has the bytes %v, %v", i, bytes, err)
				}
			}
		})
	}
}

func TestAnArrayThatCannotStayInItsFile(t *testing.T) {
	one := numbers{typ: npy.Float32, shape: []int{2, 2}, values: []float64{1, 2, 3, math.Inf(1)}}
	bad := array(t, one)
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"a value that is not finite": {bad, "the array: example 1 has the value +Inf, want finite numbers"},
		"an archive":                 {archive(t, numbers{name: "x", typ: npy.Uint8, shape: []int{1, 2}, values: []float64{1, 2}}), ""},
		"a file cut short":           {bad[:len(bad)-1], "npy: array: 1 elements before the end: unexpected EOF"},
	} {
		path := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(path, c.content, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), path, Options{Memory: 1})
		if c.want == "" && (err != nil || s.Train.Kept != nil) {
			t.Errorf("%s: got %v, want it in memory", name, err)
		} else if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}
