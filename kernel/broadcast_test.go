package kernel

import (
	"fmt"
	"testing"
)

func TestRowsAndColumns(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(dst, x, v []float32)
		row  bool
		want func(x, v float32) float32
	}{
		{"AddRow", AddRow, true, func(x, v float32) float32 { return x + v }},
		{"MulRow", MulRow, true, func(x, v float32) float32 { return x * v }},
		{"AddCol", AddCol, false, func(x, v float32) float32 { return x + v }},
		{"MulCol", MulCol, false, func(x, v float32) float32 { return x * v }},
		{"BroadcastRow", func(dst, _, v []float32) { BroadcastRow(dst, v) }, true, func(_, v float32) float32 { return v }},
		{"BroadcastCol", func(dst, _, v []float32) { BroadcastCol(dst, v) }, false, func(_, v float32) float32 { return v }},
	} {
		for _, shape := range [][2]int{{1, 1}, {3, 5}, {7, 16}, {1000, 1}, {257, 3}, {500, 67}, {2, elementGrain + 3}} {
			t.Run(fmt.Sprint(c.name, shape), func(t *testing.T) {
				everyPath(t, func(t *testing.T) {
					rows, cols := shape[0], shape[1]
					x, v := noise(rows*cols, "x"), noise(max(rows, cols), "v")
					v = v[:rows]
					if c.row {
						v = noise(cols, "v")
					}
					want := make([]float32, len(x))
					for i := range x {
						if c.row {
							want[i] = c.want(x[i], v[i%cols])
						} else {
							want[i] = c.want(x[i], v[i/cols])
						}
					}
					if c.run(x, x, v); !equal(x, want) { // in place
						t.Errorf("got %v…, want %v…", x[:1], want[:1])
					}
				})
			})
		}
	}
}

func TestSliceAndPad(t *testing.T) {
	const outer, axis, inner, lo, hi = 3, 5, 4, 1, 4
	x := noise(outer*axis*inner, "x")
	part := make([]float32, outer*(hi-lo)*inner)
	Slice(part, x, outer, axis, inner, lo, hi)
	back := noise(len(x), "old")
	Pad(back, part, outer, axis, inner, lo, hi)
	for i, v := range back {
		want := x[i]
		if a := i / inner % axis; a < lo || a >= hi {
			want = 0
		}
		if v != want {
			t.Errorf("at %d: got %v, want %v", i, v, want)
		}
	}
}
