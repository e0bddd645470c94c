package corpus

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/tokens"
	"latentspace/example"
)

// fieldOf is the field of texts of some words.
func fieldOf(unit example.TextUnit, of example.Passage, length int, texts ...string) example.Field {
	f := example.Field{
		Name: "text", Kind: example.Tokens, Shape: []int{length}, View: example.Text,
		Text: &example.Spelling{Unit: unit, Of: of},
	}
	if unit == example.Word {
		f.Words, f.Text.Unknown = tokens.Words(of, 100, slices.Values(texts))
	} else {
		f.Words, _ = tokens.Chars(of, slices.Values(texts))
	}
	if f.Text.Ends() {
		f.Shape[0]++
	}
	return f
}

func TestNewTextsAreReadByTheField(t *testing.T) {
	letters := "abcdefghijklmnopqrstuvwxyzé .\n/"
	folder := t.TempDir()
	for name, text := range map[string]string{"one.txt": "ab\ncd", "two.txt": "ef\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		path, encoding      string
		f                   example.Field
		texts, names, notes []string
	}{
		"lines of a file": {
			written(t, "a.txt", "ab\n\ncde fgh\n"), UTF8, fieldOf(example.Char, example.Lines, 4, letters),
			[]string{"ab", "cde ", "fgh"}, []string{"line 1", "line 3, piece 1", "line 3, piece 2"},
			[]string{"1 of 2 lines have more than 4 tokens and are cut into pieces"},
		},
		"the text itself":    {"ab cd/e", UTF8, fieldOf(example.Char, example.Lines, 9, letters), []string{"ab cd/e"}, []string{"ab cd/e"}, nil},
		"another encoding":   {written(t, "a.txt", "caf\xe9"), Latin1, fieldOf(example.Char, example.Lines, 9, letters), []string{"café"}, []string{"line 1"}, nil},
		"UTF-8 all the same": {written(t, "a.txt", "café"), Latin1, fieldOf(example.Char, example.Lines, 9, letters), []string{"café"}, []string{"line 1"}, nil},
		"windows":            {written(t, "a.txt", "abcd\ne"), UTF8, fieldOf(example.Char, example.Windows, 4, letters), []string{"abcd", "\ne"}, []string{"window 1", "window 2"}, nil},
		"sentences":          {"so. and\nso", UTF8, fieldOf(example.Word, example.Sentences, 9, "so. and so."), []string{"so. and so"}, []string{"so. and so"}, nil},
		"words that are new": {"so xx, and yy xx", UTF8, fieldOf(example.Word, example.Lines, 9, "so, and so"), []string{"so <unk>, and <unk> <unk>"}, []string{"so xx, and yy xx"}, []string{`3 of 6 words are not in the vocabulary of the model and become <unk>: "xx" 2 times, "yy" once`}},
		"the files of a folder": {
			folder, UTF8, fieldOf(example.Char, example.Lines, 4, letters),
			[]string{"ab", "cd", "ef"}, []string{"one.txt, line 1", "one.txt, line 2", "two.txt, line 1"}, []string{"the class of a text is its file: there are 2"},
		},
		"no text": {written(t, "a.txt", "\n"), UTF8, fieldOf(example.Char, example.Lines, 4, letters), nil, nil, nil},
	} {
		n, err := Import(t.Context(), c.path, c.f, c.encoding)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := spelled(n.Set); !slices.Equal(got, c.texts) || !slices.Equal(n.Names, c.names) || !slices.Equal(n.Notes, c.notes) {
			t.Errorf("%s: got %q, names %q, notes %q", name, got, n.Names, n.Notes)
		}
	}
	n, err := Import(t.Context(), bomb(t), fieldOf(example.Char, example.Lines, 4, "a"), UTF8)
	if err == nil || !strings.Contains(err.Error(), "4000000 bytes of text in an archive") {
		t.Errorf("an archive: got %v, %v", n, err)
	}
}

func TestNewTextsThatAreRefused(t *testing.T) {
	f := fieldOf(example.Char, example.Lines, 9, "abc ")
	var many strings.Builder
	for i := range 12 {
		fmt.Fprintf(&many, "%c", 'm'+i)
	}
	file := written(t, "a.txt", "abé\ncéX\n")
	latin := written(t, "a.txt", "a\xe9")
	empty := t.TempDir()
	for path, want := range map[string]string{
		file:          file + `: not in the vocabulary of the model, which has no token for what is unknown: "é" 2 times, "X" once`,
		many.String(): `"mnopqrstuvwx": not in the vocabulary of the model, which has no token for what is unknown: "m" once, "n" once, "o" once, "p" once, "q" once, "r" once, "s" once, "t" once, "u" once, "v" once, and 2 others`,
		latin:         latin + ": line 1: byte 2 is 0xe9, which is not UTF-8, want UTF-8, or encoding: latin1",
		"nowhere.txt": "nowhere.txt: there is no such file, want one of text",
		"no/where":    "no/where: there is no such file, want one of text",
		"":            ": there is no such file, want one of text",
		"ab\x00cd":    `"ab\x00cd": line 1: a character of code 0, as binary files have, want text`,
		empty:         empty + ": a folder without files of text, want some whose names end in .txt, .text, .md",
	} {
		if _, err := Import(t.Context(), path, f, UTF8); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", path, err, want)
		}
	}
	if _, err := Import(t.Context(), "ab", example.Points(2).Fields[0], UTF8); err == nil {
		t.Error("a model of points takes text")
	}
}
