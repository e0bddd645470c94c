package arrays

import (
	"bytes"
	"runtime"
	"testing"

	"latentspace/data/npy"
)

// Reading takes the memory of the array and little more; less of one that is mostly zero.
func TestAnArrayIsReadIntoItsOwnMemory(t *testing.T) {
	const n = 4 << 20
	bytewise, floats := numbers{"x", npy.Uint8, make([]float64, n), []int{n / 1024, 1024}}, numbers{"x", npy.Float32, make([]float64, n/4), []int{n / 4096, 1024}}
	for k := range bytewise.values {
		bytewise.values[k] = float64(k % 251 * k % 251)
	}
	for k := range floats.values {
		floats.values[k] = float64(k%251*k%251) / 251
	}
	for _, a := range []numbers{bytewise, floats} {
		for name, b := range map[string][]byte{"a.npy": array(t, a), "a.npz": archive(t, a)} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r, err := parse(t.Context(), name, bytes.NewReader(b), int64(len(b)), Options{})
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			room := make([]float32, 1024)
			for k, v := range a.values {
				if got := r.examples[train].row(k/1024, room)[k%1024]; got != float32(v) {
					t.Fatalf("%s of %s: element %d is %v, want %v", name, a.typ, k, got, float32(v))
				}
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > n+2<<20 {
				t.Errorf("%s of %s: %d bytes took %d, want two megabytes more at most", name, a.typ, n, took)
			}
		}
	}
}
