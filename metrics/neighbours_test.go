package metrics

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

func TestNearestAreThoseOfAllDistances(t *testing.T) {
	for name, own := range map[string]bool{"of another set": false, "of the same set": true} {
		base := noise(1, 300, 7)
		copy(row(base, 17), row(base, 4)) // equally near
		x := base
		if !own {
			x = noise(2, 90, 7)
			copy(row(x, 3), row(base, 4))
		}
		got, err := Nearest(context.Background(), x, base, 5, own)
		if err != nil {
			t.Fatal(err)
		}
		for i := range x.Shape[0] {
			var order []int
			for j := range base.Shape[0] {
				if !own || j != i {
					order = append(order, j)
				}
			}
			slices.SortStableFunc(order, func(a, b int) int {
				return cmp.Compare(squaredDistance(row(x, i), row(base, a)), squaredDistance(row(x, i), row(base, b)))
			})
			if ids := got.IDs[5*i : 5*i+5]; !slices.Equal(ids, order[:5]) {
				t.Errorf("%s: neighbours of %d are %v, want %v", name, i, ids, order[:5])
			}
			if d, want := got.Distances[5*i], math.Sqrt(squaredDistance(row(x, i), row(base, order[0]))); d != want {
				t.Errorf("%s: the nearest to %d is %v away, want %v", name, i, d, want)
			}
		}
	}
}

func TestNearestErrors(t *testing.T) {
	nan := tensor.New(5, 2)
	nan.Data[3] = float32(math.NaN())
	for name, c := range map[string]struct {
		x, base *tensor.Tensor
		k       int
		own     bool
		want    string
	}{
		"more neighbours than points": {tensor.New(3, 2), tensor.New(4, 2), 5, false, "5 neighbours among 4 other points"},
		"a point is not its own":      {tensor.New(4, 2), tensor.New(4, 2), 4, true, "4 neighbours among 3 other points"},
		"other widths":                {tensor.New(3, 2), tensor.New(4, 3), 1, false, "points of 2 values and others of 3"},
		"NaN":                         {tensor.New(3, 2), nan, 1, false, "point 1 of the others has the value NaN"},
	} {
		if _, err := Nearest(context.Background(), c.x, c.base, c.k, c.own); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// What all points have in common takes no digits from what they differ in.
func TestNeighboursFarFromTheOrigin(t *testing.T) {
	near, far := noise(1, 300, 2), noise(1, 300, 2)
	for i := range far.Data {
		// Sums that float32 holds exactly, so that both sets are the same but for the place.
		near.Data[i] = float32(math.Round(float64(near.Data[i])*64) / 64)
		far.Data[i] = near.Data[i] + 10_000
	}
	a, err := Nearest(context.Background(), near, near, 5, true)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Nearest(context.Background(), far, far, 5, true)
	if err != nil || !slices.Equal(a.Distances, b.Distances) {
		t.Errorf("neighbours 10,000 away are others: %v", err)
	}
	m, err := CompareManifolds(context.Background(), far, far)
	if err != nil || m.Precision.Value != 1 || m.Recall.Value != 1 || m.Coverage.Value != 1 {
		t.Errorf("a set and itself, with points that are there twice: got %+v, %v, want 1", m, err)
	}
}
