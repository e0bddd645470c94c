package kernel

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"testing"
	"unsafe"

	"golang.org/x/sys/cpu"
)

// everyPairPath runs a test on every path, with the instruction for pairs and without.
func everyPairPath(t *testing.T, f func(t *testing.T)) {
	here := hasDots
	defer func() { hasDots = here }()
	everyPath(t, func(t *testing.T) {
		hasDots = false
		t.Run("one by one", f)
		if hasDots = here && gemms[current].dots != nil; hasDots {
			t.Run("by the instruction", f)
		}
	})
}

// A number is rounded to the nearest of 8 digits, to even in the middle.
func TestHalved(t *testing.T) {
	for _, c := range []struct{ x, want float32 }{
		{1, 1}, {-1, -1}, {0, 0}, {1 + 1./128, 1 + 1./128}, {1 + 1./256, 1}, {1 + 3./256, 1 + 2./128},
		{1 + 1./256 + 1./65536, 1 + 1./128}, {-1 - 3./256, -1 - 2./128},
		{0x1p-56, 0x1p-56}, {math.Nextafter32(0x1p-56, 0), 0}, {-0x1p-57, 0}, {1e-40, 0}, {math.MaxFloat32, float32(math.Inf(1))},
		{float32(math.Inf(-1)), float32(math.Inf(-1))}, {0x1.fep127, 0x1.fep127},
	} {
		if got := math.Float32frombits(halved(c.x)); got != c.want {
			t.Errorf("%g becomes %g, want %g", c.x, got, c.want)
		}
	}
	for _, bits := range []uint32{0x7f800001, 0x7fffffff, 0xff80ffff, 0xffffffff} {
		if got := math.Float32frombits(halved(math.Float32frombits(bits))); got == got || halved(math.Float32frombits(bits))&0xffff != 0 {
			t.Errorf("NaN %x becomes %g", bits, got)
		}
	}
}

// wild fills x with numbers of all magnitudes, some of them special.
func wild(x []float32, seed uint64) {
	special := []uint32{0, 1 << 31, 1, 0x007fffff, 0x00800000, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7f800001, leastHalf, leastHalf - 1, 0x3f808000, 0x3f818000, 0x3f807fff}
	for i := range x {
		h := mix(seed<<32 + uint64(i))
		x[i] = math.Float32frombits(uint32(h))
		if h>>32%4 == 0 {
			x[i] = math.Float32frombits(special[h>>40%uint64(len(special))])
		}
	}
}

// mild fills x with numbers of many magnitudes whose sums are finite and cancel.
func mild(x []float32, seed uint64) {
	for i := range x {
		h := mix(seed<<32 + uint64(i))
		x[i] = math.Float32frombits(uint32(h)&0x807fffff | uint32(50+h>>32%90)<<23)
	}
}

// alike compares bits, but those of NaN.
func alike(x, y float32) bool {
	return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
}

func TestPairsAreMadeAlike(t *testing.T) {
	everyPairPath(t, func(t *testing.T) {
		for _, size := range [][2]int{{1, 1}, {1, 2}, {2, 1}, {3, 5}, {2, 16}, {5, 31}, {4, 33}, {7, 64}, {3, 2*pieceOfPairs + 6}, {2, pieceOfPairs + 1}} {
			rows, length := size[0], size[1]
			x := make([]float32, rows*length)
			wild(x, uint64(rows*length))
			at := func(r, i int) float32 {
				if r >= rows || i >= length {
					return 0
				}
				return x[r*length+i]
			}
			for _, across := range []bool{false, true} {
				n := pairsOf(rows, length, across)
				to, intact := guarded(n)
				pairUp(to, x, rows, length, across)
				width := (length + 1) / 2
				if across {
					width = length
				}
				for i := range n {
					r, c := i/width, i%width
					want := pairOf(at(r, 2*c), at(r, 2*c+1))
					if across {
						want = pairOf(at(2*r, c), at(2*r+1, c))
					}
					if math.Float32bits(to[i]) != math.Float32bits(want) {
						t.Fatalf("%v, across %v: word %d is %x, want %x", size, across, i, math.Float32bits(to[i]), math.Float32bits(want))
					}
				}
				if !intact() {
					t.Errorf("%v, across %v: values around are overwritten", size, across)
				}
			}
		}
	})
}

// half is the product by the definition: chains of rounded numbers.
func (p matrices) half(i, j int) float32 {
	s := float32(0)
	for k := range p.k {
		a, b := p.a[i*p.k+k], p.b[k*p.n+j]
		if p.transA {
			a = p.a[k*p.m+i]
		}
		if p.transB {
			b = p.b[j*p.k+k]
		}
		s = fma(math.Float32frombits(halved(a)), math.Float32frombits(halved(b)), s)
	}
	if p.k%2 == 1 {
		s += 0 // as the missing number of the last pair does: no -0
	}
	row := []float32{s}
	var bias, h []float32
	if p.epilogue.Bias != nil {
		bias = p.epilogue.Bias[j:][:1]
	}
	if p.epilogue.H != nil {
		h = p.epilogue.H[i*p.n+j:][:1]
	}
	p.epilogue.Act.apply(row, bias, h, p.epilogue.Slope)
	return row[0]
}

// Products of every shape, transposed or not, of mild and of wild numbers, are their definition to
// the bit.
func TestMatMulHalf(t *testing.T) {
	fills := []func([]float32, uint64){small, mild, wild}
	everyPairPath(t, func(t *testing.T) {
		for i, size := range [][3]int{{1, 1, 1}, {1, 5, 3}, {5, 1, 9}, {13, 33, 7}, {12, 32, 8}, {25, 70, 31}, {4, 17, 40}, {3, 40, 1700}, {30, 9, 256}, {17, 48, 4}, {2, 3, 0}} {
			for variant := range 40 {
				if variant&4 > 0 {
					continue // there is no adding to what is there
				}
				p := newMatrices(size[0], size[1], size[2], variant)
				fill := fills[(i+variant)%len(fills)]
				fill(p.a, 11)
				fill(p.b, 12)
				c, intact := guarded(p.m * p.n)
				MatMulHalf(c, p.a, p.b, p.m, p.n, p.k, p.transA, p.transB, p.epilogue)
				for at, got := range c {
					if want := p.half(at/p.n, at%p.n); !alike(got, want) {
						t.Fatalf("%v, variant %d: element %d is %g (%x), want %g (%x)", size, variant, at, got, math.Float32bits(got), want, math.Float32bits(want))
					}
				}
				if !intact() {
					t.Errorf("%v: values around C are overwritten", size)
				}
				if variant < 4 && p.k > 0 {
					blocks := make([]float32, p.m*p.n)
					MatMulBlocksHalf(p.a, p.b, p.m, p.n, p.k, p.transA, p.transB, func(at int, values []float32) { copy(blocks[at:], values) })
					for at, got := range blocks {
						if want := p.half(at/p.n, at%p.n); p.epilogue.Act == ActNone && p.epilogue.Bias == nil && !alike(got, want) {
							t.Fatalf("%v, variant %d, in blocks: element %d is %g, want %g", size, variant, at, got, want)
						}
					}
				}
			}
		}
	})
}

// A sum of products of two roundings is exact until it is rounded: the instruction does what the
// definition says, in rational numbers.
func TestTheInstructionForPairsIsFused(t *testing.T) {
	if !hasDots {
		t.Skip("this processor has none")
	}
	a, b := make([]float32, 2*64), make([]float32, 2*64)
	for seed := range uint64(200) {
		mild(a, seed)
		mild(b, seed+1000)
		c := make([]float32, 64*64)
		MatMulHalf(c, a, b, 64, 64, 2, false, true, Epilogue{})
		for _, at := range []int{0, 17, 63 * 65, int(seed)} {
			x, y := a[at/64*2:], b[at%64*2:]
			product := func(i int) *big.Float {
				f := func(v float32) *big.Float {
					return new(big.Float).SetPrec(600).SetFloat64(float64(math.Float32frombits(halved(v))))
				}
				return f(x[i]).Mul(f(x[i]), f(y[i]))
			}
			first, _ := product(0).Float32()
			sum := product(1)
			want, _ := sum.Add(sum, new(big.Float).SetPrec(600).SetFloat64(float64(first))).Float32()
			if c[at] != want {
				t.Fatalf("got %g, want %g", c[at], want)
			}
		}
	}
}

// The three passes of convolutions of rounded numbers are those of float32 of numbers that need no
// rounding and whose sums are exact, and have the same bits on every path for others.
func TestConvolutionsInHalves(t *testing.T) {
	whole := func(x []float32, seed uint64) {
		for i := range x {
			x[i] = float32(int(mix(seed<<32+uint64(i))%33) - 16)
		}
	}
	for i, c := range append(geometries(), fewerMultiplications()[:3]...) {
		if c.OutHeight() < 1 || c.OutWidth() < 1 || c.Pad >= max(c.KernelH, c.KernelW) {
			continue
		}
		half := c
		half.Half = true
		sizes := [3]int{c.Batch * c.Height * c.Width * c.In, c.window() * c.Out, c.Batch * c.OutHeight() * c.OutWidth() * c.Out}
		pass := func(c Conv, which int, fill func([]float32, uint64)) []float32 {
			var v [3][]float32
			for k := range v {
				v[k] = make([]float32, sizes[k])
				fill(v[k], uint64(k+1))
			}
			scratch := make([]float32, c.Scratch())
			switch which {
			case 0:
				ConvForward(v[2], v[0], v[1], scratch, c, Epilogue{})
				return v[2]
			case 1:
				ConvData(v[0], v[2], v[1], scratch, c, Epilogue{})
				return v[0]
			}
			ConvWeight(v[1], v[0], v[2], scratch, c)
			return v[1]
		}
		for which := range 3 {
			want := pass(c, which, whole)
			var first []float32
			everyPairPath(t, func(t *testing.T) {
				if current == portable && i%4 != 0 {
					return // it takes its time
				}
				got := pass(half, which, whole)
				for k := range want {
					if got[k] != want[k] {
						t.Fatalf("%v, pass %d: element %d is %g, want %g", c, which, k, got[k], want[k])
					}
				}
				got = pass(half, which, mild)
				for k := range first {
					if !alike(got[k], first[k]) {
						t.Fatalf("%v, pass %d: element %d is %g here and %g on another path", c, which, k, got[k], first[k])
					}
				}
				first = got
			})
		}
	}
}

// The instruction is used where there is one: the trial of it is passed, and a wrong order fails it.
func TestTheTrialOfTheInstruction(t *testing.T) {
	if !cpu.X86.HasAVX512BF16 || bestPath() != current {
		t.Skip("this processor has none")
	}
	if !hasDots {
		t.Error("the instruction is there and is not used")
	}
	if dots := gemms[current].dots[1][0]; addsInOrder(func(args *uint64) {
		t := (*tile)(unsafe.Pointer(args))
		a, b := unsafe.Slice((*uint32)(t.a), t.k), unsafe.Slice((*uint32)(t.b), 16*t.k)
		for i := range a { // the low halves first
			a[i] = bits.RotateLeft32(a[i], 16)
		}
		for i := range b {
			b[i] = bits.RotateLeft32(b[i], 16)
		}
		dots(args)
		for i := range a {
			a[i] = bits.RotateLeft32(a[i], 16)
		}
		for i := range b {
			b[i] = bits.RotateLeft32(b[i], 16)
		}
	}) {
		t.Error("the trial passes an instruction that adds in another order")
	}
}

func BenchmarkMatMulHalf(b *testing.B) {
	for _, s := range [][3]int{{128, 400, 784}, {512, 512, 512}, {128, 400, 20}} {
		p := newMatrices(s[0], s[1], s[2], 0)
		b.Run(fmt.Sprint(s, " float32"), func(b *testing.B) {
			for b.Loop() {
				MatMulThen(p.c, p.a, p.b, p.m, p.n, p.k, false, false, false, Epilogue{})
			}
			b.ReportMetric(2*float64(p.m*p.n*p.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
		b.Run(fmt.Sprint(s, " bfloat16"), func(b *testing.B) {
			for b.Loop() {
				MatMulHalf(p.c, p.a, p.b, p.m, p.n, p.k, false, false, Epilogue{})
			}
			b.ReportMetric(2*float64(p.m*p.n*p.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
