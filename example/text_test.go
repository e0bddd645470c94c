package example

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// textOf is a field of text.
func textOf(unit TextUnit, of Passage, words ...string) Field {
	return Field{Name: "text", Kind: Tokens, Shape: []int{8}, Words: words, View: Text, Text: &Spelling{Unit: unit, Of: of}}
}

func TestTokensSpellText(t *testing.T) {
	for _, c := range []struct {
		name string
		f    Field
		row  []float32
		want string
	}{
		{"characters up to the end", textOf(Char, Lines, End, "a", "é", " "), []float32{1, 3, 2, 0, 1, -1}, "a é"},
		{"padding is passed over", textOf(Char, Lines, End, "a", "b"), []float32{-1, 1, -1, 2, -1}, "ab"},
		{"the first word of windows is a character", textOf(Char, Windows, "\n", "b"), []float32{1, 0, 1}, "b\nb"},
		{"bytes become characters", textOf(Byte, Lines, End, `\xc3`, `\xa9`, `\\`), []float32{1, 2, 3}, `é\`},
		{"bytes that are no characters", textOf(Byte, Lines, End, `\xc3`, "a"), []float32{1, 2}, "\uFFFDa"},
		{"pairs of bytes", textOf(BPE, Lines, End, "the", ` \xc3`, `\xa9t`), []float32{1, 2, 3}, "the ét"},
		{"a blank between words", textOf(Word, Lines, End, "to", "be", ", ", "or", "?"), []float32{1, 2, 3, 4, 1, 5}, "to be, or to?"},
		{"marks have their blanks", textOf(Word, Lines, End, "a", " (", "b", ") ", "-"), []float32{1, 2, 3, 4, 1, 5, 3}, "a (b) a-b"},
		{"values that are no tokens", textOf(Char, Lines, End, "a"), []float32{1, 2, 7, float32(math.NaN()), 1}, "aa"},
		{"nothing", textOf(Char, Lines, End, "a"), nil, ""},
	} {
		if err := Of(c.f).Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := c.f.Spell(c.row); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWrongTextsAreRefused(t *testing.T) {
	with := func(f Field, change func(*Field)) Field {
		text := *f.Text
		f.Text = &text
		change(&f)
		return f
	}
	chars := textOf(Char, Lines, End, "a")
	for name, c := range map[string]struct {
		f    Field
		want string
	}{
		"no tokens":               {with(chars, func(f *Field) { f.Kind = Category }), "text: of a category field of shape [8] that is seen as a text, want tokens of shape [steps]"},
		"a table of tokens":       {with(chars, func(f *Field) { f.Shape = []int{2, 4} }), "text: of a tokens field of shape [2 4]"},
		"another view":            {with(chars, func(f *Field) { f.View = Cell }), "that is seen as a cell, want"},
		"no spelling":             {with(chars, func(f *Field) { f.Text = nil }), `field "text": seen as text without a spelling, want one`},
		"an odd unit":             {textOf("rune", Lines, End, "a"), `text: unit "rune", want one of [char byte bpe word]`},
		"an odd passage":          {textOf(Char, "verses", End, "a"), `text: of "verses", want one of [lines sentences windows]`},
		"lines without an end":    {textOf(Char, Lines, "a", "b"), `the first word of lines is "a", want "", which ends them`},
		"windows with an end":     {textOf(Char, Windows, "a", End), "word 1 is empty, want it of the end of texts alone"},
		"two ends":                {textOf(Char, Lines, End, "a", End), `words 2 and before are "", want words that differ`},
		"a word twice":            {textOf(Char, Lines, End, "a", "a"), `words 2 and before are "a", want words that differ`},
		"two characters":          {textOf(Char, Lines, End, "ab"), `word 1 is "ab", want a character`},
		"half a character":        {textOf(Char, Lines, End, "\xc3"), `word 1 is "\xc3", want a character`},
		"two bytes":               {textOf(Byte, Lines, End, "é"), `word 1 is "é", want a byte`},
		"an odd escape":           {textOf(BPE, Lines, End, `\n`), `word 1 is "\\n", want bytes as \xc3 or characters`},
		"a character in escapes":  {textOf(BPE, Lines, End, `\xc3\xa9`), `word 1 is "\\xc3\\xa9", want bytes as`},
		"a digit that is none":    {textOf(Byte, Lines, End, `\xcg`), "want bytes as"},
		"an escape that is cut":   {textOf(Byte, Lines, End, `\xc`), "want bytes as"},
		"unknown characters":      {with(textOf(Char, Lines, End, "a"), func(f *Field) { f.Text.Unknown = 1 }), "token 1 of 2 of unit char stands for unknown words, want one of unit word that is spelled <unk>"},
		"unknown beyond the last": {with(textOf(Word, Lines, End, "a"), func(f *Field) { f.Text.Unknown = 2 }), "token 2 of 2 of unit word stands for unknown words"},
		"unknown that is known":   {textOf(Word, Lines, End, "<unk>"), "word 1 is <unk>, which stands for unknown words, want that to be token 0"},
	} {
		if err := Of(c.f).Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestJSONKeepsText(t *testing.T) {
	words := []string{End}
	for b := range 256 {
		words = append(words, EscapeBytes(string([]byte{byte(b)})))
	}
	s := Of(textOf(Byte, Lines, words...))
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Schema
	if err := json.Unmarshal(b, &back); err != nil || !back.Equal(s) || !reflect.DeepEqual(back, s) {
		t.Errorf("%s comes back as %+v, %v", b, back, err)
	}
	row := make([]float32, 0, 256)
	for _, c := range []byte("né \\x41 \x00") {
		row = append(row, float32(c)+1)
	}
	if got, want := back.Fields[0].Spell(row), "né \\x41 \x00"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	other := Of(textOf(Byte, Sentences, words...))
	if s.Equal(other) || s.Equal(Of(textOf(BPE, Lines, words...))) {
		t.Error("schemas of other texts are equal")
	}
	if !s.IsText() || Points(2).IsText() || (Schema{Fields: []Field{s.Fields[0], Class([]string{"a"})}}).IsText() {
		t.Error("a text is an example of one field of text")
	}
}

func FuzzBytesAreEscaped(f *testing.F) {
	for _, s := range []string{"", "a", "é", "\xc3", "\\", "\\x41", "\xff\\\xc3\xa9", "\uFFFD"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		word := EscapeBytes(s)
		if back, ok := UnescapeBytes(word); !ok || back != s || !utf8.ValidString(word) {
			t.Errorf("%q is spelled %q, which is %q, %v", s, word, back, ok)
		}
		// Any other word is one that is spelled so, or is refused.
		if back, ok := UnescapeBytes(s); ok && EscapeBytes(back) != s {
			t.Errorf("%q is taken for %q, which is spelled %q", s, back, EscapeBytes(back))
		}
	})
}
