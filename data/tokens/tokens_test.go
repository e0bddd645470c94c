package tokens

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
)

func field(unit example.TextUnit, of example.Passage, words []string, unknown int) example.Field {
	return example.Field{
		Name: "text", Kind: example.Tokens, Shape: []int{8}, Words: words, View: example.Text,
		Text: &example.Spelling{Unit: unit, Of: of, Unknown: unknown},
	}
}

// of returns the field of a vocabulary of texts.
func of(t testing.TB, unit example.TextUnit, size int, texts ...string) example.Field {
	t.Helper()
	var words []string
	var unknown int
	var err error
	switch unit {
	case example.Char:
		words, err = Chars(example.Lines, slices.Values(texts))
	case example.Byte:
		words = Bytes(example.Lines)
	case example.Word:
		words, unknown = Words(example.Lines, size, slices.Values(texts))
	case example.BPE:
		words, err = Pairs(context.Background(), example.Lines, size, slices.Values(texts))
	}
	if err != nil {
		t.Fatal(err)
	}
	f := field(unit, example.Lines, words, unknown)
	if err := example.Of(f).Check(); err != nil {
		t.Fatal(err)
	}
	return f
}

// encoded are the tokens of a text, and what the vocabulary lacks.
func encoded(t testing.TB, f example.Field, text string) (row []float32, strangers []string) {
	t.Helper()
	e, err := NewEncoder(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range e.Append(nil, text, func(piece string) { strangers = append(strangers, piece) }) {
		row = append(row, float32(v))
	}
	return row, strangers
}

func TestTextIsSplitIntoWordsAndMarks(t *testing.T) {
	for text, want := range map[string][]string{
		"To be, or not":          {"To", "be", ", ", "or", "not"},
		"No!":                    {"No", "!"},
		"a (b) c":                {"a", " (", "b", ") ", "c"},
		"\"Oh,\" she":            {"\"", "Oh", ",", "\" ", "she"},
		"don't o’er 'tis dogs' ": {"don't", "o’er", " '", "tis", "dogs", "'"},
		"well-known":             {"well", "-", "known"},
		"a - b":                  {"a", " - ", "b"},
		"wait... what":           {"wait", ".", ".", ". ", "what"},
		"3.14":                   {"3", ".", "14"},
		"  two\t blanks\u00a0":   {"two", "blanks"},
		"a \n b.\n\n(c":          {"a", "\n", "b", ".", "\n", "\n", "(", "c"},
		"naïve e\u0301":          {"naïve", "e\u0301"},
		"<unk>":                  {"<", "unk", ">"},
		"":                       nil,
		" ":                      nil,
	} {
		if got := slices.Collect(Split(text)); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestChunksAreWordsWithTheSpaceBefore(t *testing.T) {
	for text, want := range map[string][]string{
		"the cat's  hat!? (no)": {"the", " cat", "'", "s", " ", " hat", "!?", " (", "no", ")"},
		"a\n\n b":               {"a", "\n\n", " b"},
		"a  ":                   {"a", "  "},
		" ":                     {" "},
	} {
		if got := slices.Collect(chunks(text)); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for c := range chunks(strings.Repeat("é", 1000)) {
		if len(c) > mostChunk {
			t.Errorf("a chunk of %d bytes, want at most %d", len(c), mostChunk)
		}
	}
}

func TestVocabularies(t *testing.T) {
	if got, want := of(t, example.Char, 0, "bad", "dé").Words, []string{"", "a", "b", "d", "é"}; !slices.Equal(got, want) {
		t.Errorf("characters: got %q, want %q", got, want)
	}
	if words := of(t, example.Byte, 0).Words; len(words) != 257 || words[1+'a'] != "a" || words[1+0xff] != `\xff` || words[1+'\\'] != `\\` {
		t.Errorf("bytes: got %q", words)
	}
	// a stands there three times, b and c twice, in whatever order.
	f := of(t, example.Word, 5, "c a b", "a c b a d")
	if want := []string{"", "a", "b", "c", "<unk>"}; !slices.Equal(f.Words, want) || f.Text.Unknown != 4 {
		t.Errorf("words: got %q and unknown %d, want %q and 4", f.Words, f.Text.Unknown, want)
	}
	row, strangers := encoded(t, f, "d a e")
	if !slices.Equal(row, []float32{4, 1, 4}) || !slices.Equal(strangers, []string{"d", "e"}) || f.Spell(row) != "<unk> a <unk>" {
		t.Errorf("got %v, strangers %q, %q", row, strangers, f.Spell(row))
	}
	if words, _ := Words(example.Lines, 10, slices.Values([]string{strings.Repeat("a", mostWord+1) + " " + strings.Repeat("b", mostWord)})); len(words) != 3 || len(words[1]) != mostWord {
		t.Errorf("long words: got %q, want those of %d bytes alone", words, mostWord)
	}
	if words, unknown := Words(example.Windows, 0, slices.Values([]string{"a b"})); unknown != 0 || len(words) != 1 {
		t.Errorf("a vocabulary without room: got %q, %d, want the unknown word alone", words, unknown)
	}
	row, strangers = encoded(t, of(t, example.Char, 0, "ab"), "axb")
	if !slices.Equal(row, []float32{1, 2}) || !slices.Equal(strangers, []string{"x"}) {
		t.Errorf("characters: got %v, strangers %q, want x left out", row, strangers)
	}
}

func TestTheMostFrequentPairsAreJoined(t *testing.T) {
	// Of "low low lower": l-o and o-w stand there three times each, and l is before o. Then lo-w
	// does. " " is before "low" twice.
	f := of(t, example.BPE, 257+4, "low low lower")
	if got, want := f.Words[257:], []string{"lo", "low", " low"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q: nothing else stands together twice", got, want)
	}
	row, strangers := encoded(t, f, "low slow lowé")
	if got := spelled(f, row); !slices.Equal(got, []string{"low", " ", "s", "low", " low", `\xc3`, `\xa9`}) || strangers != nil {
		t.Errorf("got %q, strangers %q", got, strangers)
	}
	if got := f.Spell(row); got != "low slow lowé" {
		t.Errorf("got %q", got)
	}
	if again := of(t, example.BPE, 257+4, "lower low", "low"); slices.Equal(again.Words, f.Words) {
		t.Error("other texts have the same vocabulary")
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Pairs(cancelled, example.Lines, 300, slices.Values([]string{"a"})); err == nil {
		t.Error("an ended context: no error")
	}
}

// spelled are the words of tokens.
func spelled(f example.Field, row []float32) (words []string) {
	for _, v := range row {
		words = append(words, f.Words[int(v)])
	}
	return words
}

// slowPairs learns pairs as the definition says, counting all of them anew for each.
func slowPairs(size int, texts ...string) []string {
	words := Bytes(example.Lines)
	var parts [][]string
	for _, text := range texts {
		for c := range chunks(text) {
			var bytes []string
			for i := range len(c) {
				bytes = append(bytes, c[i:i+1])
			}
			parts = append(parts, bytes)
		}
	}
	order := map[string]int{}
	for b := range 256 {
		order[string([]byte{byte(b)})] = b
	}
	for len(words) < size {
		count := map[[2]string]int{}
		for _, p := range parts {
			for i := range len(p) - 1 {
				count[[2]string(p[i:i+2])]++
			}
		}
		var best [2]string
		most := 1
		for p, n := range count {
			if n > most || n == most && most > 1 && slices.Compare([]int{order[p[0]], order[p[1]]}, []int{order[best[0]], order[best[1]]}) < 0 {
				best, most = p, n
			}
		}
		if most == 1 {
			break
		}
		joined := best[0] + best[1]
		if _, known := order[joined]; !known {
			order[joined] = len(order)
			words = append(words, example.EscapeBytes(joined))
		}
		for k, p := range parts {
			var next []string
			for i := 0; i < len(p); i++ {
				if i+1 < len(p) && [2]string(p[i:i+2]) == best {
					next = append(next, joined)
					i++
				} else {
					next = append(next, p[i])
				}
			}
			parts[k] = next
		}
	}
	return words
}

func TestPairsAreThoseOfTheDefinition(t *testing.T) {
	source, err := os.ReadFile("pairs.go")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"source":        string(source),
		"marks":         "..,.;,..,,;;.,.;..,;,.,;,,,.;.;,;.,.,.;;;,.,.;,.;,",
		"one character": strings.Repeat("a", 300),
		"repetition":    strings.Repeat("abcabd ababab ", 20),
	} {
		if got, want := of(t, example.BPE, 500, text).Words, slowPairs(500, text); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got[257:], want[257:])
		}
	}
}

func TestAnEncoderWantsText(t *testing.T) {
	if _, err := NewEncoder(example.Points(2).Fields[0]); err == nil || err.Error() != `tokens: field "point" of kind real, want one of text` {
		t.Errorf("got %v", err)
	}
	// A vocabulary of pairs without all bytes, as a file may have one.
	_, strangers := encoded(t, field(example.BPE, example.Lines, []string{"", "a"}, 0), "ab")
	if !slices.Equal(strangers, []string{"b"}) {
		t.Errorf("got strangers %q, want b", strangers)
	}
}

// normal is a text with a single space for blanks, and none beside line breaks or at the ends.
func normal(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	return strings.Join(lines, "\n")
}

func FuzzTextRoundTrips(f *testing.F) {
	for _, s := range []string{"", "To be, or not to be: that is the question.", "“No!” (he said) -- don't… 'tis\n\n a  b\t", "ﬁ é ❤️ 3.5%\\x41\r\u0085x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		for _, unit := range example.Units {
			voc := of(t, unit, 400, s, "the the the")
			want := s
			if unit == example.Word {
				if slices.ContainsFunc(slices.Collect(Split(s)), func(w string) bool { return len(w) > mostWord }) {
					continue // which is unknown
				}
				voc = of(t, unit, 1<<16, s)
				want = normal(s)
			}
			row, strangers := encoded(t, voc, s)
			if got := voc.Spell(row); got != want || strangers != nil {
				t.Errorf("%s: got %q, strangers %q, want %q", unit, got, strangers, want)
			}
		}
	})
}

func ExampleEncoder() {
	words, unknown := Words(example.Lines, 10, slices.Values([]string{"Look, a cat!", "A cat, look."}))
	f := field(example.Word, example.Lines, words, unknown)
	e, _ := NewEncoder(f)
	tokens := e.Append(nil, "A dog, look!", func(string) {})
	row := make([]float32, len(tokens))
	for i, t := range tokens {
		row[i] = float32(t)
	}
	fmt.Println(tokens, f.Spell(row))
	// Output: [5 9 1 8 3] A <unk>, look!
}

func TestShakespeareRoundTrips(t *testing.T) {
	dir := os.Getenv("LATENTSPACE_DATA")
	b, err := os.ReadFile(filepath.Join(dir, "tinyshakespeare", "input.txt"))
	if dir == "" || err != nil {
		t.Skip("without $LATENTSPACE_DATA/tinyshakespeare/input.txt")
	}
	text := string(b)
	for unit, size := range map[example.TextUnit]int{example.Char: 0, example.Byte: 0, example.Word: 1 << 15, example.BPE: 1000} {
		f := of(t, unit, size, text)
		row, strangers := encoded(t, f, text)
		if got := f.Spell(row); strangers != nil || got != text && (unit != example.Word || got != normal(text)) {
			t.Errorf("%s: comes back as another text, strangers %q", unit, strangers)
		}
		t.Logf("%s: %d words, %d tokens of %d bytes", unit, len(f.Words), len(row), len(text))
	}
}
