package kernel

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"
)

// The places are those of a stable sort.
func TestTopK(t *testing.T) {
	nan := float32(math.NaN())
	for _, shape := range [][3]int{{1, 1, 1}, {3, 5, 2}, {3, 5, 5}, {40, 1000, 16}, {2, 3000, 700}} {
		rows, cols, k := shape[0], shape[1], shape[2]
		for _, of := range []string{"distinct", "equal", "rising", "with NaN"} {
			t.Run(fmt.Sprint(of, shape), func(t *testing.T) {
				x := noise(rows*cols, "x")
				for i := range x {
					switch {
					case of == "equal":
						x[i] = float32(math.Round(float64(x[i])))
					case of == "rising":
						x[i] = float32(i)
					case of == "with NaN" && i%7 == 3:
						x[i] = nan
					}
				}
				got := make([]float32, len(x))
				TopK(got, x, make([]float32, TopKScratch(rows, k)), cols, k)
				for r := range rows {
					row, order := x[r*cols:(r+1)*cols], make([]int, cols)
					for i := range order {
						order[i] = i
					}
					slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(rank(row[j]), rank(row[i])) })
					want := make([]float32, cols)
					for _, i := range order[:k] {
						want[i] = 1
					}
					if !slices.Equal(got[r*cols:(r+1)*cols], want) {
						t.Fatalf("row %d: got %v, want %v", r, got[r*cols:(r+1)*cols], want)
					}
				}
			})
		}
	}
}

// rank puts NaN above all numbers.
func rank(v float32) float64 {
	if v != v {
		return math.Inf(1)
	}
	return float64(v)
}
