package kernel

import (
	"fmt"
	"math"
	"testing"
)

// A product with a packed operand has the bits of any other, but for the sign of a zero.
func TestMatMulPacked(t *testing.T) {
	for _, s := range []struct{ m, n, k int }{
		{1, 784, 400}, {1, 32, 20}, {1, 1, 100}, {1, 17, 15}, {1, 500, 1700}, {1, 3, 0}, {2, 70, 64}, {25, 100, 900}, {5, 1, 40}, {0, 4, 4},
	} {
		for _, transB := range []bool{false, true} {
			for i, odd := range []float32{0.5, float32(math.Inf(1)), float32(math.NaN())} {
				for act := range ActReLUGrad {
					t.Run(fmt.Sprint(s, transB, odd, act), func(t *testing.T) {
						a := sparseMatrix(s.m*s.k, 1, 0.5, 3)
						b, bias := make([]float32, s.k*s.n), make([]float32, s.n)
						Uniform(b, Key{4})
						Uniform(bias, Key{5})
						if len(b) > 0 {
							b[len(b)*(1+i)/4] = odd
						}
						e := Epilogue{Bias: bias, Act: act, Slope: 0.5}
						got, want := make([]float32, s.m*s.n), make([]float32, s.m*s.n)
						for path := portable; path <= bestPath(); path++ {
							onPath(path, func() {
								MatMulThen(want, a, b, s.m, s.n, s.k, false, transB, false, e)
								MatMulPacked(got, a, PackRight(b, s.n, s.k, transB), s.m, s.n, s.k, e)
							})
							for i := range want {
								if !same(got[i]+0, want[i]+0) {
									t.Fatalf("%s, value %d: got %v, want %v", path, i, got[i], want[i])
								}
							}
						}
					})
				}
			}
		}
	}
}

// A convolution with packed weights has the bits of any other, for any number of pictures.
func TestConvPacked(t *testing.T) {
	for _, c := range []Conv{
		{Height: 14, Width: 14, In: 32, Out: 64, KernelH: 4, KernelW: 4, Stride: 2, Pad: 1}, // few multiplications
		{Height: 28, Width: 28, In: 1, Out: 32, KernelH: 4, KernelW: 4, Stride: 2, Pad: 1},  // few channels
		{Height: 9, Width: 7, In: 10, Out: 5, KernelH: 3, KernelW: 3, Stride: 2, Pad: 1},
	} {
		w := make([]float32, c.window()*c.Out)
		Uniform(w, Key{1})
		for path := portable; path <= bestPath(); path++ {
			onPath(path, func() {
				forward, back := PackForward(w, c), PackData(w, c)
				for _, batch := range []int{1, 2, 19} {
					c.Batch = batch
					x, y := make([]float32, batch*c.Height*c.Width*c.In), make([]float32, batch*c.OutHeight()*c.OutWidth()*c.Out)
					Uniform(x, Key{2})
					want, got, scratch := make([]float32, len(y)), make([]float32, len(y)), make([]float32, c.Scratch())
					ConvForward(want, x, w, scratch, c, Epilogue{Act: ActReLU})
					ConvForwardPacked(got, x, forward, c, Epilogue{Act: ActReLU})
					if !equal(got, want) {
						t.Errorf("%s, %+v: the forward pass differs", path, c)
					}
					Uniform(y, Key{3})
					want, got = make([]float32, len(x)), make([]float32, len(x))
					ConvData(want, y, w, scratch, c, Epilogue{Act: ActReLU})
					ConvDataPacked(got, y, back, c, Epilogue{Act: ActReLU})
					if !equal(got, want) {
						t.Errorf("%s, %+v: the data pass differs", path, c)
					}
				}
			})
		}
	}
}
