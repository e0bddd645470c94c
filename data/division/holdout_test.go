package division

import (
	"slices"
	"testing"
)

var (
	drawn = Holdout{Drawn, 1}
	last  = Holdout{Last, 1}
)

// ordered is the labels of a file that is sorted by class, ten of each.
func ordered(classes, each int) (index []int, labels []byte) {
	for i := range classes * each {
		index, labels = append(index, i), append(labels, byte(i/each))
	}
	return index, labels
}

func TestAPartThatIsDrawnHasEachClassInItsShare(t *testing.T) {
	index, labels := ordered(10, 30)
	stay, taken := drawn.Take("valid", index, labels, 50)
	if len(stay) != 250 || len(taken) != 50 || !slices.IsSorted(stay) || !slices.IsSorted(taken) {
		t.Fatalf("%d stay and %d are taken, want 250 and 50, rising", len(stay), len(taken))
	}
	var count [10]int
	for _, i := range taken {
		count[labels[i]]++
		if slices.Contains(stay, i) {
			t.Errorf("example %d is on both sides", i)
		}
	}
	for class, n := range count {
		if n != 5 {
			t.Errorf("class %d: %d of 50, want 5", class, n)
		}
	}
	if _, again := drawn.Take("valid", index, labels, 50); !slices.Equal(again, taken) {
		t.Error("a second draw differs")
	}
	if _, other := (Holdout{Drawn, 2}).Take("valid", index, labels, 50); slices.Equal(other, taken) {
		t.Error("another seed draws the same")
	}
	if _, other := drawn.Take("test", index, labels, 50); slices.Equal(other, taken) {
		t.Error("another purpose draws the same")
	}
	// A number of the draw is of an example, not of how many there are: more are taken
	// by taking others beside.
	_, more := drawn.Take("valid", index, labels, 100)
	for _, i := range taken {
		if !slices.Contains(more, i) {
			t.Errorf("example %d is among 50 and not among 100", i)
		}
	}
	if _, end := last.Take("valid", index, labels, 50); !slices.Equal(end, index[250:]) {
		t.Error("the last 50 are not those of the file's end")
	}
}

func TestShares(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts []int
		n      int
		want   []int
	}{
		{"in proportion", []int{10, 20, 30}, 6, []int{1, 2, 3}},
		{"by the largest remainder", []int{10, 10, 13}, 4, []int{1, 1, 2}},
		{"none of what is not there", []int{0, 5, 5}, 5, []int{0, 3, 2}},
		{"a class keeps its last example", []int{1, 1, 1, 9}, 3, []int{0, 0, 0, 3}},
		{"until none is left", []int{1, 1, 2}, 4, []int{1, 1, 2}},
		{"nothing", []int{0, 0}, 0, []int{0, 0}},
	} {
		if got := shares(c.counts, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
