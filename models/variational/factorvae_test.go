package variational

import (
	"slices"
	"testing"

	"latentspace/nn"
)

// Each dimension keeps its values, and they are in orders of their own.
func TestShufflingKeepsEachDimension(t *testing.T) {
	const n, d = 50, 3
	z := make([]float32, n*d)
	for i := range z {
		z[i] = float32(i)
	}
	got := compute(t, func(g *nn.Graph) nn.Node { return shuffled(g, g.Constant(z, n, d)) })
	orders := make([][]float32, d)
	for k := range d {
		var before []float32
		for i := range n {
			before = append(before, z[i*d+k])
			orders[k] = append(orders[k], got[i*d+k])
		}
		sorted := slices.Sorted(slices.Values(orders[k]))
		if !slices.Equal(sorted, before) {
			t.Errorf("dimension %d has the values %v, want %v", k, sorted, before)
		}
		for i := range orders[k] {
			orders[k][i] -= float32(k)
		}
		if k > 0 && slices.Equal(orders[k], orders[0]) {
			t.Errorf("dimension %d is in the order of the first", k)
		}
	}
}
