package data

import (
	"errors"
	"slices"
	"testing"

	"latentspace/data/points"
)

func TestSomeStandForAll(t *testing.T) {
	part := Some(1000, 100, 3, "test")
	if len(part) != 100 || !slices.IsSorted(part) || len(slices.Compact(slices.Clone(part))) != 100 || part[0] < 0 || part[99] >= 1000 {
		t.Fatalf("not 100 indices of 1,000, rising: %v", part)
	}
	var tenths [10]int
	for _, i := range part {
		tenths[i/100]++
	}
	if slices.Min(tenths[:]) < 1 || slices.Max(tenths[:]) > 25 { // 10 expected, deviation 2.8
		t.Errorf("of each tenth there are %v, want about 10", tenths)
	}
	if !slices.Equal(part, Some(1000, 100, 3, "test")) || slices.Equal(part, Some(1000, 100, 4, "test")) {
		t.Error("the part is no function of the seed")
	}
	if all := Some(5, 9, 3, "test"); !slices.Equal(all, []int{0, 1, 2, 3, 4}) {
		t.Errorf("all of 5 are %v", all)
	}
}

func TestASubsetIsWhatItsSetIs(t *testing.T) {
	s := open(t, fewGlyphs)
	sub := Subset(s.Train, []int{7, 3})
	x, y := make([]float32, 784), make([]float32, 784)
	if err := sub.Read(1, x); err != nil {
		t.Fatal(err)
	}
	if err := s.Train.Read(3, y); err != nil || !slices.Equal(x, y) {
		t.Errorf("example 1 is not example 3 of the set: %v", err)
	}
	if sub.Len() != 2 || !sub.Schema().Equal(s.Train.Schema()) {
		t.Errorf("%d examples of schema %v", sub.Len(), sub.Schema())
	}
	a, b := make([]float32, 8), make([]float32, 8)
	known := sub.(Described)
	if err := errors.Join(known.ReadAbout(0, a), s.Train.(Described).ReadAbout(7, b)); err != nil || !slices.Equal(a, b) || !known.About().Equal(s.Train.(Described).About()) {
		t.Errorf("what is known is not what is of the set: %v, want %v, %v", a, b, err)
	}
	if err := known.ReadAbout(2, a); err == nil {
		t.Error("something is known of a third example of two")
	}
	if err := sub.Read(2, x); err == nil {
		t.Error("a third example of two was read")
	}
	roll := open(t, SwissRoll{points.SwissRoll{Counts: points.Counts{Train: 10, Seed: 1}}}).Train
	if _, ok := Subset(roll, []int{1}).(Described); ok {
		t.Error("something is known of a subset of a set of which nothing is")
	}
}
