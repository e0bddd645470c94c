package kernel

import (
	"fmt"
	"slices"
	"testing"
)

func TestGatherAndScatterAdd(t *testing.T) {
	for _, shape := range [][3]int{{1, 1, 1}, {5, 3, 9}, {7, 130, 400}, {3000, 16, 5000}} {
		rows, width, n := shape[0], shape[1], shape[2]
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			table, x := noise(rows*width, "table"), noise(n*width, "x")
			index := make([]float32, n)
			for i := range index {
				index[i] = float32((i*i+3*i)%(rows+1) - 1)
			}
			picked, sums := make([]float32, n*width), make([]float32, rows*width)
			Gather(picked, table, index, width)
			ScatterAdd(sums, x, index, make([]float32, ScatterScratch(rows, n)), width)
			want := make([]float64, rows*width)
			for i, k := range index {
				row := make([]float32, width)
				if k >= 0 {
					copy(row, table[int(k)*width:])
					for c := range width {
						want[int(k)*width+c] += float64(x[i*width+c])
					}
				}
				if !slices.Equal(picked[i*width:(i+1)*width], row) {
					t.Fatalf("row %d of index %v: got %v, want %v", i, k, picked[i*width:(i+1)*width], row)
				}
			}
			for i := range sums {
				if sums[i] != float32(want[i]) {
					t.Fatalf("sum %d: got %v, want %v", i, sums[i], want[i])
				}
			}
		})
	}
}

func TestSumAxisRepeatAxisAndTranspose(t *testing.T) {
	for _, shape := range [][3]int{{1, 1, 1}, {2, 3, 4}, {3, 70, 131}, {300, 7, 65}} {
		outer, axis, inner := shape[0], shape[1], shape[2]
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			x := noise(outer*axis*inner, "x")
			sums := make([]float32, outer*inner)
			SumAxis(sums, x, axis, inner)
			again := make([]float32, len(x))
			RepeatAxis(again, sums, axis, inner)
			turned := make([]float32, len(x))
			Transpose(turned, x, outer*axis, inner)
			for o := range outer {
				for i := range inner {
					want := 0.0
					for k := range axis {
						r := o*axis + k
						want += float64(x[r*inner+i])
						if again[r*inner+i] != sums[o*inner+i] {
							t.Fatalf("repeated %d, %d, %d: got %v, want %v", o, k, i, again[r*inner+i], sums[o*inner+i])
						}
						if turned[i*outer*axis+r] != x[r*inner+i] {
							t.Fatalf("transposed %d, %d: got %v, want %v", i, r, turned[i*outer*axis+r], x[r*inner+i])
						}
					}
					if sums[o*inner+i] != float32(want) {
						t.Fatalf("sum %d, %d: got %v, want %v", o, i, sums[o*inner+i], want)
					}
				}
			}
		})
	}
}
