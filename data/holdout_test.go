package data

import (
	"slices"
	"testing"
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
	stay, taken := drawn.take("valid", index, labels, 50)
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
	if _, again := drawn.take("valid", index, labels, 50); !slices.Equal(again, taken) {
		t.Error("a second draw differs")
	}
	if _, other := (Holdout{drawnSplit, 2}).take("valid", index, labels, 50); slices.Equal(other, taken) {
		t.Error("another seed draws the same")
	}
	if _, other := drawn.take("test", index, labels, 50); slices.Equal(other, taken) {
		t.Error("another purpose draws the same")
	}
	// A number of the draw is of an example, not of how many there are: more are taken
	// by taking others beside.
	_, more := drawn.take("valid", index, labels, 100)
	for _, i := range taken {
		if !slices.Contains(more, i) {
			t.Errorf("example %d is among 50 and not among 100", i)
		}
	}
	if _, end := last.take("valid", index, labels, 50); !slices.Equal(end, index[250:]) {
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

func TestCounts(t *testing.T) {
	for text, want := range map[string]Count{"auto": Auto, "0": 0, "5000": 5000, "5_000": 5000, "5e3": 5000, "-1": -1} {
		var c Count
		if err := c.UnmarshalText([]byte(text)); err != nil || c != want {
			t.Errorf("%s: got %d, %v, want %d", text, c, err, want)
		}
		again, _ := c.MarshalText()
		var d Count
		if err := d.UnmarshalText(again); err != nil || d != c {
			t.Errorf("%s: written as %s and read as %d, %v", text, again, d, err)
		}
	}
	for _, text := range []string{"", "some", "1.5", "010", "true", "99999999999999999999", "-9223372036854775808", "1e300"} {
		c := Count(7)
		if err := c.UnmarshalText([]byte(text)); err == nil || c != 7 {
			t.Errorf("%q: got %d, %v, want an error", text, c, err)
		}
	}
	for n, want := range map[int]int{0: 0, 1: 0, 2: 1, 60: 7, 8_000: 1_000, 40_000: 5_000, 46_080: 5_000, 60_000: 5_000} {
		if got := Auto.heldOut(n); got != want {
			t.Errorf("of %d examples %d are held out, want %d", n, got, want)
		}
	}
}

// Whatever the order of a file, its validation set has every class.
func TestSortedFilesGiveSplitsOfAllClasses(t *testing.T) {
	_, labels := ordered(4, 20)
	pixels := make([]byte, len(labels))
	for i := range pixels {
		pixels[i] = byte(i)
	}
	dir := folderOf(t, map[string][]byte{
		"train-images-idx3-ubyte": encodeIDX(pixels, uint32(len(pixels)), 1, 1),
		"train-labels-idx1-ubyte": encodeIDX(labels, uint32(len(labels))),
	}, same)
	s := open(t, MNIST{Pictures: Pictures{Valid: Auto}, Holdout: drawn, Dir: dir})
	for name, ds := range map[string]Dataset{"validation": s.Valid, "test": s.Test} {
		seen := map[int]bool{}
		for _, label := range labelsOf(t, ds) {
			seen[label] = true
		}
		if len(seen) != 4 {
			t.Errorf("the %s set of %d has %d classes of 4", name, ds.Len(), len(seen))
		}
	}
	old := open(t, MNIST{Pictures: Pictures{Valid: 10}, Holdout: last, Dir: dir})
	if old.SHA256 == s.SHA256 {
		t.Error("splits of other examples have the same SHA-256")
	}
}
