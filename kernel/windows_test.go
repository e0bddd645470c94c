package kernel

import (
	"fmt"
	"testing"
)

func TestWindows(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5, 6, 7, 8} // 4 steps of a row of 2
	for want, w := range map[string]Windows{
		"[0 0 1 2 1 2 3 4 3 4 5 6 5 6 7 8]":                 {4, 2, 2, -1, 1},
		"[1 2 5 6 3 4 7 8 5 6 0 0 7 8 0 0]":                 {4, 2, 2, 0, 2},
		"[0 0 1 2 3 4 1 2 3 4 5 6 3 4 5 6 7 8 5 6 7 8 0 0]": {4, 2, 3, -1, 1},
	} {
		y := make([]float32, len(x)*w.Count)
		if w.Take(y, x); fmt.Sprint(y) != want {
			t.Errorf("%+v: got %v, want %s", w, y, want)
		}
	}
	sums := make([]float32, 8)
	Windows{4, 2, 2, -1, 1}.Add(sums, []float32{9, 9, 1, 2, 10, 20, 3, 4, 30, 40, 5, 6, 50, 60, 7, 8})
	if got, want := fmt.Sprint(sums), "[11 22 33 44 55 66 7 8]"; got != want {
		t.Errorf("sums: got %s, want %s", got, want)
	}
}

// No processor changes the order of a sum.
func TestWindowsBits(t *testing.T) {
	w := Windows{Steps: 50, Width: 37, Count: 5, First: -4, Apart: 2}
	x := noise(w.Steps*11*w.Width, "x")
	var want []float32
	for _, processors := range []int{1, 2, 7} {
		everyPath(t, func(t *testing.T) {
			y, sums := make([]float32, len(x)*w.Count), make([]float32, len(x))
			withProcessors(processors, func() {
				w.Take(y, x)
				w.Add(sums, y)
			})
			if want == nil {
				want = sums
			}
			if !equal(sums, want) {
				t.Errorf("%d processors: other bits", processors)
			}
		})
	}
}
