package kernel

import (
	"fmt"
	"math"
	"testing"
)

// noise is n normal values.
func noise(n int, name string) []float32 {
	x := make([]float32, n)
	Normal(x, Seed(0, name))
	return x
}

// near compares with a relative tolerance.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestSumRowsAndSumCols(t *testing.T) {
	for _, shape := range [][2]int{{1, 1}, {3, 5}, {7, 64}, {2, 131}, {1023, 33}, {1025, 3}, {5000, 40}, {40_000, 1}, {128, 400}, {2100, 70}} {
		rows, cols := shape[0], shape[1]
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			everyPath(t, func(t *testing.T) {
				x := noise(rows*cols, "sums")
				down, across := make([]float32, cols), make([]float32, rows)
				SumRows(down, x)
				SumCols(across, x)
				wantDown, wantAcross := make([]float64, cols), make([]float64, rows)
				for i, v := range x {
					wantDown[i%cols] += float64(v)
					wantAcross[i/cols] += float64(v)
				}
				for j, want := range wantDown {
					near(t, fmt.Sprint("column ", j), float64(down[j]), want, 1e-7)
				}
				for i, want := range wantAcross {
					near(t, fmt.Sprint("row ", i), float64(across[i]), want, 1e-7)
				}
				var portableDown = make([]float32, cols)
				onPath(portable, func() { SumRows(portableDown, x) })
				if !equal(down, portableDown) {
					t.Errorf("sum of rows: got %v, want the portable %v", down, portableDown)
				}
			})
		})
	}
}

func TestSums(t *testing.T) {
	for _, n := range []int{0, 1, 9, 1000, elementGrain, elementGrain + 1, 20*elementGrain + 5} {
		x := noise(n, "sums")
		sum, squares := 0.0, 0.0
		for _, v := range x {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
		near(t, fmt.Sprint("sum of ", n), float64(Sum(x)), sum, 1e-7)
		near(t, fmt.Sprint("squares of ", n), SumSquares(x), squares, 1e-12)
	}
}

func TestFirstNonFinite(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for n := range 50 {
			x := noise(n, "finite")
			if got := FirstNonFinite(x); got != -1 {
				t.Errorf("%d finite values: got %d, want -1", n, got)
			}
			for i := range x {
				for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					old := x[i]
					x[i] = float32(bad)
					if got := FirstNonFinite(x); got != i {
						t.Errorf("%v at %d of %d: got %d", bad, i, n, got)
					}
					x[i] = old
				}
			}
		}
	})
}

func TestSoftmax(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name string
		x    []float64
		lse  float64
	}{
		{"two equal logits", []float64{3, 3}, 3 + math.Ln2},
		{"large logits do not overflow", []float64{1000, 1000, 1000, 1000}, 1000 + 2*math.Ln2},
		{"minus infinity has no weight", []float64{1, -inf}, 1},
		{"nothing but minus infinity", []float64{-inf, -inf}, -inf},
		{"plus infinity", []float64{inf, 1}, inf},
		{"NaN", []float64{1, math.NaN(), 2}, math.NaN()},
		{"nothing but NaN", []float64{math.NaN()}, math.NaN()},
		{"NaN beside infinity", []float64{inf, math.NaN()}, math.NaN()},
	} {
		t.Run(c.name, func(t *testing.T) {
			everyPath(t, func(t *testing.T) {
				x := make([]float32, len(c.x))
				for i, v := range c.x {
					x[i] = float32(v)
				}
				got := make([]float32, 1)
				if LogSumExp(got, x); !same(got[0], float32(c.lse)) {
					t.Errorf("got %v, want %v", got[0], float32(c.lse))
				}
			})
		})
	}
	everyPath(t, func(t *testing.T) {
		for cols := 1; cols < 40; cols++ {
			x := noise(3*cols, "logits")
			y := make([]float32, len(x))
			Softmax(y, x, cols)
			for r := range 3 {
				sum := 0.0
				for _, v := range x[r*cols : (r+1)*cols] {
					sum += math.Exp(float64(v))
				}
				for j := r * cols; j < (r+1)*cols; j++ {
					near(t, "probability", float64(y[j]), math.Exp(float64(x[j]))/sum, 1e-7)
				}
			}
		}
	})
}
