package nearest

import (
	"math"
	"slices"
	"testing"

	"latentspace/kernel"
)

func TestSmallestMovesTheSmallestToTheFront(t *testing.T) {
	key := kernel.Seed(3, "keys")
	for n := 1; n < 60; n++ {
		for k := 1; k <= n; k++ {
			keys := make([]uint64, n)
			for i := range keys {
				keys[i] = key.Mix(uint64(i))[0]%uint64(1+n/(1+k%3))<<32 | uint64(i)
			}
			sorted := slices.Sorted(slices.Values(keys))
			smallest(keys, k)
			if got := slices.Sorted(slices.Values(keys[:k])); !slices.Equal(got, sorted[:k]) {
				t.Fatalf("%d smallest of %d: got %v, want %v", k, n, got, sorted[:k])
			}
		}
	}
}

func TestKeysHaveTheOrderOfNumbers(t *testing.T) {
	x := []float32{float32(math.Inf(-1)), -3, -1e-40, 0, 1e-40, 2, 1e30, float32(math.Inf(1))}
	for i, v := range x {
		if got := product(ordered(v) << 32); got != v {
			t.Errorf("got %v back from the key of %v", got, v)
		}
		if i > 0 && ordered(x[i-1]) >= ordered(v) {
			t.Errorf("the key of %v is not below that of %v", x[i-1], v)
		}
	}
}

// BenchmarkSmallest has so many keys that no branch can be learned.
func BenchmarkSmallest(b *testing.B) {
	const n, rows = 512, 1000
	key, from := kernel.Seed(3, "keys"), make([]uint64, n*rows)
	for i := range from {
		from[i] = key.Mix(uint64(i))[0]
	}
	keys := make([]uint64, n)
	for row := 0; b.Loop(); row++ {
		copy(keys, from[row%rows*n:])
		smallest(keys, 91)
	}
}
