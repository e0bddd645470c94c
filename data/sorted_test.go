package data

import (
	"testing"

	"latentspace/data/division"
)

// ordered is the labels of a file that is sorted by class, ten of each.
func ordered(classes, each int) (index []int, labels []byte) {
	for i := range classes * each {
		index, labels = append(index, i), append(labels, byte(i/each))
	}
	return index, labels
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
	s := open(t, MNIST{Pictures: Pictures{Valid: division.Auto}, Holdout: drawn, Dir: dir})
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
