package corpus

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"latentspace/example"
)

// divided are the examples of a text, and the numbers of blank lines.
func divided(text string, of example.Passage, unit example.TextUnit, length int) (all []string, blank []int) {
	for n, p := range passages(text, of, unit, length) {
		if p == "" {
			blank = append(blank, n)
		} else {
			all = append(all, p)
		}
	}
	return all, blank
}

func TestSentencesOfText(t *testing.T) {
	for text, want := range map[string][]string{
		"One. Two!  Three?":                           {"One.", "Two!", "Three?"},
		"It goes\nover lines. And on":                 {"It goes over lines.", "And on"},
		"A heading\n\nThe text. \n \n\nMore":          {"A heading", "The text.", "More"},
		"“No!” he said. “Go.” (Now.) Then":            {"“No!” he said.", "“Go.”", "(Now.)", "Then"},
		"Mr. Smith met Dr. J. R. Who etc. at 3.5 km.": {"Mr. Smith met Dr. J. R. Who etc. at 3.5 km."},
		"So did I. You too (cf. Fig. 3).":             {"So did I.", "You too (cf. Fig. 3)."},
		"Wait... what? Yes... No.":                    {"Wait... what?", "Yes...", "No."},
		"これは一つ。これは二つ！":                                {"これは一つ。", "これは二つ！"},
		"in small letters.\nso is this. all of it":    {"in small letters.", "so is this. all of it"},
		"...":    {"..."},
		"":       nil,
		" \n\n ": nil,
	} {
		if got, _ := divided(text, example.Sentences, example.Char, 0); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestLinesAndWindowsOfText(t *testing.T) {
	if got, blank := divided("a\n\n \t\nb c \nd", example.Lines, example.Char, 0); !slices.Equal(got, []string{"a", "b c ", "d"}) || !slices.Equal(blank, []int{2, 3}) {
		t.Errorf("lines: got %q and %d blank, want a, b c and d, and lines 2 and 3", got, blank)
	}
	for unit, want := range map[example.TextUnit][]string{
		example.Char: {"To bé", ", or\n", "not (", "so) b", "e"},
		example.Byte: {"To b\xc3", "\xa9, or", "\nnot ", "(so) ", "be"},
		example.Word: {"To bé, or\n", "not (so) be"},
		example.BPE:  {"To bé, or", "\nnot (so)", " be"},
	} {
		if got, _ := divided("To bé, or\nnot (so) be", example.Windows, unit, 5); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", unit, got, want)
		}
	}
	if got, _ := divided(strings.Repeat("x", 100), example.Windows, example.BPE, 1); len(got) != 2 || len(got[0]) != 64 {
		t.Errorf("a word longer than a window: got %q, want whole parts of it", got)
	}
}

func FuzzPassages(f *testing.F) {
	for _, s := range []string{"", "a\n\nb.", "Mr. Smith! “Yes.” No…\n \n\tx", "。！a", "don't (a) b"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, s string, length int) {
		s = strings.ToValidUTF8(s, "?")
		length = 1 + max(0, length)%100
		bare := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, s)
		}
		for _, unit := range example.Units {
			for _, of := range example.Passages {
				got, _ := divided(s, of, unit, length)
				if joined := strings.Join(got, ""); of == example.Windows && joined != s || bare(joined) != bare(s) {
					t.Errorf("%s of %q: got %q, want all of it but blanks", of, s, got)
				}
				if of == example.Sentences && slices.ContainsFunc(got, func(p string) bool { return p != strings.TrimSpace(p) }) {
					t.Errorf("%s of %q: got %q, want none with blanks around it", of, s, got)
				}
			}
		}
	})
}
