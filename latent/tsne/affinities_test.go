package tsne

import (
	"context"
	"math"
	"slices"
	"testing"

	"latentspace/latent/nearest"
	"latentspace/tensor"
)

func TestAffinitiesReachThePerplexity(t *testing.T) {
	s, err := nearest.New(context.Background(), clusters(400, 6, 3), nearest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, perplexity := range []float64{1, 2.5, 30, 100} {
		k := min(399, int(3*perplexity+1))
		near, err := s.Neighbours(context.Background(), k)
		if err != nil {
			t.Fatal(err)
		}
		p, energies := make([]float32, k), make([]float32, k)
		for i := range s.N {
			conditionals(p, energies, near.Distances[i*k:(i+1)*k], perplexity)
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
		p, err := exactAffinities(context.Background(), x, 10)
		if err != nil {
			t.Fatal(err)
		}
		entries, sum := map[[2]uint32]float32{}, 0.0
		for i := range x.Shape[0] {
			row := p.columns[p.starts[i]:p.starts[i+1]]
			if !slices.IsSorted(row) || slices.Contains(row, uint32(i)) {
				t.Fatalf("row %d has the columns %v, want them to rise without %d", i, row, i)
			}
			for e, j := range row {
				v := p.values[p.starts[i]+e]
				entries[[2]uint32{uint32(i), j}] = v
				sum += float64(v)
			}
		}
		for i := range x.Shape[0] {
			for e := p.starts[i]; e < p.starts[i+1]; e++ {
				if back := entries[[2]uint32{p.columns[e], uint32(i)}]; back != p.values[e] {
					t.Fatalf("p[%d,%d] is %v, back it is %v", i, p.columns[e], p.values[e], back)
				}
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("affinities add up to %v, want 1", sum)
		}
	}
}
