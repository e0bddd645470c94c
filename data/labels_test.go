package data

import (
	"context"
	"strings"
	"testing"
)

func TestAFewExamplesKeepTheirClass(t *testing.T) {
	g := Sources["glyphs"]().(Glyphs)
	g.Train, g.Test, g.Labels.Labels = 640, 20, 30
	splits, err := g.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ds, err := splits.Learned(1, 0)
	if err != nil {
		t.Fatal(err)
	}
	whole := splits.Train.(Described)
	told := ds.(Described)
	of, repeats := map[float32]int{}, 0
	row, want := make([]float32, glyphFactors), make([]float32, glyphFactors)
	x, y := make([]float32, 784), make([]float32, 784)
	n := whole.Len()
	labelled := 0
	for i := range told.Len() {
		if err := told.ReadAbout(i, row); err != nil {
			t.Fatal(err)
		}
		if row[0] != unknownClass {
			labelled++
		}
		if i >= n {
			if repeats++; row[0] == unknownClass {
				t.Errorf("example %d is repeated without a class", i)
			}
			continue
		}
		if err := whole.ReadAbout(i, want); err != nil {
			t.Fatal(err)
		}
		if row[0] != unknownClass {
			if of[row[0]]++; row[0] != want[0] {
				t.Errorf("example %d has class %v, want its own %v", i, row[0], want[0])
			}
		}
		if row[2] != want[2] {
			t.Errorf("example %d: slant %v, want %v", i, row[2], want[2])
		}
		if whole.Read(i, x) != nil || told.Read(i, y) != nil || x[400] != y[400] {
			t.Errorf("example %d differs", i)
		}
	}
	for class := float32(0); class < 10; class++ {
		if of[class] != 3 {
			t.Errorf("class %v is kept %d times, want 3", class, of[class])
		}
	}
	if share := float64(labelled) / float64(told.Len()); share < 0.0985 || share > 0.11 || repeats == 0 {
		t.Errorf("a share of %v of the examples has a class, want a tenth, but for rounding", share)
	}
	if splits.Train.Len() != n {
		t.Error("evaluation sees other examples")
	}
}

func TestLabelsThatThereAreNot(t *testing.T) {
	if _, err := PartlyLabelled(unlabeled{}, 5, 1); err == nil || !strings.Contains(err.Error(), "have no classes") {
		t.Errorf("got error %v", err)
	}
	g := Sources["glyphs"]().(Glyphs)
	g.Labels.Labels = 70_000
	if _, err := g.Open(context.Background()); err == nil || !strings.Contains(err.Error(), "labels: 70000, want how many of the 60000") {
		t.Errorf("got error %v", err)
	}
}
