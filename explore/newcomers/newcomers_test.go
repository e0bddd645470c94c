package newcomers

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/example"
	"latentspace/trained"
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

func TestTextsAreNewcomers(t *testing.T) {
	splits, err := data.Sources["sentences"]().Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m := &trained.Model{Schema: splits.Train.Schema()}
	file := filepath.Join(t.TempDir(), "new.txt")
	if err := os.WriteFile(file, []byte("The king paints the boat. The\nold king sold the lamp."), 0o666); err != nil {
		t.Fatal(err)
	}
	c, notes, err := Open(t.Context(), []string{file, "The kings did not buy the drum."}, m, data.Sources["sentences"]())
	if err != nil || len(notes) > 0 || c.Len() != 3 {
		t.Fatalf("%v, %v, notes %q, want three sentences", c, err, notes)
	}
	row := make([]float32, c.Schema().Width())
	for i, want := range []string{"The king paints the boat.", "The old king sold the lamp.", "The kings did not buy the drum."} {
		if err := c.Read(i, row); err != nil || c.Schema().Fields[0].Spell(row) != want {
			t.Errorf("got %q, %v, want %q", c.Schema().Fields[0].Spell(row), err, want)
		}
		if name := []string{"sentence 1", "sentence 2", "The kings did not buy the drum."}[i]; c.Name(i) != name {
			t.Errorf("example %d is called %q, want %q", i, c.Name(i), name)
		}
	}
	_, _, err = Open(t.Context(), []string{"The cow paints the boat."}, m, nil)
	if want := `data: "The cow paints the boat.": not in the vocabulary of the model, which has no token for what is unknown: "cow" once`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if got := called(strings.Repeat("so on ", 20)); len([]rune(got)) != 60 || called("/a/"+strings.Repeat("b", 70)) != strings.Repeat("b", 70) {
		t.Errorf("a long text is called %q, want its beginning", got)
	}
}
