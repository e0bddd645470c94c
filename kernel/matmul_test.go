package kernel

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"
)

// guarded returns n values inside a larger array, and a function that reports
// whether what is around them was written to.
func guarded(n int) (x []float32, intact func() bool) {
	const guard = 40
	all := make([]float32, n+2*guard)
	for i := range all {
		all[i] = 12345
	}
	return all[guard : guard+n : guard+n], func() bool {
		for _, v := range append(slices.Clone(all[:guard]), all[guard+n:]...) {
			if v != 12345 {
				return false
			}
		}
		return true
	}
}

// small fills x with values in (−1, 1), a function of seed.
func small(x []float32, seed uint64) {
	for i := range x {
		x[i] = float32(int64(mix(seed<<32+uint64(i)))>>40) / (1 << 23)
	}
}

// matrices are the operands of a product, all transposes and epilogues of it.
type matrices struct {
	m, n, k                    int
	transA, transB, accumulate bool
	epilogue                   Epilogue
	a, b, c                    []float32
}

func newMatrices(m, n, k, variant int) matrices {
	p := matrices{m: m, n: n, k: k, transA: variant&1 > 0, transB: variant&2 > 0, accumulate: variant&4 > 0,
		a: make([]float32, m*k), b: make([]float32, k*n), c: make([]float32, m*n)}
	small(p.a, 1)
	small(p.b, 2)
	small(p.c, 3)
	p.epilogue = Epilogue{Act: Act(variant / 8 % 5), Slope: 0.25}
	if variant/8%2 == 1 {
		p.epilogue.Bias = make([]float32, n)
		small(p.epilogue.Bias, 4)
	}
	if p.epilogue.Act >= ActReLUGrad {
		p.epilogue.H = make([]float32, m*n)
		small(p.epilogue.H, 5)
	}
	return p
}

// run computes the product inside guards.
func (p matrices) run(t *testing.T) []float32 {
	t.Helper()
	c, intact := guarded(p.m * p.n)
	copy(c, p.c)
	MatMulThen(c, p.a, p.b, p.m, p.n, p.k, p.transA, p.transB, p.accumulate, p.epilogue)
	if !intact() {
		t.Errorf("%d×%d×%d: values around C are overwritten", p.m, p.n, p.k)
	}
	return c
}

// want is the product in float64, and the sum of the magnitudes of what it adds.
func (p matrices) want(i, j int) (value, size float64) {
	if p.accumulate {
		value = float64(p.c[i*p.n+j])
	}
	for k := range p.k {
		a, b := p.a[i*p.k+k], p.b[k*p.n+j]
		if p.transA {
			a = p.a[k*p.m+i]
		}
		if p.transB {
			b = p.b[j*p.k+k]
		}
		value += float64(a) * float64(b)
		size += math.Abs(float64(a) * float64(b))
	}
	e := p.epilogue
	if e.Bias != nil {
		value += float64(e.Bias[j])
		size += math.Abs(float64(e.Bias[j]))
	}
	switch x := value; {
	case e.Act == ActReLU && !(x > 0), e.Act == ActReLUGrad && !(e.H[i*p.n+j] > 0):
		value = 0
	case e.Act == ActLeakyReLU && !(x > 0), e.Act == ActLeakyReLUGrad && !(e.H[i*p.n+j] > 0):
		value *= float64(e.Slope)
	}
	return value, size + 1
}

const variants = 8 * 5

func TestMatMulAgainstDoublePrecision(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for size := range 67 {
			m, n, k := 1+size, 1+int(mix(uint64(size))%67), 1+int(mix(uint64(size)+99)%67)
			for variant := range variants {
				p := newMatrices(m, n, k, variant)
				c := p.run(t)
				for i := range m {
					for j := range n {
						want, size := p.want(i, j)
						if got := float64(c[i*n+j]); !(math.Abs(got-want) <= 1e-6*size) {
							t.Fatalf("%d×%d×%d, variant %d, element %d, %d: got %v, want %v", m, n, k, variant, i, j, got, want)
						}
					}
				}
			}
		}
	})
}

// TestMatMulHasTheSameBitsEverywhere compares every path and number of workers
// with the definition. The larger sizes are divided over k, have rows that alias, or
// several panels; the last ones are read where they are.
func TestMatMulHasTheSameBitsEverywhere(t *testing.T) {
	sizes := [][3]int{{1, 1, 1}, {3, 17, 5}, {13, 33, 40}, {12, 32, 16}, {25, 100, 64}, {7, 5, 1900}, {30, 40, 1024}, {64, 300, 801}, {129, 20, 50}, {2, 700, 33}, {1, 50, 129}, {70, 1, 40},
		{4, 48, 21}, {6, 64, 810}, {1, 304, 40}}
	for _, s := range sizes {
		for variant := range variants {
			if s[0]*s[1]*s[2] > 1<<19 && variant%5 != 0 {
				continue // the definition takes its time
			}
			p := newMatrices(s[0], s[1], s[2], variant)
			want := p.plain()
			for path := portable; path <= bestPath(); path++ {
				onPath(path, func() {
					for _, workers := range []int{1, 2, 7} {
						withProcessors(workers, func() {
							if got := p.run(t); !equal(got, want) {
								t.Errorf("%v, variant %d, %s with %d workers: other bits than by the definition", s, variant, Path(), workers)
							}
						})
					}
				})
			}
		}
	}
}

// An epilogue does what the separate kernels do, to the bit: a sum that underflows to -0, which
// ReLU makes 0, and NaN too.
func TestEpiloguesAreTheSeparateKernels(t *testing.T) {
	awkward := func(n int, seed uint64) []float32 {
		x := make([]float32, n)
		for i := range x {
			if h := mix(seed<<32 + uint64(i)); h>>40%2 == 0 {
				x[i] = awkwardNumber(h)
			} else {
				x[i] = []float32{1e-30, -1e-30, 0, float32(math.Copysign(0, -1))}[h%4]
			}
		}
		return x
	}
	everyPath(t, func(t *testing.T) {
		for _, s := range [][3]int{{1, 20, 1}, {3, 9, 1}, {6, 16, 2}, {13, 33, 3}, {7, 17, 20}, {20, 1, 3}} {
			for variant := range variants {
				for seed := range uint64(5) {
					p := newMatrices(s[0], s[1], s[2], variant)
					for i, x := range [][]float32{p.a, p.b, p.c, p.epilogue.Bias, p.epilogue.H} {
						copy(x, awkward(len(x), seed*5+uint64(i)))
					}
					got, e := p.run(t), p.epilogue
					p.epilogue = Epilogue{}
					want := p.run(t)
					if e.Bias != nil {
						AddRow(want, want, e.Bias)
					}
					switch e.Act {
					case ActReLU:
						ReLU(want, want)
					case ActLeakyReLU:
						LeakyReLU(want, want, e.Slope)
					case ActReLUGrad:
						ReLUGrad(want, e.H, want)
					case ActLeakyReLUGrad:
						LeakyReLUGrad(want, e.H, want, e.Slope)
					}
					for i := range want {
						if !same(got[i], want[i]) {
							t.Fatalf("%v, variant %d, seed %d, element %d: got %v, want %v", s, variant, seed, i, got[i], want[i])
						}
					}
				}
			}
		}
	})
}

// TestMatMulLetsNaNAndInfThrough puts one into each operand: its row or column of
// the result, and nothing else, has it.
func TestMatMulLetsNaNAndInfThrough(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		const m, n, k = 20, 37, 50
		for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1))} {
			p := newMatrices(m, n, k, 0)
			p.a[7*k+3] = bad
			c := p.run(t)
			for i := range c {
				if finite := c[i]-c[i] == 0; finite != (i/n != 7) {
					t.Fatalf("%v in row 7 of A: element %d, %d is %v", bad, i/n, i%n, c[i])
				}
			}
			p = newMatrices(m, n, k, 2)
			p.b[36*k+3] = bad // column 36 of op(B), the last
			c = p.run(t)
			for i := range c {
				if finite := c[i]-c[i] == 0; finite != (i%n != 36) {
					t.Fatalf("%v in column 36 of B: element %d, %d is %v", bad, i/n, i%n, c[i])
				}
			}
		}
	})
}

func TestMatMulAllocatesNothing(t *testing.T) {
	p := newMatrices(128, 400, 784, 8+3)
	if got := testing.AllocsPerRun(20, func() {
		MatMulThen(p.c, p.a, p.b, p.m, p.n, p.k, p.transA, p.transB, p.accumulate, p.epilogue)
	}); got != 0 {
		t.Errorf("%v allocations, want none", got)
	}
}

// TestFMAIsRoundedOnce compares with exact arithmetic, also where double rounding
// goes wrong and below the normal numbers.
func TestFMAIsRoundedOnce(t *testing.T) {
	exact := func(a, b, c float32) float32 {
		f := func(x float32) *big.Float { return new(big.Float).SetPrec(2000).SetFloat64(float64(x)) }
		s := new(big.Float).SetPrec(2000)
		s.Add(s.Mul(f(a), f(b)), f(c))
		v, _ := s.Float32()
		return v
	}
	check := func(a, b, c float32) {
		if got, bits, want := fma(a, b, c), emulated(a, b, c), exact(a, b, c); got != want || bits != want {
			t.Fatalf("%v·%v + %v: got %v, and %v by arithmetic of float64, want %v", a, b, c, got, bits, want)
		}
	}
	for i := range uint64(200_000) {
		h := mix(i)
		a, b := 1+float32(h&0x7fffff)/(1<<23), 1+float32(h>>23&0x7fffff)/(1<<23)
		exponent := int(h>>46%80) - 60
		c := float32(math.Ldexp(1+float64(h>>52)/4096, exponent))
		check(a, b, c)
		check(a, -b, c)
		// The product plus c lies near the middle of two floats.
		middle := float32(float64(a) * float64(b))
		check(a, b, float32(math.Ldexp(float64(middle), int(h%3)))*math.Nextafter32(1, 2))
		check(math.Float32frombits(uint32(h)&0x007fffff|0x1f000000), math.Float32frombits(uint32(h>>32)&0x007fffff|0x20000000), math.Float32frombits(uint32(h>>40)&0x00ffffff))
		check(float32(math.Ldexp(1, -75)), float32(math.Ldexp(float64(a), -74)), float32(math.Ldexp(1, -149)))
	}
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	if got := fma(inf, 1, -inf); got == got {
		t.Errorf("∞ − ∞: got %v, want NaN", got)
	}
	if got := fma(nan, 1, 1); got == got {
		t.Errorf("NaN + 1: got %v, want NaN", got)
	}
	if got := fma(math.MaxFloat32, 2, 0); got != inf {
		t.Errorf("overflow: got %v, want +Inf", got)
	}
}

func FuzzMatMul(f *testing.F) {
	f.Add(uint8(3), uint8(5), uint16(7), uint8(0), uint8(2))
	f.Add(uint8(129), uint8(40), uint16(900), uint8(13), uint8(7))
	f.Fuzz(func(t *testing.T, m, n uint8, k uint16, variant, workers uint8) {
		p := newMatrices(int(m), int(n), int(k%1100), int(variant)%variants)
		want := p.plain()
		for path := portable; path <= bestPath(); path++ {
			onPath(path, func() {
				withProcessors(1+int(workers%8), func() {
					if got := p.run(t); !equal(got, want) {
						t.Errorf("%d×%d×%d, variant %d, %s: other bits than by the definition", m, n, k, variant, Path())
					}
				})
			})
		}
	})
}

func BenchmarkMatMul(b *testing.B) {
	for _, s := range []struct {
		m, n, k        int
		transA, transB bool
	}{
		{512, 512, 512, false, false}, {1024, 1024, 1024, false, false}, {128, 400, 784, false, false},
		{784, 400, 128, true, false}, {128, 784, 400, false, true}, {128, 20, 400, false, false}, {128, 400, 20, false, false},
	} {
		b.Run(fmt.Sprintf("%dx%dx%d", s.m, s.n, s.k), func(b *testing.B) {
			p := newMatrices(s.m, s.n, s.k, 0)
			for b.Loop() {
				MatMul(p.c, p.a, p.b, s.m, s.n, s.k, s.transA, s.transB, false)
			}
			b.ReportMetric(2*float64(s.m)*float64(s.n)*float64(s.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
