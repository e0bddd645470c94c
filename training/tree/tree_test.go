package tree_test

import (
	"math"
	"testing"

	"latentspace/training/tree"
)

// The sum of a tree is that of its definition, to the bit, for values whose sum depends on the order.
func TestATreeAddsNeighboursFirst(t *testing.T) {
	value := func(shard, i int) float32 {
		return float32(float64(math.Sin(float64(shard*31+i)) * math.Pow(10, float64(shard%4))))
	}
	var sum func(from, n, i int) float32
	sum = func(from, n, i int) float32 {
		if n == 1 {
			return value(from, i)
		}
		return sum(from, n/2, i) + sum(from+n/2, n/2, i)
	}
	matters := false
	for n := 1; n <= 64; n *= 2 {
		results := [][]float32{make([]float32, 3), make([]float32, 40)}
		s := tree.New(n, results)
		for range 2 { // a tree begins again
			for shard := range n {
				for i := range 43 {
					*at(results, i) = value(shard, i)
				}
				s.Add(results)
			}
			s.Means(results, n)
			for i := range 43 {
				inOrder := float32(0)
				for shard := range n {
					inOrder += value(shard, i)
				}
				got, want := *at(results, i), sum(0, n, i)/float32(n)
				if got != want {
					t.Fatalf("%d shards, value %d: %v, want %v", n, i, got, want)
				}
				matters = matters || inOrder/float32(n) != got
			}
		}
	}
	if !matters {
		t.Error("the values are no test: they have the same sum in any order")
	}
}

// at is value i of rows of 3 and 40.
func at(results [][]float32, i int) *float32 {
	if i < 3 {
		return &results[0][i]
	}
	return &results[1][i-3]
}
