package kernel

import (
	"math"
	"testing"
)

// The springs in an order are those of the matrix whose rows and columns are moved.
func TestSpringsFollowAnOrder(t *testing.T) {
	const n = attractGrain + 37
	y, p := noise(2*n, "points"), springs(n)
	order, moved := make([]uint32, n), make([]float32, 2*n)
	permuted := make([]int, n)
	Permute(permuted, Key{3, 4})
	for i, from := range permuted {
		order[i] = uint32(from)
		copy(moved[2*i:], y[2*from:2*from+2])
	}
	for i, place := range Inverse(order) {
		if order[place] != uint32(i) {
			t.Fatalf("row %d is at %d, where %d is", i, place, order[place])
		}
	}
	want, got, packed := make([]float32, 2*n), make([]float32, 2*n), make([]float32, 2*n)
	Attract(want, y, p)
	Attract(got, moved, NewSprings(p.Starts, p.Columns, p.Values, order))
	AttractPacked(packed, moved, PackSprings(p.Starts, p.Columns, p.Values, order))
	for i, from := range permuted {
		for axis := range 2 {
			if got, want := got[2*i+axis], want[2*from+axis]; got != want {
				t.Fatalf("row %d: got %v, want %v", i, got, want)
			}
			if got, want := float64(packed[2*i+axis]), float64(want[2*from+axis]); math.Abs(got-want) > 0x1p-8*15 {
				t.Fatalf("row %d, packed: got %v, want about %v", i, got, want)
			}
		}
	}
}

// The forces of the parts of many columns add up to what they are in one part, but for the order of sums.
func TestPartsOfSpringsAddUp(t *testing.T) {
	const n = 2*attractGrain + 37
	y, p := noise(2*n, "points"), springs(n)
	p.Values[5] = 0
	for i := range n / 3 { // rows of a chunk that are joined to their own part alone
		for e := p.Starts[i]; e < p.Starts[i+1]; e++ {
			p.Columns[e] %= 64
		}
	}
	m := &ordered{p.Starts, p.Columns, p.Values, nil, nil}
	one, parts := packSprings(m, columnBits), packSprings(m, 6)
	if len(one.parts) != 1 || len(parts.parts) != 5 {
		t.Fatalf("%d and %d parts", len(one.parts), len(parts.parts))
	}
	for name, attract := range map[string]func(force []float32, p PackedSprings){
		"t-SNE": func(force []float32, p PackedSprings) { AttractPacked(force, y, p) },
		"UMAP":  func(force []float32, p PackedSprings) { AttractCurvePacked(force, y, y, p, umap) },
	} {
		whole, want := make([]float32, 2*n), make([]float32, 2*n)
		attract(whole, one)
		onPath(portable, func() { attract(want, parts) })
		for i, v := range want {
			near(t, name, float64(v), float64(whole[i]), 1e-4)
		}
		for _, procs := range []int{1, 2, 7} {
			everyPath(t, func(t *testing.T) {
				got := make([]float32, 2*n)
				withProcessors(procs, func() { attract(got, parts) })
				if !equal(got, want) {
					t.Errorf("%s, %d processors: other bits than the portable path", name, procs)
				}
			})
		}
	}
	largest := uint32(0)
	for _, part := range parts.parts {
		for _, entry := range part.entries {
			largest = max(largest, entry>>packedBits)
		}
	}
	if largest != 63 {
		t.Errorf("the largest column of a part is %d, want 63", largest)
	}
}
