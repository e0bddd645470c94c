package newcomers

import (
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/example"
)

// labelled is examples of one value with a class each.
type labelled struct {
	words  []string
	labels []float32
}

func (l labelled) Len() int               { return len(l.labels) }
func (l labelled) Schema() example.Schema { return example.Points(1) }
func (l labelled) About() example.Schema  { return example.Of(example.Class(l.words)) }
func (l labelled) Read(i int, dst []float32) error {
	dst[0] = 10 * l.labels[i]
	return nil
}
func (l labelled) ReadAbout(i int, dst []float32) error {
	dst[0] = l.labels[i]
	return nil
}

func TestClassesOfFilesAreFoundByTheirWords(t *testing.T) {
	var c Set
	c.add("a.npz", labelled{[]string{"cat", "dog"}, []float32{1, 0}})
	c.add("empty.npz", labelled{[]string{"cat"}, nil})
	c.add("b.npz", labelled{[]string{"fox", "dog", "hen"}, []float32{0, 1, 2}})
	about := example.Of(example.Class([]string{"bee", "cat", "dog", "fox"}))
	known, err := c.Known(about)
	if err != nil {
		t.Fatal(err)
	}
	got, values := make([]float32, 4), make([]float32, 4)
	if err := data.ReadBatch(known, 0, 4, values, got); err != nil || !slices.Equal(got, []float32{2, 1, 3, 2}) || !slices.Equal(values, []float32{10, 0, 0, 10}) {
		t.Errorf("got classes %v of %v, %v, want dog, cat, fox, dog", got, values, err)
	}
	if err := known.ReadAbout(4, got[:1]); err == nil || err.Error() != `newcomers: b.npz[2] has the class "hen", want one of those of the training data: bee, cat, dog, fox` {
		t.Errorf("a class that the model does not know: got error %v", err)
	}
	if _, err := c.Known(example.Of(example.Field{Name: "slant", Kind: example.Real, View: example.Cell})); err == nil || !strings.Contains(err.Error(), "a.npz has no slant of its examples") {
		t.Errorf("a field that the files do not have: got error %v", err)
	}
	if err := c.Read(5, values[:1]); err == nil {
		t.Error("an example that is not there: no error")
	}
}

func TestTheSameIsKnownOfAll(t *testing.T) {
	var c Set
	c.add("a.npz", labelled{[]string{"cat"}, []float32{0}})
	about := example.Of(example.Class([]string{"bee", "cat"}))
	row := make([]float32, 1)
	if err := c.Alike(about, []float32{1}).ReadAbout(0, row); err != nil || row[0] != 1 {
		t.Errorf("got %v, %v, want 1", row, err)
	}
	if got := c.Name(0); got != "a.npz" {
		t.Errorf("the only example of a file is called %s, want the file", got)
	}
}
