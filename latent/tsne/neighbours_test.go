package tsne

import (
	"context"
	"math"
	"slices"
	"testing"

	"latentspace/kernel"
	"latentspace/tensor"
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
