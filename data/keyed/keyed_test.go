package keyed

import (
	"math"
	"slices"
	"testing"
)

func TestDrawsAreAFunctionOfTheirKey(t *testing.T) {
	// The first number of each key, pinned: a change here changes every data set.
	for _, c := range []struct {
		seed    uint64
		purpose string
		at      []uint64
		want    uint64
	}{
		{1, "order", []uint64{0}, 0xece2ac233fb953c2},
		{1, "order", []uint64{1}, 0xa9358e13d9328e7e},
		{1, "glyphs.train", []uint64{0}, 0x91880c2e1be2d331},
		{2, "glyphs.train", []uint64{0}, 0xdf861e5bb3654af9},
	} {
		d := New(c.seed, c.purpose, c.at...)
		if got := d.pcg.Uint64(); got != c.want {
			t.Errorf("New(%d, %q, %d): first number %#x, want %#x", c.seed, c.purpose, c.at, got, c.want)
		}
	}
}

func TestGaussianMoments(t *testing.T) {
	// Of n standard normal numbers the mean has deviation 1/√n, the mean square
	// √(2/n), the mean fourth power √(96/n): bounds are five of each.
	const n = 100_000
	d := New(1, "test")
	var m1, m2, m4, cross float64
	for range n / 2 {
		x, y := d.Gaussian()
		m1 += x + y
		m2 += x*x + y*y
		m4 += x*x*x*x + y*y*y*y
		cross += x * y
	}
	for _, c := range []struct {
		name                 string
		got, want, deviation float64
	}{
		{"mean", m1 / n, 0, 1},
		{"mean square", m2 / n, 1, math.Sqrt2},
		{"mean fourth power", m4 / n, 3, math.Sqrt(96)},
		{"covariance of a pair", cross / (n / 2), 0, math.Sqrt2},
	} {
		if math.Abs(c.got-c.want) > 5*c.deviation/math.Sqrt(n) {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestPermuteGivesEveryPermutationEquallyOften(t *testing.T) {
	// 24,000 permutations of three: 4,000 of each, deviation √(24000·5/36) = 58.
	counts := map[[3]int]int{}
	for i := range 24_000 {
		d := New(1, "test", uint64(i))
		order := make([]int, 3)
		d.Permute(order)
		counts[[3]int(order)]++
	}
	if len(counts) != 6 {
		t.Fatalf("got %d permutations of three, want 6", len(counts))
	}
	for order, n := range counts {
		if math.Abs(float64(n)-4000) > 300 {
			t.Errorf("permutation %v: got %d times, want about 4000", order, n)
		}
	}
}

func TestPermuteIsAPermutation(t *testing.T) {
	order := make([]int, 1000)
	d := New(7, "test")
	d.Permute(order)
	slices.Sort(order)
	for i, j := range order {
		if i != j {
			t.Fatalf("sorted permutation has %d at %d", j, i)
		}
	}
}
