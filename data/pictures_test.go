package data

import (
	"bytes"
	"slices"
	"testing"

	"latentspace/data/compact"
	"latentspace/example"
)

// Numbers that no example has are no classes; the examples of a class of either set have one
// index and one name, and the digest is of the labels as they are in the file.
func TestClassesAreThoseThatOccur(t *testing.T) {
	train := &pictures{height: 1, width: 1, pixels: compact.Of([]byte{1, 2, 3}, 1), labels: []byte{250, 3, 250}, classes: example.Numbered(251)}
	test := &pictures{height: 1, width: 1, pixels: compact.Of([]byte{4, 5}, 1), labels: []byte{7, 3}, classes: []string{"a", "b"}}
	var before, after bytes.Buffer
	train.digest(&before)
	occurring(train, test)
	train.digest(&after)
	if !bytes.Equal(before.Bytes(), after.Bytes()) {
		t.Errorf("the digest is of %v, want %v as before", after.Bytes(), before.Bytes())
	}
	for _, c := range []struct {
		set  *pictures
		want []string // of each example
	}{{train, []string{"250", "3", "250"}}, {test, []string{"7", "3"}}, {train.slice(1, 3), []string{"3", "250"}}} {
		if got := c.set.classes; !slices.Equal(got, []string{"3", "7", "250"}) {
			t.Fatalf("classes %v, want 3, 7 and 250", got)
		}
		for i, want := range c.want {
			if got := c.set.classes[c.set.label(i)]; got != want {
				t.Errorf("example %d is of class %s, want %s", i, got, want)
			}
		}
	}
}

// Where all classes occur, a label is its own index.
func TestClassesThatAllOccurStay(t *testing.T) {
	s := &pictures{labels: []byte{2, 0, 1}, classes: []string{"yes", "no", "perhaps"}}
	occurring(s)
	if s.label(0) != 2 || s.classes[2] != "perhaps" || len(s.classes) != 3 {
		t.Errorf("label %d of %v, want 2 of yes, no, perhaps", s.label(0), s.classes)
	}
}
