package ops

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	G "gorgonia.org/gorgonia"
	T "gorgonia.org/tensor"
)

// TestSgemmIsThatOfBLAS compares with gonum, dense and not, scaled and not.
func TestSgemmIsThatOfBLAS(t *testing.T) {
	const m, n, k = 5, 7, 6
	for _, tA := range []blas.Transpose{blas.NoTrans, blas.Trans} {
		for _, tB := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			for _, gap := range []int{0, 2} {
				for _, scale := range [][2]float32{{1, 0}, {1, 1}, {2, 0}, {1, -0.5}} {
					lda, ldb, ldc := k+gap, n+gap, n+gap
					if tA == blas.Trans {
						lda = m + gap
					}
					if tB == blas.Trans {
						ldb = k + gap
					}
					fill := func(x []float32) []float32 {
						for i := range x {
							x[i] = float32(math.Sin(float64(i + len(x))))
						}
						return x
					}
					a, b := fill(make([]float32, 9*9)), fill(make([]float32, 9*9))
					got, want := fill(make([]float32, 9*9)), fill(make([]float32, 9*9))
					products{}.Sgemm(tA, tB, m, n, k, scale[0], a, lda, b, ldb, scale[1], got, ldc)
					gonum.Implementation{}.Sgemm(tA, tB, m, n, k, scale[0], a, lda, b, ldb, scale[1], want, ldc)
					for i := range want {
						if math.Abs(float64(got[i]-want[i])) > 1e-5 {
							t.Fatalf("%c%c, gap %d, scale %v, element %d: got %v, want %v", tA, tB, gap, scale, i, got[i], want[i])
						}
					}
				}
			}
		}
	}
}

// TestSgemmDoesNotReadWhatIsScaledByZero: an infinity times 0 would be NaN.
func TestSgemmDoesNotReadWhatIsScaledByZero(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	c := []float32{1, 2}
	products{}.Sgemm(blas.NoTrans, blas.NoTrans, 2, 1, 1, 0, []float32{inf, 1}, 1, []float32{1}, 1, 1, c, 1)
	if c[0] != 1 || c[1] != 2 {
		t.Errorf("alpha 0: got %v, want C as it was", c)
	}
	c = []float32{nan, nan}
	products{}.Sgemm(blas.NoTrans, blas.NoTrans, 2, 1, 1, 2, []float32{3, 1}, 1, []float32{1}, 1, 0, c, 1)
	if c[0] != 6 || c[1] != 2 {
		t.Errorf("beta 0: got %v, want 6 and 2", c)
	}
}

func TestSgemmRefusesOverlappingRows(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("rows of 2 values, 1 apart: no panic, want that of BLAS")
		}
	}()
	products{}.Sgemm(blas.NoTrans, blas.NoTrans, 1, 1, 2, 1, []float32{1, 2}, 1, []float32{1, 2}, 1, 0, []float32{0}, 1)
}

// TestGorgoniasProductsAreOurs runs an operation of Gorgonia's own.
func TestGorgoniasProductsAreOurs(t *testing.T) {
	if _, ok := G.WhichBLAS().(products); !ok {
		t.Errorf("Gorgonia runs on %T, want products", G.WhichBLAS())
	}
	a := T.New(T.WithShape(2, 3), T.WithBacking([]float32{1, 2, 3, 4, 5, 6}))
	b := T.New(T.WithShape(3, 2), T.WithBacking([]float32{1, 0, 0, 1, 1, 1}))
	c, err := a.MatMul(b)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Float32s(), []float32{4, 5, 10, 11}; got[0] != want[0] || got[1] != want[1] || got[2] != want[2] || got[3] != want[3] {
		t.Errorf("got %v, want %v", got, want)
	}
}
