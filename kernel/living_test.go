package kernel

import (
	"fmt"
	"math"
	"testing"
)

// sparseMatrix is n values, of which about a part in whole runs is zero, of either sign.
func sparseMatrix(n, run int, part float64, seed uint64) []float32 {
	x := make([]float32, n)
	Uniform(x, Key{seed})
	for i := 0; i < n; i += run {
		if float64(mix(seed+uint64(i))>>40)/(1<<24) < part {
			for j := i; j < min(i+run, n); j++ {
				x[j] = float32(math.Copysign(0, float64(int(mix(uint64(j))%2))-0.5))
			}
		}
	}
	return x
}

// A product that passes over zeros has the bits of one in Go that does not, whatever the other
// operand has, and those of any product but for the sign of a zero.
func TestMatMulSparsePassesOverZerosOnly(t *testing.T) {
	for _, s := range []struct{ m, n, k int }{
		{50, 70, 784}, {25, 70, 64}, {13, 40, 67}, {30, 33, 900}, {128, 20, 100}, {1, 100, 100}, {100, 1, 100}, {3, 100, 100}, {40, 230, 100}, {60, 230, 70}, {5, 3, 0},
	} {
		for _, part := range []float64{0, 0.5, 0.9, 1} {
			for _, transA := range []bool{false, true} {
				t.Run(fmt.Sprint(s, part, transA), func(t *testing.T) {
					run := 31
					if transA {
						run = s.m // whole k's
					}
					a := sparseMatrix(s.m*s.k, run, part, 3)
					b, bias := make([]float32, s.k*s.n), make([]float32, s.n)
					Uniform(b, Key{4})
					Uniform(bias, Key{5})
					e := Epilogue{Bias: bias, Act: ActLeakyReLU, Slope: 0.5}
					got, want, plain := make([]float32, s.m*s.n), make([]float32, s.m*s.n), make([]float32, s.m*s.n)
					for i, odd := range []float32{0.5, float32(math.Inf(1)), float32(math.NaN()), -math.MaxFloat32} {
						if len(b) > 0 {
							Uniform(b, Key{4})
							b[len(b)*(1+i%2)/3] = odd // in the first part of a long k too
						}
						MatMulThen(plain, a, b, s.m, s.n, s.k, transA, false, false, e)
						onPath(portable, func() { MatMulSparse(want, a, b, s.m, s.n, s.k, transA, false, e) })
						for path := portable + 1; path <= bestPath(); path++ {
							onPath(path, func() { MatMulSparse(got, a, b, s.m, s.n, s.k, transA, false, e) })
							for i := range want {
								if !same(got[i], want[i]) || !same(got[i]+0, plain[i]+0) {
									t.Fatalf("%s with %v in B, value %d: got %v, want %v, and without passing over %v", path, odd, i, got[i], want[i], plain[i])
								}
							}
						}
					}
				})
			}
		}
	}
}

// So has a product that is used block by block, whose panels are packed beforehand.
func TestMatMulBlocksPassOverZerosOnly(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for _, k := range []int{100, 900} {
			const m, n = 25, 40
			a, b := sparseMatrix(m*k, m, 0.5, 3), make([]float32, k*n)
			got, want := make([]float32, m*n), make([]float32, m*n)
			for _, at := range []int{1, 2} { // the thirds of k end in both parts of a long one
				for _, odd := range []float32{0.5, float32(math.Inf(1)), float32(math.NaN())} {
					Uniform(b, Key{4})
					b[len(b)*at/3] = odd
					clear(a[len(b)*at/3/n*m:][:m]) // meets zeros
					MatMulSparse(want, a, b, m, n, k, true, false, Epilogue{})
					MatMulBlocks(a, b, m, n, k, true, false, true, func(at int, values []float32) { copy(got[at:], values) })
					for i := range want {
						if !same(got[i], want[i]) {
							t.Fatalf("k %d with %v in B, value %d: got %v, want %v", k, odd, i, got[i], want[i])
						}
					}
				}
			}
		}
	})
}

// A sum that underflows to -0 is 0 on every path, whether zeros follow or not.
func TestMatMulSparseHasNoNegativeZero(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		const m, n, k = 24, 64, 128
		a, b, c := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
		Fill(b, -1e-30)
		for i := range m {
			a[i*k+i] = 1e-30
		}
		MatMulSparse(c, a, b, m, n, k, false, false, Epilogue{})
		for i, v := range c {
			if math.Float32bits(v) != 0 {
				t.Fatalf("value %d: got bits %x, want 0", i, math.Float32bits(v))
			}
		}
	})
}
