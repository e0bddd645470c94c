package data

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
)

// textFile is a file of lines that differ.
func textFile(t *testing.T, dir, name string, n int) string {
	t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s: line %d.\n", name, i)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTextIsTokensOfItsLines(t *testing.T) {
	dir := t.TempDir()
	source := Sources["text"]().(Text)
	source.File = textFile(t, dir, "a.txt", 40)
	s := open(t, source)
	for k, ds := range []Dataset{s.Train, s.Valid, s.Test} {
		if want := []int{30, 5, 5}[k]; ds.Len() != want || !ds.Schema().IsText() {
			t.Errorf("split %d: %d rows of %v, want %d of text", k, ds.Len(), ds.Schema(), want)
		}
		if _, ok := ds.(Described); ok {
			t.Error("something is known of the lines of one file")
		}
	}
	if got := textsIn(t, s.Train)[0]; got != "a.txt: line 0." {
		t.Errorf("got %q", got)
	}
	if len(s.Notes) != 5 || s.Notes[0] != "a.txt: 630 bytes of text" {
		t.Errorf("notes %q", s.Notes)
	}
	textFile(t, dir, "b.txt", 40)
	source.File, source.Dir = "", dir
	both := open(t, source)
	class, ok := ClassField(both.Train)
	if !ok || !slices.Equal(class.Words, []string{"a", "b"}) || both.SHA256 == s.SHA256 {
		t.Errorf("classes %q, want a and b", class.Words)
	}
	for i, label := range labelsOf(t, both.Test) {
		if text := textsIn(t, both.Test)[i]; !strings.HasPrefix(text, class.Words[label]) {
			t.Errorf("%q is of the class %s", text, class.Words[label])
		}
	}
}

func TestTheDigestOfTextIsOfWhatIsLearned(t *testing.T) {
	// Pinned: a change of a digest is a change of the data, for the changelog.
	source := Sources["text"]().(Text)
	source.File = textFile(t, t.TempDir(), "a.txt", 40)
	seen := map[string]string{}
	for _, unit := range []string{"char", "byte", "bpe", "word"} {
		for _, of := range []string{"lines", "sentences", "windows"} {
			source.Unit, source.Of, source.Length = unit, of, 7
			sum := open(t, source).SHA256
			if other, ok := seen[sum]; ok {
				t.Errorf("%s of %s and %s have the same digest", of, unit, other)
			}
			seen[sum] = of + " of " + unit
			if again := open(t, source).SHA256; again != sum {
				t.Errorf("%s of %s: digests %s and %s", of, unit, sum, again)
			}
			if want := "ef7f9debd6408863680ec37eac53d6c562a85cb97f1a0cfea82ed9a34002a9bd"; unit == "bpe" && of == "windows" && sum != want {
				t.Errorf("SHA-256 %s, want %s", sum, want)
			}
		}
	}
}

func TestWrongOptionsOfText(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Text)
		want   string
	}{
		"nothing to read":     {func(s *Text) {}, "data: text: file: empty, want the path of a file of text, or dir, a folder or an archive of some: -set data.file=PATH"},
		"a file and a folder": {func(s *Text) { s.File, s.Dir = "a", "b" }, `data: text: dir: "b", and file is "a", want one of them`},
		"no file":             {func(s *Text) { s.File = "nowhere/a.txt" }, "data: text: nowhere/a.txt: there is no such file, want one of text"},
		"no folder":           {func(s *Text) { s.Dir = "nowhere" }, "data: text: nowhere: there is no such file, want a folder, or a zip, tar or tar.gz archive"},
		"several":             {func(s *Text) { s.Unit, s.Of, s.Length = "letter", "pages", 20_000 }, "data: text: unit: \"letter\", want char, byte, bpe or word\ndata: text: of: \"pages\", want lines, sentences or windows\ndata: text: length: 20000, want a number from 1 to 10000, or auto"},
	} {
		source := Sources["text"]().(Text)
		c.change(&source)
		if _, err := source.Open(t.Context()); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestNewTextsAreImported(t *testing.T) {
	source := Sources["text"]().(Text)
	source.File = textFile(t, t.TempDir(), "a.txt", 40)
	schema := open(t, source).Train.Schema()
	source.Encoding = "latin1"
	ds, notes, err := Import(t.Context(), "line 0: a.", source, schema, example.Schema{})
	if err != nil || notes != nil || ds.(interface{ Name(int) string }).Name(0) != "line 0: a." || !slices.Equal(textsIn(t, ds), []string{"line 0: a."}) {
		t.Errorf("got %v, %q, %v", ds, notes, err)
	}
	if _, ok := ds.(Described); ok {
		t.Error("something is known of a text")
	}
	_, _, err = Import(t.Context(), "line Q", source, schema, example.Schema{})
	if want := `data: "line Q": not in the vocabulary of the model, which has no token for what is unknown: "Q" once`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	dir := t.TempDir()
	textFile(t, dir, "a.txt", 3)
	if err := os.WriteFile(filepath.Join(dir, "x.txt"), []byte("x: line 7.\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	ds, _, err = Import(t.Context(), dir, source, schema, example.Schema{})
	if err != nil || ds.Len() != 4 || !slices.Equal(labelsOf(t, ds), []int{0, 0, 0, 1}) {
		t.Errorf("a folder: %v, %v, want three lines of one class and one of another", ds, err)
	}
	if _, _, err := ImportText(t.Context(), "a text", example.Points(2), "utf-8"); err == nil || err.Error() != `data: "a text": the model has not learned from text` {
		t.Errorf("a model of points: got %v", err)
	}
}
