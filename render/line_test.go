package render

import (
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestThinKeepsTheEndsAndTheExtremesOfAColumn(t *testing.T) {
	// A point is 4/3 pixels: all but the last fall into the first column.
	points := []vg.Point{{X: 0, Y: 5}, {X: 0.1, Y: 4}, {X: 0.2, Y: 9}, {X: 0.3, Y: 6}, {X: 0.4, Y: 1}, {X: 0.5, Y: 7}, {X: 0.6, Y: 5}, {X: 3, Y: 2}}
	want := []vg.Point{points[0], points[2], points[4], points[6], points[7]}
	got := thin(points)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
