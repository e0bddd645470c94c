package tsne

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"latentspace/nn/kernel"
	"latentspace/nn/tensor"
)

// bruteForce sorts all others by their distances.
func bruteForce(s *space, k int) (ids []uint32) {
	for i := range s.n {
		var keys []uint64
		for j := range s.n {
			if j != i {
				keys = append(keys, uint64(math.Float32bits(s.distance(i, j)))<<32|uint64(j))
			}
		}
		slices.Sort(keys)
		for _, key := range keys[:k] {
			ids = append(ids, uint32(key))
		}
	}
	return ids
}

func TestNeighboursAreThoseOfBruteForce(t *testing.T) {
	rounded := clusters(900, 3, 2) // many points at equal distances
	for i, v := range rounded.Data {
		rounded.Data[i] = float32(math.Round(float64(v)))
	}
	far := clusters(700, 6, 3)
	kernel.AddScalar(far.Data, far.Data, 1e5) // where float32 has but two digits behind the point
	for _, c := range []struct {
		name string
		x    *tensor.Tensor
		k    int
	}{
		{"clusters", clusters(1300, 9, 4), 31},
		{"points on a grid", rounded, 40},
		{"points far from the origin", far, 20},
		{"copies of one point", tensor.New(1200, 4), 25},
		{"all others", clusters(30, 5, 2), 29},
		{"one neighbour", clusters(600, 5, 2), 1},
	} {
		s, err := newSpace("x", c.x)
		if err != nil {
			t.Fatal(err)
		}
		near, err := s.neighbours(context.Background(), c.k)
		if err != nil {
			t.Fatal(err)
		}
		want := bruteForce(s, c.k)
		for i := range s.n {
			if got, want := near.ids[i*c.k:(i+1)*c.k], want[i*c.k:(i+1)*c.k]; !slices.Equal(got, want) {
				t.Errorf("%s: point %d has the neighbours %v, want %v", c.name, i, got, want)
				break
			}
		}
	}
}

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

func BenchmarkNeighbours(b *testing.B) {
	s, err := newSpace("x", clusters(10_000, 50, 10))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.neighbours(context.Background(), 91); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAffinitiesReachThePerplexity(t *testing.T) {
	s, err := newSpace("x", clusters(400, 6, 3))
	if err != nil {
		t.Fatal(err)
	}
	for _, perplexity := range []float64{1, 2.5, 30, 100} {
		k := min(399, int(3*perplexity+1))
		near, err := s.neighbours(context.Background(), k)
		if err != nil {
			t.Fatal(err)
		}
		p, energies := make([]float32, k), make([]float32, k)
		for i := range s.n {
			conditionals(p, energies, near.distances[i*k:(i+1)*k], perplexity)
			entropy, sum := 0.0, 0.0
			for _, v := range p {
				sum += float64(v)
				if v > 0 {
					entropy -= float64(v) * math.Log(float64(v))
				}
			}
			if got := math.Exp(entropy); math.Abs(got/perplexity-1) > 2e-5 || math.Abs(sum-1) > 1e-6 {
				t.Fatalf("point %d: perplexity %v of probabilities that add up to %v, want %v of 1", i, got, sum, perplexity)
			}
		}
	}
}

func TestAffinitiesAreSymmetricAndAddUpToOne(t *testing.T) {
	for _, x := range []*tensor.Tensor{clusters(500, 6, 3), tensor.New(40, 2)} {
		_, p, err := fit(context.Background(), x, 10)
		if err != nil {
			t.Fatal(err)
		}
		entries, sum := map[string]float32{}, 0.0
		for i := range x.Shape[0] {
			row := p.columns[p.starts[i]:p.starts[i+1]]
			if !slices.IsSorted(row) || slices.Contains(row, uint32(i)) {
				t.Fatalf("row %d has the columns %v, want them to rise without %d", i, row, i)
			}
			for e, j := range row {
				v := p.values[p.starts[i]+e]
				entries[fmt.Sprint(i, j)] = v
				sum += float64(v)
			}
		}
		for i := range x.Shape[0] {
			for e := p.starts[i]; e < p.starts[i+1]; e++ {
				if back := entries[fmt.Sprint(p.columns[e], i)]; back != p.values[e] {
					t.Fatalf("p[%d,%d] is %v, back it is %v", i, p.columns[e], p.values[e], back)
				}
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("affinities add up to %v, want 1", sum)
		}
	}
}
