package data

import (
	"math"
	"slices"
	"testing"

	"latentspace/data/draw"
)

func TestGlyphsTellTheirFactorsByName(t *testing.T) {
	ds := open(t, fewGlyphs).Valid.(Factored)
	names := []string{"class", "style", "slant", "scale", "stroke", "rotation", "shift_x", "shift_y"}
	if got := ds.FactorNames(); !slices.Equal(got, names) {
		t.Errorf("names %v, want %v", got, names)
	}
	if got, want := ds.Cardinality(), []int{10, len(draw.Styles()), 0, 0, 0, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("cardinality %v, want %v", got, want)
	}
	// Glyph 7 of those held out is 907 of the training set.
	_, f := glyph(1, trainSplit, 907)
	want := []float64{float64(f.Class), float64(f.Style), f.Slant, f.Scale, f.Stroke, f.Rotation, f.ShiftX, f.ShiftY}
	got := make([]float64, len(names))
	ds.Factors(7, got)
	if !slices.Equal(got, want) || int(got[0]) != ds.(Labeled).Label(7) {
		t.Errorf("factors %v, want %v", got, want)
	}
}

func TestEveryFactoredSetKeepsItsPromises(t *testing.T) {
	for _, source := range []Source{fewGlyphs, fewSprites} {
		ds := open(t, source).Train.(Factored)
		names, sizes := ds.FactorNames(), ds.Cardinality()
		if len(names) != len(sizes) {
			t.Fatalf("%T: %d names of %d factors", source, len(names), len(sizes))
		}
		seen := make([]map[float64]bool, len(names))
		for f := range seen {
			seen[f] = map[float64]bool{}
		}
		x := make([]float64, len(names))
		for i := range ds.Len() {
			ds.Factors(i, x)
			for f, v := range x {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%T: %s of example %d is %v", source, names[f], i, v)
				}
				seen[f][v] = true
			}
		}
		for f, n := range sizes {
			if n > 0 && len(seen[f]) != n || n == 0 && len(seen[f]) < ds.Len()/2 {
				t.Errorf("%T: %d values of %s, cardinality %d", source, len(seen[f]), names[f], n)
			}
		}
	}
}
