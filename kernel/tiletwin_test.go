package kernel

import (
	"math"
	"slices"
	"testing"
	"unsafe"
)

// plain is the product by its definition: the chain of an element after that of another.
func (p matrices) plain() []float32 {
	c := slices.Clone(p.c)
	for i := range p.m {
		row := c[i*p.n:][:p.n]
		for j := range row {
			if !p.accumulate {
				row[j] = 0
			}
			for k := range p.k {
				a, b := p.a[i*p.k+k], p.b[k*p.n+j]
				if p.transA {
					a = p.a[k*p.m+i]
				}
				if p.transB {
					b = p.b[j*p.k+k]
				}
				row[j] = emulated(a, b, row[j])
			}
		}
		p.epilogue.finish(row, i*p.n)
	}
	return c
}

// eachTwin runs a test with the twin's plain expression, where it rounds once, with the chains
// of this architecture, and with those in Go.
func eachTwin(t *testing.T, f func(t *testing.T)) {
	defer func(fused bool, own *chainLoops) { fuses, ownChains = fused, own }(fuses, ownChains)
	run := func(name string) { t.Run(name, func(t *testing.T) { onPath(portable, func() { f(t) }) }) }
	if fuses = roundsOnce(multiplyAdd); fuses {
		run("fused")
	}
	fuses = false
	run("own")
	ownChains = &plainChains
	run("Go")
}

// awkward are chains that go wrong if a step is rounded twice, or if a zero is passed over
// that changes something. The terms are a·b, from what C has on.
var awkward = []struct {
	name  string
	c     float32
	terms [][2]float32
}{
	{"above the middle", 1, [][2]float32{{0x1p-12 * (1 + 0x1p-12), 0x1p-12 * (1 - 0x1p-12 + 0x1p-24)}}},
	{"below the middle", 1 + 0x1p-23, [][2]float32{{0x1p-12 * (1 - 0x1p-11), 0x1p-12 * (1 + 0x1p-11 + 0x1p-22)}}},
	{"above a negative middle, and on", -1, [][2]float32{{-0x1p-12 * (1 + 0x1p-12), 0x1p-12 * (1 - 0x1p-12 + 0x1p-24)}, {0, 3}, {5, 7}}},
	{"in the middle", 1, [][2]float32{{0x1p-24, 1}, {0x1p-23, 1}, {0x1p-24, 1}, {3 * 0x1p-24, 1}}},
	{"in the middle, with a factor of two digits", 1, [][2]float32{{3, 0x1p-24}, {1.5, 0x1p-24}, {0.75, 0x1p-23}}},
	{"above a subnormal middle", 0x1p-127, [][2]float32{{0x1p-75 * (1 + 0x1p-12), 0x1p-75 * (1 - 0x1p-12 + 0x1p-24)}}},
	{"above a middle among the first normal numbers", 0x1p-126, [][2]float32{{0x1p-75 * (1 + 0x1p-12), 0x1p-75 * (1 - 0x1p-12 + 0x1p-24)}}},
	{"subnormal factors", 0x1p-149, [][2]float32{{0x1p-149, 0.75}, {0x1p-140, 0x1.8p-9}, {0x1p-149, 0x1p-149}}},
	{"a power of two, and a subnormal middle", 0x1p-127, [][2]float32{{0x1p-10, 0x1p-140 + 0x1p-149}, {0x1p-1, 0x1p-149}}},
	{"-0 from underflow, and a zero", 0, [][2]float32{{0x1p-80, -0x1p-80}, {0, 1}}},
	{"-0 that stays", 0, [][2]float32{{0x1p-80, -0x1p-80}, {0, -1}}},
	{"-0 from a difference that underflows, and a zero", -0x1p-104 * (1 + 0x1p-22), [][2]float32{{0x1p-52 * (1 + 0x1p-23), -0x1p-52 * (1 + 0x1p-23)}, {-0x1p-52, -0x1p-52 * (1 + 0x1p-22)}, {-0x1p-52, -0x1p-52 * (1 + 0x1p-22)}, {0, 1}}},
	{"-0 from a small difference, and a zero", 0x1p-104 * (1 + 0x1p-22), [][2]float32{{-0x1p-52 * (1 + 0x1p-23), 0x1p-52 * (1 + 0x1p-23)}, {0, 1}}},
	{"-0 at first, and a zero", float32(math.Copysign(0, -1)), [][2]float32{{0, 1}, {1, 0}}},
	{"-0 at first, and nothing", float32(math.Copysign(0, -1)), [][2]float32{{0, -1}}},
	{"zero by infinity", 1, [][2]float32{{0, float32(math.Inf(1))}, {1, 1}}},
	{"zero by NaN", 1, [][2]float32{{0, float32(math.NaN())}}},
	{"infinity by zero", 1, [][2]float32{{float32(math.Inf(1)), 0}}},
	{"infinities of both signs", 1, [][2]float32{{float32(math.Inf(1)), 2}, {1, 1}, {float32(math.Inf(-1)), 2}}},
	{"NaN", 1, [][2]float32{{float32(math.NaN()), 2}, {1, 1}}},
	{"NaN at first", float32(math.NaN()), [][2]float32{{3, 2}}},
	{"overflow", 1, [][2]float32{{-math.MaxFloat32, 2}, {math.MaxFloat32, 2}}},
	{"overflow that stays", math.MaxFloat32, [][2]float32{{0x1p64, 0x1p40 * (1 - 0x1p-24)}, {0x1p64, 0x1p39}, {-1, 0x1p100}, {-3, 0x1p127}}},
	{"a product beyond all numbers that comes back", -math.MaxFloat32, [][2]float32{{0x1p64, 0x1p64}, {1, 1}}},
	{"the middle before overflow", math.MaxFloat32, [][2]float32{{0x1p100, 8 * (1 - 0x1p-24)}, {0x1p100, 8}}},
}

// A chain is put into a column of a product, from a k on, among ordinary ones and zeros.
func TestTilesInGoKeepTheBitsOfChains(t *testing.T) {
	const m, n, k = 3, 53, 3*mostTerms - 5
	test := func(t *testing.T) {
		for _, chain := range awkward {
			for _, at := range []int{0, 5, mostTerms - 2, k - 6} {
				for _, column := range []int{0, 9, 31, n - 1} {
					p := newMatrices(m, n, k, 4)
					const row = 1
					clear(p.a[row*k:][:k])
					p.c[row*n+column] = chain.c
					for i, term := range chain.terms {
						p.a[row*k+at+i], p.b[(at+i)*n+column] = term[0], term[1]
					}
					got, want := p.run(t), p.plain()
					for i := range want {
						if !same(got[i], want[i]) {
							t.Fatalf("%s, from k = %d on, in column %d: element %d, %d is %x, want %x", chain.name, at, column, i/n, i%n, math.Float32bits(got[i]), math.Float32bits(want[i]))
						}
					}
				}
			}
		}
	}
	everyPath(t, test)
	eachTwin(t, test)
}

// awkwardNumber is of any kind that a chain knows.
func awkwardNumber(h uint64) float32 {
	digits := uint32(h>>32) & (1<<23 - 1)
	sign := uint32(h) << 31
	number := func(exponent uint64) float32 {
		return math.Float32frombits(sign | uint32(exponent)<<23 | digits)
	}
	switch h >> 8 % 16 {
	case 0:
		return number(0) // subnormal
	case 1:
		return number(h >> 16 % 256)
	case 2:
		return number(h >> 16 % 60) // products underflow
	case 3:
		return specials[h>>16%uint64(len(specials))]
	case 4, 5, 6:
		return 0
	case 7, 8:
		return float32(h >> 16 % 8)
	}
	return number(127 - h>>16%24)
}

// Rows and columns of numbers of all kinds, and of few.
func TestTilesInGoKeepTheBitsOfAwkwardNumbers(t *testing.T) {
	eachTwin(t, func(t *testing.T) {
		for seed := range uint64(60) {
			p := newMatrices(7, 45, 130, int(seed)%8)
			for i, x := range [][]float32{p.a, p.b, p.c} {
				kinds := mix(seed<<2+uint64(i)) % 4 // how often a number is awkward
				for j := range x {
					if h := mix(seed<<40 + uint64(i)<<32 + uint64(j)); kinds == 0 || h>>50%(1<<(4*kinds)) == 0 {
						x[j] = awkwardNumber(h)
					}
				}
			}
			got, want := p.run(t), p.plain()
			for i := range want {
				if !same(got[i], want[i]) {
					t.Fatalf("seed %d: element %d is %x, want %x", seed, i, math.Float32bits(got[i]), math.Float32bits(want[i]))
				}
			}
		}
	})
}

// A power of two makes sums that are often in the middle, as 0 and 1 do in pictures, and
// takes no longer for it.
func TestPowersOfTwoNeverFail(t *testing.T) {
	a := [...]float32{0, 1, -2, 3, 0.5, 0x1p-20, 0x1p-20 * (1 + 0x1p-23)}
	want := []term{{1, 1, noTail}, {-2, 2, noTail}, {3, 3, middle}, {0.5, 4, noTail}, {0x1p-20, 5, noTail}, {0x1p-20 * (1 + 0x1p-23), 6, middle}}
	for _, loops := range []*chainLoops{&plainChains, ownChains} {
		var d twinTile
		d.count = len(a)
		for k := range a {
			d.a[k] = 4 * k
		}
		n, least, most := loops.list(&d, unsafe.Pointer(&a))
		if got := d.terms[:n]; !slices.Equal(got, want) || least != 0x1p-20 || most != 3 {
			t.Errorf("got %v from %g to %g, want %v from 2⁻²⁰ to 3", got, least, most, want)
		}
	}
}

// What is listed and copied has the magnitudes of what there is: no zeros, and what is no
// number is infinite.
func TestMagnitudesOfChains(t *testing.T) {
	inf, nan, tiny := float32(math.Inf(1)), float32(math.NaN()), float32(0x1p-149)
	for _, c := range []struct {
		numbers     []float32
		least, most float64
	}{
		{[]float32{0}, math.Inf(1), 0},
		{[]float32{0, float32(math.Copysign(0, -1)), 0, 0, 0}, math.Inf(1), 0},
		{[]float32{-2}, 2, 2},
		{[]float32{-2, 0, 0, 0, 1, -3}, 1, 3},
		{[]float32{tiny, 0, math.MaxFloat32}, 0x1p-149, math.MaxFloat32},
		{[]float32{1, -math.MaxFloat32, 2, -tiny}, 0x1p-149, math.MaxFloat32},
		{[]float32{1, -inf, 2}, 1, math.Inf(1)},
		{[]float32{1, 2, 3, 4, 5, 6, 7, inf, 8}, 1, math.Inf(1)},
		{[]float32{nan, 1, 2}, -1, math.Inf(1)},
		{[]float32{1, 2, 3, -nan, 5, 6, 7, 8}, -1, math.Inf(1)},
	} {
		for length := len(c.numbers); length <= twinWidth; length++ {
			numbers := make([]float32, length)
			for i := range numbers {
				numbers[i] = c.numbers[max(0, i-length+len(c.numbers))] // at the end
			}
			for name, loops := range map[string]*chainLoops{"Go": &plainChains, "own": ownChains, "fused": &fusedChains} {
				var d twinTile
				d.count = length
				for k := range (length + 3) / 4 * 4 {
					d.a[k] = 4 * min(k, length-1)
				}
				_, least, most := loops.list(&d, unsafe.Pointer(&numbers[0]))
				wide, widest := loops.widen(&d, 0, numbers)
				if most != c.most || widest != c.most || c.least >= 0 && (least != c.least || wide != c.least) {
					t.Errorf("%s: of %v: listed %g to %g, copied %g to %g, want %g to %g", name, numbers, least, most, wide, widest, c.least, c.most)
				}
				for j, v := range numbers {
					if got := d.double[j/chainColumns][0][j%chainColumns]; name != "fused" && !same(float32(got), v) {
						t.Errorf("%s: copied %g to column %d, want %g", name, got, j, v)
					}
				}
			}
		}
	}
}

// A row of op(B) without a number but zeros is as good as any.
func TestRowsOfZeros(t *testing.T) {
	var zero [40]float32
	a := float32(3)
	d := twinTile{count: 1}
	c := tile{a: unsafe.Pointer(&a), b: unsafe.Pointer(&zero), c: unsafe.Pointer(&zero), mask: 20}
	d.add(&c, 1, false)
	if terms, _ := d.regular(d.loops(), c.a); len(terms) != 1 {
		t.Errorf("got the terms %v, want one", terms)
	}
}

// What fuses must prove it, and what rounds twice or takes subnormal numbers for zeros
// does not.
func TestRoundsOnce(t *testing.T) {
	flushed := func(x float32) float32 {
		if math.Abs(float64(x)) < 0x1p-126 {
			return 0
		}
		return x
	}
	for _, c := range []struct {
		name string
		f    func(a, b, c float32) float32
		want bool
	}{
		{"the emulation", emulated, true},
		{"a product that is rounded", func(a, b, c float32) float32 { return float32(a*b) + c }, false},
		{"a sum that is rounded twice", func(a, b, c float32) float32 { return float32(float64(float64(a)*float64(b)) + float64(c)) }, false},
		{"subnormal operands are zeros", func(a, b, c float32) float32 { return emulated(flushed(a), flushed(b), flushed(c)) }, false},
		{"subnormal results are zeros", func(a, b, c float32) float32 { return flushed(emulated(a, b, c)) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := roundsOnce(c.f); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			// In one column of a chain only.
			for column := range chainColumns {
				chain := func(sums *[chainColumns]float32, b *strip[float32], terms []term) {
					for j := range sums {
						f := emulated
						if j == column {
							f = c.f
						}
						sums[j] = f(float32(terms[0].a), b[terms[0].k][j], sums[j])
					}
				}
				if got := chainRoundsOnce(chain); got != c.want {
					t.Errorf("column %d of a chain: got %v, want %v", column, got, c.want)
				}
			}
		})
	}
	for _, c := range telling {
		if got := emulated(c.a, c.b, c.c); got != c.want {
			t.Errorf("%x·%x + %x: got %x, want %x", c.a, c.b, c.c, got, c.want)
		}
	}
}
