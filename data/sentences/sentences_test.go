package sentences

import (
	"slices"
	"strings"
	"testing"

	"latentspace/data/tokens"
	"latentspace/example"
)

func TestSentencesOfTheGrammar(t *testing.T) {
	for want, f := range map[string]Factors{
		"The farmer painted the boat.":                               {},
		"The old farmers will not paint the boat in the garden.":     {future, plural, negative, 0, 1, 0, 0, 1},
		"The tired thief does not carry the statue by the lake.":     {present, singular, negative, 10, 7, 1, 9, 7},
		"The children carry the clock behind the church.":            {present, plural, affirmative, 4, 0, 1, 4, 4},
		"The clever women did not buy the mirror at the harbor.":     {past, plural, negative, 5, 5, 6, 7, 2},
		"The quiet baker hides the drum.":                            {present, singular, affirmative, 7, 4, 7, 8, 0},
		"The king will draw the ladder near the river.":              {future, singular, affirmative, 6, 0, 5, 5, 3},
		"The happy neighbors do not find the basket in the village.": {present, plural, negative, 11, 6, 2, 2, 6},
	} {
		if got := f.Sentence(); got != want {
			t.Errorf("%v: got %q, want %q", f, got, want)
		}
	}
}

func TestFactorsAreReadOffEverySentence(t *testing.T) {
	seen := make(map[string]bool, Count)
	for i := range Count {
		f := At(i)
		s := f.Sentence()
		if got := Read(s); got != f {
			t.Fatalf("%q: read %v, want %v", s, got, f)
		}
		seen[s] = true
	}
	if len(seen) != Count || Count != 921_600 {
		t.Errorf("%d sentences of %d differ, want 921600", len(seen), Count)
	}
}

func TestFactorsAreReadOffWrongSentences(t *testing.T) {
	for s, want := range map[string]Factors{
		"":                             {-1, -1, -1, -1, -1, -1, -1, -1},
		"the old old the lake":         {-1, -1, -1, -1, 1, -1, -1, 7},
		"The farmers painted.":         {past, plural, affirmative, 0, 0, 0, -1, -1},
		"The farmer farmers will boat": {future, singular, -1, 0, 0, -1, 0, 0},
		"The king does not":            {present, singular, negative, 6, 0, -1, -1, -1},
		"The kings will painted":       {future, plural, affirmative, 6, 0, 0, -1, -1},
	} {
		if got := Read(s); got != want {
			t.Errorf("%q: read %v, want %v", s, got, want)
		}
	}
}

func TestTheFieldHasEverySentence(t *testing.T) {
	for unit, c := range map[example.TextUnit]struct{ words, steps int }{
		example.Word: {93, 13},
		example.Char: {27, 66},
	} {
		f, err := Field(unit)
		if err != nil {
			t.Fatal(err)
		}
		if err := example.Of(f).Check(); err != nil || len(f.Words) != c.words || f.Shape[0] != c.steps {
			t.Errorf("%s: %v, %d words and %d steps, want %d and %d", unit, err, len(f.Words), f.Shape[0], c.words, c.steps)
		}
		e, err := tokens.NewEncoder(f)
		if err != nil {
			t.Fatal(err)
		}
		row, longest := []float32{}, 0
		for i := 0; i < Count; i += 17 { // which divides no number of values
			s := At(i).Sentence()
			row = row[:0]
			for _, v := range e.Append(nil, s, func(piece string) { t.Errorf("%q: %q is not in the vocabulary", s, piece) }) {
				row = append(row, float32(v))
			}
			longest = max(longest, len(row))
			if got := f.Spell(row); got != s {
				t.Fatalf("%s: %q comes back as %q", unit, s, got)
			}
		}
		if longest+1 > f.Shape[0] {
			t.Errorf("%s: a sentence of %d tokens, want one less than %d", unit, longest, f.Shape[0])
		}
	}
}

func TestFactorsHaveNames(t *testing.T) {
	fields := Fields()
	if err := (example.Schema{Fields: fields}).Check(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for k, f := range fields {
		names = append(names, f.Name)
		if len(f.Words) != sizes[k] || slices.Contains(f.Words, "") {
			t.Errorf("%s: %q, want %d words", f.Name, f.Words, sizes[k])
		}
	}
	if got := strings.Join(names, " "); got != "tense number polarity subject adjective verb object place" {
		t.Errorf("got %s", got)
	}
}
